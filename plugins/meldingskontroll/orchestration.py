"""What Airflow's tasks call: one room, with the clock of the run. Knows nothing of Airflow but the shape of a context.

A task returns an outcome record, so that what an operator sees is what the room said, and so that the library's own
time can be told apart from the scheduler's.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from meldingskontroll.domain import AuditInputError, Clock, GlobalReason, iso_utc
from meldingskontroll.lake import MANIFEST_SUFFIX, WorkFolder, write_json
from meldingskontroll.settings import current

if TYPE_CHECKING:
    from meldingskontroll.reconcile.buckets import Buckets


_CLOSED: list[list[Any]] = [["", -1, 0]]
"""How an inbox looks that its owner has closed to us: never as it was, so that its own task fails, by name."""


def clock_of(context: Mapping[str, Any]) -> Clock:
    """The moment that a run speaks of: `as_of` given to the run, else the setting, else the end of its data interval.

    Raises:
        AuditInputError: `as_of` is given and is not a time, or the run has no moment at all.
    """
    given = given_to_run(context, "as_of") or current().as_of
    if given:
        return Clock.parse(str(given))
    # A run that an asset set off has no interval; its own moment is the same for all its tasks, the machine's is not.
    for moment in (context.get("data_interval_end"), getattr(context.get("dag_run"), "run_after", None)):
        if isinstance(moment, datetime) and moment.tzinfo:
            return Clock(moment.astimezone(UTC).replace(microsecond=0))
    raise AuditInputError("The run has neither an interval nor a moment of its own: give it «as_of».")


def given_to_run(context: Mapping[str, Any], name: str) -> Any:
    """What a run was started with by this name, None if nothing."""
    run = context.get("dag_run")
    conf = getattr(run, "conf", None) or {}
    return conf.get(name) or (context.get("params") or {}).get(name)


def run_step(name: str, context: Mapping[str, Any], given: Any = None, *, alone: bool = False) -> Any:
    """Run one step of the audit, or one part of the reconciliation in buckets, on the work folder of the settings.

    `given` is for the parts only: to `reconcile` one of the buckets that `plan_buckets` made, to `gather_buckets` all.
    `alone` is for a DAG that only reads one kind of source, whatever run stands in the folder.

    Returns:
        `{"step", "as_of_utc", "seconds"}`, seconds of the library's own work; from `plan_buckets` the list of buckets,
        never empty, whose seconds `gather_buckets` counts.

    Raises:
        KeyError: no step has this name.
        AuditInputError: the input cannot be audited.
        MissingPartError: a bucket has left no part, or the plan is another run's.
    """
    from meldingskontroll import audit

    clock = clock_of(context)
    work = WorkFolder(current().work)
    begun = time.perf_counter()
    found: dict[str, Any] = {}
    if name == "plan_buckets":
        return _plan_buckets(work, clock, context)
    if name == "gather_buckets":
        found = _gather_buckets(work, clock, list(given or []))
    elif given is not None:
        # A bucket holds the exchange only, not the work folder, so that buckets run beside each other.
        found = _buckets(work, clock).reconcile_bucket(given)
    else:
        audit.run_step(name, work, clock, current(), alone=alone)
    seconds = time.perf_counter() - begun + found.pop("plan_seconds", 0.0)
    return {"step": name, "as_of_utc": iso_utc(clock.as_of), "seconds": round(seconds, 3), **found}


def _buckets(work: WorkFolder, clock: Clock) -> Buckets:
    from meldingskontroll.reconcile.buckets import Buckets

    return Buckets(work, clock, current())


def _plan_buckets(work: WorkFolder, clock: Clock, context: Mapping[str, Any]) -> list[dict[str, Any]]:
    from meldingskontroll import audit

    begun = time.perf_counter()
    with audit.in_run(work, clock), audit.held_unless_it_ends(work, clock, current()):
        buckets = _buckets(work, clock).plan(str(getattr(context.get("dag_run"), "run_id", "")))
    return [bucket | {"plan_seconds": round(time.perf_counter() - begun, 3)} for bucket in buckets]


def _gather_buckets(work: WorkFolder, clock: Clock, buckets: list[dict[str, Any]]) -> dict[str, Any]:
    from meldingskontroll import audit

    if not buckets:
        raise AuditInputError("The plan has no bucket: nothing was reconciled.")
    with audit.in_run(work, clock), audit.held_unless_it_ends(work, clock, current()):
        found = _buckets(work, clock).gather(str(buckets[0]["plan"]))
    return found | {"plan_seconds": buckets[0]["plan_seconds"]}


def portal_intervals(context: Mapping[str, Any]) -> list[dict[str, str]]:
    """The intervals that a run of the portal's log must fetch, as `{"from_utc", "to_utc"}`.

    `from` and `to` given to the run are cut at the months of the Norwegian calendar. Otherwise it is the last whole
    Norwegian day before the run's moment, which is its data interval, and the days before it, whose acknowledgements
    may have come since.

    Raises:
        AuditInputError: nothing to fetch, which would pass for a finished extract.
    """
    from meldingskontroll.portal.intervals import days_again, months

    first, last = given_to_run(context, "from"), given_to_run(context, "to")
    if bool(first) != bool(last):
        raise AuditInputError("Give the run both «from» and «to», as times with a zone, or neither.")
    if first:
        found = months(Clock.parse(str(first)).as_of_utc, Clock.parse(str(last)).as_of_utc)
    else:
        found = days_again(clock_of(context).as_of_utc, current().portal_days_again)
    if not found:
        raise AuditInputError("The interval to fetch from the portal is empty: «from» must come before «to».")
    return [{"from_utc": str(iso_utc(a)), "to_utc": str(iso_utc(b))} for a, b in found]


def extract_interval(interval: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch one interval of the portal's log into the work folder. Returns the extract's record.

    Address and secrets are those of Airflow's connection `portal` where there is one, else the settings'.
    """
    from meldingskontroll.portal import extract_api
    from meldingskontroll.portal.connection import with_connection

    connections = context.get("conn")
    settings = with_connection(current(), connections.get("portal", None) if connections is not None else None)
    begun = time.perf_counter()
    begin, end = (Clock.parse(interval[name]).as_of_utc for name in ("from_utc", "to_utc"))
    record = extract_api.extract_interval(WorkFolder(settings.work), settings, begin, end)
    return {**record, "seconds": round(time.perf_counter() - begun, 3)}


def municipalities_with_news() -> list[dict[str, str]]:
    """The municipalities whose inbox is not as it was when last read, as `{"municipality_no", "name"}`, in order.

    One that has sent nothing yet has no news, or every silent municipality would be a task. Nor has one where a file
    still grows: it is left for the next run.
    """
    from meldingskontroll.roster import reference

    work = WorkFolder(current().work)
    closed: list[str] = []
    if current().drop_url:
        from meldingskontroll.intake import drop_folder

        try:
            drop_folder.fetch(work, current())
        except drop_folder.InboxClosed as problem:
            # Its own task fails by name; the others are read.
            closed = problem.numbers
    names = {row["kommunenummer"]: row["navn"] for row in reference.rows("municipalities.csv")}
    first = {number: _inbox_now(work, number) for number in work.municipality_folders()}
    news = [number for number, now in first.items() if now != _inbox_then(work, number)]
    settle = current().drop_settle_seconds
    young = time.time_ns() - settle * 1e9
    if any(written > young for number in news for _, _, written in first[number]):
        time.sleep(settle)
    found = sorted({number for number in news if _inbox_now(work, number) == first[number]} | set(closed))
    return [{"municipality_no": number, "name": names.get(number, "")} for number in found]


def collect_municipality(municipality_no: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Read one municipality's inbox and write its receipts.

    Returns:
        `{"municipality_no", "files", "shown", "receipts", "seconds"}`: files by status, the same in Norwegian for the
        operator, and each file's receipt in short. There is an outcome for every municipality, whatever it sent.
    """
    from meldingskontroll.intake import collect, operator

    begun = time.perf_counter()
    work = WorkFolder(current().work)
    if current().drop_url:
        from meldingskontroll.intake import drop_folder

        drop_folder.fetch(work, current(), [municipality_no])
    # Looked at before it is read: what arrives meanwhile makes it differ, and is read the next time.
    seen = _inbox_now(work, municipality_no)
    outcomes = collect.collect(work, clock_of(context), current(), municipalities=[municipality_no])
    if current().drop_url:
        drop_folder.send_receipts(work, current(), [municipality_no])
    write_json(work.seen_inbox(municipality_no), seen)
    files = dict(Counter(str(outcome.status) for outcome in outcomes))
    seconds = round(time.perf_counter() - begun, 3)
    told = {"shown": operator.counted(files), "receipts": operator.in_short(work, outcomes)}
    return {"municipality_no": municipality_no, "files": files, **told, "seconds": seconds}


def _inbox_now(work: WorkFolder, municipality_no: str) -> list[list[Any]]:
    from meldingskontroll.intake.source import is_left_alone

    inbox = work.inbox(municipality_no)
    try:
        items = sorted(inbox.iterdir()) if inbox.is_dir() else []
    except PermissionError:
        return _CLOSED
    counted = [item for item in items if item.name.endswith(MANIFEST_SUFFIX) or not is_left_alone(item.name)]
    states = [(item, item.lstat()) for item in counted]
    return [[item.name, state.st_size, state.st_mtime_ns] for item, state in states]


def _inbox_then(work: WorkFolder, municipality_no: str) -> Any:
    try:
        return json.loads(work.seen_inbox(municipality_no).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        return None


def gather_municipalities(found: list[dict[str, str]], outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    """Put together what was read. Every municipality that was found must have an outcome, or this fails by name.

    Returns:
        `{"municipalities", "files", "shown", "seconds"}`, seconds of all the municipalities' work together.

    Raises:
        AuditInputError: some municipalities have no outcome; what the others sent has been taken in all the same.
    """
    from meldingskontroll.intake import collect, operator

    begun = time.perf_counter()
    if outcomes:
        collect.compile_intake(WorkFolder(current().work))
    silent = {entry["municipality_no"] for entry in found} - {outcome["municipality_no"] for outcome in outcomes}
    if silent:
        raise AuditInputError(f"The inboxes of these municipalities could not be read: {', '.join(sorted(silent))}.")
    seconds = sum(outcome["seconds"] for outcome in outcomes) + time.perf_counter() - begun
    files: Counter[str] = Counter()
    for outcome in outcomes:
        files.update(outcome["files"])
    counts = {"files": dict(files), "shown": operator.counted(files)}
    return {"municipalities": len(outcomes), **counts, "seconds": round(seconds, 3)}


def run_audit(context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run every step of the audit in this process. Returns the steps' records."""
    from meldingskontroll import audit

    return [run_step(name, context) for name in audit.STEPS]


def ready_for_approval(context: Mapping[str, Any]) -> dict[str, Any]:
    """Read the decision just made: passes only where nothing is missing but the approvals.

    Returns:
        `{"decision", "global_reasons", "roster_size", "verified"}`.

    Raises:
        AuditInputError: the decision is not of this run, or something else than the approvals is missing.
    """
    decision = json.loads(WorkFolder(current().work).decision.read_text(encoding="utf-8"))
    if decision["as_of_utc"] != iso_utc(clock_of(context).as_of):
        raise AuditInputError(
            "release.json is not of this run: someone else audited the folder meanwhile. Run it again."
        )
    reasons, blocking = decision["global_reasons"], len(decision["blocking"])
    people = [[str(reason)] for reason in (GlobalReason.AWAITING_APPROVAL, GlobalReason.APPROVALS_LAPSED)]
    awaiting = decision["decision"] == "HOLD" and reasons in people
    if not (awaiting or decision["decision"] == "RELEASE") or blocking or not decision["roster_size"]:
        raise AuditInputError(f"HOLD: {', '.join(reasons)}; {blocking} of {decision['roster_size']} entries block.")
    return {name: decision[name] for name in ("decision", "global_reasons", "roster_size", "verified")}


def list_what_can_be_fetched(context: Mapping[str, Any]) -> dict[str, Any]:
    """Write the list of the daily control. Returns its counts."""
    from meldingskontroll.release import control

    return control.list_retrievable(WorkFolder(current().work), clock_of(context), current())
