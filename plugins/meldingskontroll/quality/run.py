"""The quality room: runs every check of the catalogue on small results, and says of each what became of it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import Clock, Requirement
from meldingskontroll.files import items_of
from meldingskontroll.lake import MANIFEST_SUFFIX, WorkFolder
from meldingskontroll.quality.catalogue import Check, read_catalogue, read_suites
from meldingskontroll.quality.process import Worker, take_worker
from meldingskontroll.settings import Settings

INPUTS = (
    "portal__messages",
    "portal__extract",
    "roster__entries",
    "roster__periods",
    "roster__entry_recipients",
    "intake__uploads",
    "intake__registrations",
    "survey__answers",
    "survey__by_service",
    "survey__totals",
    "reconcile__findings",
    "reconcile__entries",
    "reconcile__coverage",
    "reconcile__proven",
    "reconcile__nobody",
    "verification__requirements",
    "verification__verdicts",
)
NOT_RUN = "NOT_RUN"
NOT_IN_CATALOGUE = "NOT_IN_CATALOGUE"
_CHECKS = pa.schema(
    {
        "check_id": pa.string(),
        "suite": pa.string(),
        "severity": pa.string(),
        "status": pa.string(),
        "observed": pa.string(),
        "unexpected": pa.int64(),
    }
)


def check_quality(work: WorkFolder, clock: Clock, settings: Settings, worker: Worker | None = None) -> None:
    """Run all checks and leave `quality__checks`, one row for each check of the catalogue, run or not.

    Comes after verification and the receipts, whose results it checks, and before the decision. `worker` is one that
    was started earlier; without it, the one that `process.start_worker` left waiting, or a new one. A result that is
    missing or unreadable makes its checks `raised`, and the decision holds.
    """
    worker = worker or take_worker()
    with tempfile.TemporaryDirectory(prefix="meldingskontroll-quality-") as folder, sql.connect(settings) as connection:
        try:
            load_results(connection, work)
            made = make_relations(connection, clock, settings)
            results = worker.ask(write_request(connection, made, Path(folder)))
        finally:
            worker.stop()
        outcomes = account(read_catalogue(), results)
        connection.register("quality__checks", pa.Table.from_pylist(outcomes, schema=_CHECKS))
        sql.save(connection, work, ["quality__checks"])


def load_results(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> None:
    """Make every result that is there readable on the connection; one that is not makes its checks impossible."""
    for relation in INPUTS:
        with contextlib.suppress(duckdb.Error):
            sql.load(connection, work, [relation])
    for relation, path in (
        ("published__findings", work.findings),
        ("published__municipalities", work.municipalities),
    ):
        with contextlib.suppress(duckdb.Error):
            connection.read_parquet(str(path)).create_view(relation)
    connection.register("quality__files", _files(work))
    connection.register("quality__receipts", _receipts(work))


def make_relations(connection: duckdb.DuckDBPyConnection, clock: Clock, settings: Settings) -> set[str]:
    """Make the small relations that the suites look at. Returns those that could be made."""
    parameters = {
        "as_of_utc": clock.as_of_utc,
        "deadline": settings.deadline,
        "requirement_count": len(Requirement),
    }
    made: set[str] = set()
    for file in sql.stage_files("quality"):
        with contextlib.suppress(duckdb.Error):
            made.add(sql.run_file(connection, file, parameters))
    return made


def write_request(connection: duckdb.DuckDBPyConnection, made: set[str], folder: Path) -> list[dict[str, Any]]:
    """Write each suite's relation to the folder, and say what the worker is to look at, without what was not made."""
    try:
        counted = "SELECT count(DISTINCT (municipality_no, district_no)) AS entries FROM roster__entries"
        roster_entries = int(sql.rows(connection, counted)[0]["entries"])
    except duckdb.Error:
        return []
    request: list[dict[str, Any]] = []
    for name, suite in read_suites().items():
        relation = suite["meta"]["relation"]
        if relation in made:
            frame = folder / f"{name}.parquet"
            sql.write_parquet(connection, relation, frame)
            request.append({"suite": suite, "frame": str(frame), "parameters": {"roster_entries": roster_entries}})
    return request


def _files(work: WorkFolder) -> pa.Table:
    """One row a file that stands in an inbox and is a log of its own."""
    inboxes = {work.inbox(folder_no): folder_no for folder_no in work.municipality_folders()}
    found = [
        inboxes[path.parent]
        for path in work.input_files()
        if path.parent in inboxes and not path.name.lower().endswith(MANIFEST_SUFFIX)
    ]
    return pa.table({"folder_no": pa.array(found, pa.string())})


def _receipts(work: WorkFolder) -> pa.Table:
    """One row a receipt on disk: its folder and the first 12 of the hash that it answers."""
    found = [
        (folder_no, path.name.removesuffix(".json")[-12:])
        for folder_no in work.municipality_folders()
        for path in items_of(work.receipts(folder_no))
        if path.name.endswith(".json")
    ]
    return pa.table(
        {
            "folder_no": pa.array([folder_no for folder_no, _ in found], pa.string()),
            "sha12": pa.array([sha12 for _, sha12 in found], pa.string()),
        }
    )


def account(catalogue: list[Check], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Set what ran against what was expected: rows of `quality__checks`, in the catalogue's order.

    A check without an answer, or with two, is `raised`; so is an answer to a check that nobody expects.
    """
    answers: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        answers.setdefault(result["check_id"], []).append(result)
    rows = [_outcome(check, answers.pop(check.check_id, [])) for check in catalogue]
    for check_id in sorted(answers):
        rows.append(_row(check_id, "", "blocking", "raised", NOT_IN_CATALOGUE, 1))
    return rows


def _outcome(check: Check, answers: list[Mapping[str, Any]]) -> dict[str, Any]:
    if len(answers) != 1 or answers[0].get("status") not in {"passed", "failed", "raised"}:
        return _row(check.check_id, check.suite, check.severity, "raised", NOT_RUN, 1)
    answer = answers[0]
    return _row(
        check.check_id, check.suite, check.severity, answer["status"], str(answer["observed"]), answer["unexpected"]
    )


def _row(check_id: str, suite: str, severity: str, status: str, observed: str, unexpected: int) -> dict[str, Any]:
    return {
        "check_id": check_id,
        "suite": suite,
        "severity": severity,
        "status": status,
        "observed": observed,
        "unexpected": int(unexpected),
    }
