"""The release room: gathers the facts, decides, and writes `release.json` and `clearance.parquet` (contract §2)."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Clock, Requirement
from meldingskontroll.intake.personal import find_in_name
from meldingskontroll.lake import WorkFolder, sha256_of, write_json
from meldingskontroll.quality.catalogue import expectations_root, read_catalogue
from meldingskontroll.release.decision import Blocking, Checks, Decision, Drill, Facts, evaluate
from meldingskontroll.settings import Settings

RESULTS = (
    "portal__messages",
    "portal__extract",
    "roster__entries",
    "roster__recipients",
    "reconcile__findings",
    "verification__losses",
    "verification__requirements",
    "verification__verdicts",
)
RULESET_SERIES = "2023.1"
_NO_CLEARANCE = "(SELECT NULL::UUID AS message_id, ''::VARCHAR AS clearance, ''::VARCHAR AS reason WHERE FALSE)"


def decide(work: WorkFolder, clock: Clock, settings: Settings) -> dict[str, Any]:
    """Write the decision and the clearance of every message. Returns what stands in `release.json`.

    A result that is missing or unreadable is a reason to hold, never an error that leaves an older answer standing.
    """
    with sql.connect(settings) as connection:
        decision = evaluate(gather(connection, work), clock)
        document = decision.document(hash_inputs(work), ruleset_version())
        # A hold is told before anything else, so that a run killed here leaves no clearance that is too wide.
        write_json(work.decision, document)
        _write_clearance(connection, work, decision)
    return document


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
    except duckdb.Error:
        return Facts(checks=checks, drill=drill)
    return Facts(
        **facts,
        blocking=tuple(Blocking(b["municipality_no"], b["district_no"], tuple(b["reasons"])) for b in blocking),
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


def _write_clearance(connection: duckdb.DuckDBPyConnection, work: WorkFolder, decision: Decision) -> None:
    """Every message with its clearance, in order of id; without readable results no message is named."""
    relation = _NO_CLEARANCE
    if decision.facts.results_readable:
        (file,) = (f for f in sql.stage_files("release") if sql.relation_of(f) == "release__clearance")
        relation = sql.run_file(connection, file, {"decision": decision.decision})
    sql.write_parquet(connection, relation, work.clearance, order_by="message_id")


def hash_inputs(work: WorkFolder) -> dict[str, str]:
    """The sha256 of every input by its path in the work folder, with `/` between the parts, in order."""
    found = {_shown(path.relative_to(work.root)): sha256_of(path) for path in work.input_files()}
    return dict(sorted(found.items()))


def _shown(path: Path) -> str:
    """An input's path as text. A name that holds a national id number is shown as its hash, as in the receipts."""
    name = path.name.encode("utf-8", "surrogateescape")
    shown = hashlib.sha256(name).hexdigest() if find_in_name(path.name) else name.decode("utf-8", "backslashreplace")
    return (PurePosixPath(path.parent.as_posix()) / shown).as_posix()


def ruleset_version() -> str:
    """The series and a hash of the rules: every file in `sql/` and `expectations/`, by name and content."""
    digest = hashlib.sha256()
    for root in (sql.sql_root(), expectations_root()):
        for file in sorted(path for path in root.rglob("*") if path.suffix in {".sql", ".json", ".csv"}):
            digest.update(f"{root.name}/{file.relative_to(root).as_posix()}\0{sha256_of(file)}\n".encode())
    return f"{RULESET_SERIES}+{digest.hexdigest()[:12]}"
