"""The release room: gathers the facts, decides, and writes the release's files (contract §2; decision record 7)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from meldingskontroll import publishing, sql
from meldingskontroll.domain import Clock, GlobalReason, RefusedError, Requirement, iso_utc
from meldingskontroll.files import is_closed
from meldingskontroll.intake.personal import find_in_name
from meldingskontroll.lake import WorkFolder, json_bytes, sha256_of, write_bytes, write_json, write_text
from meldingskontroll.quality.catalogue import expectations_root, read_catalogue
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.decision import Blocking, Checks, Decision, Drill, Facts, Override, may_release
from meldingskontroll.release.record import Record, Run
from meldingskontroll.settings import Settings, current

RESULTS = (
    "portal__messages",
    "portal__extract",
    "roster__entries",
    "roster__recipients",
    "reconcile__findings",
    "verification__losses",
    "verification__overrides",
    "verification__requirements",
    "verification__verdicts",
)
RULESET_SERIES = "2023.1"
_JUDGING_ROOMS = ("portal", "roster", "intake", "survey", "reconcile", "verification", "quality", "release")
_RULE_FILES = {".sql", ".json", ".csv", ".toml", ".py"}
_RULE_SETTINGS = ("deadline_hours", "freshness_days", "fixed_version", "fault_start")
UNREADABLE = "unreadable"
_NO_CLEARANCE = "(SELECT NULL::UUID AS message_id, ''::VARCHAR AS clearance, ''::VARCHAR AS reason WHERE FALSE)"


def note_inputs(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """The run's first step: note every input as it is now, and the moment that the run speaks of."""
    write_json(work.inputs_seen, {"as_of_utc": iso_utc(clock.as_of), "inputs": hash_inputs(work)})


def decide(work: WorkFolder, clock: Clock, settings: Settings, approving: Approving | None = None) -> dict[str, Any]:
    """Write the decision, its certificate where it is RELEASE, and the clearance of every message.

    A result that is missing or unreadable is a reason to hold, never an error that leaves an older answer standing.
    `approving` is a person's approval, recorded if nothing else is missing; its `refusal` says whether it was.

    Returns:
        What stands in `release.json`.
    """
    with sql.connect(settings) as connection:
        record = Record(work, settings)
        run = Run(hash_inputs(work), ruleset_version(settings), clock)
        facts = replace(gather(connection, work), inputs_steady=_are_steady(work, run), record_sound=record.sound)
        decision = first = may_release(facts, record.standing(connection, run), clock)
        content = b""
        if not decision.released:
            # Told before it is written down: a run killed between the two has then held, and cannot be made unseen.
            publishing.withdraw(work)
            content = _write_hold(connection, work, decision, run)
            publishing.revoke(work)
        if decision.lapses:
            record.lapse(run, decision)
        if approving:
            decision = _approve(connection, approving, record, run, decision)
        if decision.released:
            content = json_bytes(decision.document(run.inputs, run.ruleset_version))
            # A release stands in the ledger, with what it clears, before anyone can read it.
            _write_clearance(connection, work, decision, content)
            record.decided(run, decision, content)
            write_text(work.certificate, record.certificate(content))
            write_bytes(work.decision, content)
        else:
            if decision is not first:
                # An approval was recorded, and stands in the hold as well.
                content = _write_hold(connection, work, decision, run)
            record.decided(run, decision, content)
    return dict(json.loads(content))


def hold_unaudited(work: WorkFolder, clock: Clock, settings: Settings, *, fault: bool = False) -> bool:
    """Take a release back where a run did not come to an answer. Other results stay as they were.

    Inputs that cannot be audited at all carry nothing, and the approvals lapse. A `fault` of ours says nothing of the
    inputs: it holds until a run has come through, and the approvals stand. Returns whether there was a release.
    """
    if not publishing.may_say_release(work):
        return False
    published = WorkFolder(work.root)
    was_certified = published.certificate.is_file()
    publishing.withdraw(work)
    with sql.connect(settings) as connection:
        record = Record(published, settings)
        run = Run(hash_inputs(work), ruleset_version(settings), clock)
        facts = Facts(inputs_steady=not fault, record_sound=record.sound)
        decision = may_release(facts, record.standing(connection, run, withdrawn_here=was_certified), clock)
        said = (GlobalReason.APPROVALS_LAPSED, GlobalReason.CHECK_FAILED)
        decision = replace(decision, global_reasons=tuple(r for r in decision.global_reasons if r in said))
        for folder in publishing.folders_to_hold(work):
            content = _write_hold(connection, folder, decision, run)
        if decision.lapses:
            record.lapse(run, decision)
        record.decided(run, decision, content)
    return True


def _write_hold(connection: duckdb.DuckDBPyConnection, work: WorkFolder, decision: Decision, run: Run) -> bytes:
    """Write a HOLD and the clearance that goes with it; nothing is signed. Returns the decision as it was written."""
    content = json_bytes(decision.document(run.inputs, run.ruleset_version))
    work.certificate.unlink(missing_ok=True)
    write_bytes(work.decision, content)
    _write_clearance(connection, work, decision, content)
    return content


def _approve(
    connection: duckdb.DuckDBPyConnection, approving: Approving, record: Record, run: Run, decision: Decision
) -> Decision:
    """Record an approval on top of what this run decided without it, and decide again."""
    facts = decision.facts
    asked = may_release(facts, record.standing(connection, run, approving=True), run.clock)
    recorded = False
    try:
        approver = approving.check_person(record.work)
        given, later = record.history.active, record.history.released
        approving.refusal = approving.refuse(approver, decision, given, complete=asked.released, later=later)
        if not (approving.refusal or asked.released):
            record.approve(approving, facts, run)
            recorded = True
    except RefusedError as refusal:
        approving.refusal = str(refusal)
    if approving.refusal:
        return decision
    if recorded:
        asked = may_release(facts, record.standing(connection, run, approving=True), run.clock)
    return asked


def _are_steady(work: WorkFolder, run: Run) -> bool:
    """Whether the inputs still are what they were when this very run began."""
    try:
        seen = json.loads(work.inputs_seen.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(seen == {"as_of_utc": iso_utc(run.clock.as_of), "inputs": run.inputs})


def gather(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> Facts:
    """The facts of the decision from the rooms' tables. What cannot be read is left at knowing nothing."""
    checks, drill = _read_checks(connection, work), _read_drill(connection, work)
    try:
        sql.load(connection, work, RESULTS)
        parameters = {"requirements": [str(requirement) for requirement in Requirement]}
        for file in sql.stage_files("release"):
            if sql.relation_of(file) != "release__clearance":
                sql.run_file(connection, file, parameters)
        facts = sql.rows(connection, "SELECT * FROM release__facts")[0]
        blocking = sql.rows(connection, "SELECT * FROM release__blocking ORDER BY municipality_no, district_no")
        overrides = sql.rows(connection, "SELECT * FROM release__overrides ORDER BY ALL")
    except duckdb.Error:
        return Facts(checks=checks, drill=drill)
    return Facts(
        **facts,
        blocking=tuple(Blocking(b["municipality_no"], b["district_no"], tuple(b["reasons"])) for b in blocking),
        overrides=tuple(Override(**override) for override in overrides),
        results_readable=True,
        checks=checks,
        drill=drill,
    )


def _read_checks(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> Checks:
    """Counts the catalogue's checks that came to an answer; a check that raised, or is not there, did not run."""
    expected = {check.check_id for check in read_catalogue()}
    try:
        sql.load(connection, work, ["quality__checks"])
        found = sql.rows(connection, "SELECT check_id, status FROM quality__checks")
    except duckdb.Error:
        return Checks(len(expected), 0, 0)
    answered = [row for row in found if row["status"] in {"passed", "failed"} and row["check_id"] in expected]
    run = len({row["check_id"] for row in answered})
    failed = len({row["check_id"] for row in answered if row["status"] == "failed"})
    strangers = len(found) - len({row["check_id"] for row in found} & expected)
    return Checks(len(expected), run, failed + strangers)


def _read_drill(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> Drill:
    try:
        sql.load(connection, work, ["quality__drill"])
        rows = sql.rows(connection, "SELECT planted, found, false_alarms FROM quality__drill")
    except duckdb.Error:
        return Drill(0, 0, 0)
    return Drill(**rows[0]) if len(rows) == 1 and None not in rows[0].values() else Drill(0, 0, 0)


def _write_clearance(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder, decision: Decision, content: bytes
) -> None:
    """Every message with its clearance, in order of id, bound to the decision by the hash of its bytes.

    Without readable results no message is named.
    """
    relation = _NO_CLEARANCE
    if decision.facts.results_readable:
        (file,) = (f for f in sql.stage_files("release") if sql.relation_of(f) == "release__clearance")
        relation = sql.run_file(connection, file, {"decision": decision.decision})
    bound = {"decision_sha256": hashlib.sha256(content).hexdigest()}
    sql.write_parquet(connection, relation, work.clearance, order_by="message_id", metadata=bound)


def hash_inputs(work: WorkFolder) -> dict[str, str]:
    """The sha256 of every input by its path in the work folder, with `/` between the parts, in order.

    An inbox, or a file in one, that is closed to us stands there as `UNREADABLE`: what it holds is not known.
    """
    found = {_shown(path.relative_to(work.root)): _hash_of(path, work) for path in work.input_files()}
    inboxes = [work.inbox(number) for number in work.municipality_folders()]
    found |= {_shown(inbox.relative_to(work.root)): UNREADABLE for inbox in inboxes if is_closed(inbox)}
    return dict(sorted(found.items()))


def _hash_of(path: Path, work: WorkFolder) -> str:
    try:
        return sha256_of(path)
    except PermissionError:
        if not path.is_relative_to(work.drop):
            raise
        return UNREADABLE


def _shown(path: Path) -> str:
    """An input's path as text. A name that holds a national id number, or is no text, is shown as its hash."""
    name = path.name.encode("utf-8", "surrogateescape")
    is_text = name.decode("utf-8", "replace") == path.name
    shown = path.name if is_text and not find_in_name(path.name) else hashlib.sha256(name).hexdigest()
    return (PurePosixPath(path.parent.as_posix()) / shown).as_posix()


def ruleset_version(settings: Settings | None = None) -> str:
    """The series and a hash of the rules: every file that judges, by name and content, and the settings that rules ask.

    That is what lies in `sql/` and `expectations/`, and the rooms' own code and tables; not the pages, nor the service.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for root in (sql.sql_root(), expectations_root(), *(package / room for room in _JUDGING_ROOMS)):
        rules = (path for path in root.rglob("*") if path.suffix in _RULE_FILES)
        for file in sorted(path for path in rules if "service" not in path.relative_to(root).parts):
            digest.update(f"{root.name}/{file.relative_to(root).as_posix()}\0{sha256_of(file)}\n".encode())
    given = settings or current()
    values = {name: str(getattr(given, name)) for name in _RULE_SETTINGS}
    digest.update(json.dumps(values, sort_keys=True).encode())
    return f"{RULESET_SERIES}+{digest.hexdigest()[:12]}"
