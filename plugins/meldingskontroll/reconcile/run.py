"""Runs the reconciliation: ids first, then time in rounds, then coverage, groups and bounds (`sql/reconcile/`).

A round of time matching (`sql/reconcile_rounds/`) treats a message as an opening and a registration as a closing
parenthesis on one time line, so that a registration answers the most recent open message and one lost message shifts
nobody. Rounds go from the most specific to the least: one entry before several, a named channel before any, the same
kind before an unsaid one, the earlier instant of the doubled hour before the later, live rows before superseded ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings

READS = (
    "portal__messages", "portal__events", "portal__extract",
    "roster__entries", "roster__periods", "roster__entry_recipients", "roster__recipients", "roster__services",
    "roster__service_members", "roster__renumberings", "intake__uploads", "intake__registrations",
)  # fmt: skip
TABLES = (
    "reconcile__findings", "reconcile__entries", "reconcile__coverage", "reconcile__proven", "reconcile__required",
    "reconcile__silences", "reconcile__trimmed", "reconcile__rows_gone", "reconcile__extras", "reconcile__nobody",
    "reconcile__portal_cover", "reconcile__clocks", "reconcile__answers", "reconcile__supersedes",
)  # fmt: skip
# The two parts of the reconciliation, by the numbers of its files: what rests on the whole nation comes first; what the
# others make of a group of roster entries rests on that group only, so that they can be run bucket by bucket.
PREPARE = range(10, 31)
BUCKET = range(31, 100)
_ROUNDS_BEGIN = 49
_CLOCK_SAMPLE_ROWS = 4000
_WHAT_STAYS_OPEN = """
    SELECT EXISTS (FROM reconcile__open_rows WHERE close_ms IS DISTINCT FROM close_later_ms)
               OR EXISTS (FROM reconcile__open_messages WHERE open_ms IS DISTINCT FROM open_later_ms),
           EXISTS (FROM reconcile__sharp),
           EXISTS (SELECT 1 FROM reconcile__row_classes GROUP BY source, pool HAVING count(DISTINCT margin) > 1)
"""


def reconcile(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Leave the `reconcile__*` tables in the lake (columns: docs/architecture.md), made in one pass over the nation."""
    with sql.connect(settings) as connection:
        sql.load(connection, work, READS)
        run_reconciliation(connection, clock, settings)
        keep(connection, work)


def keep(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> None:
    """Write the tables to the lake; but for the findings, which come sorted, in an order that needs no number."""
    sql.save(connection, work, ["reconcile__findings"])
    sql.save(connection, work, [relation for relation in TABLES if relation != "reconcile__findings"], order_by="ALL")


def parameters(clock: Clock, settings: Settings) -> dict[str, Any]:
    """The values that the reconciliation's SQL binds, but for those of a single round."""
    return {
        "as_of_utc": clock.as_of_utc,
        "fresh_utc": clock.as_of_utc - settings.freshness,
        "deadline": settings.deadline,
        "deadline_ms": settings.deadline_hours * 3_600_000,
        "clock_sample_rows": _CLOCK_SAMPLE_ROWS,
    }


def run_reconciliation(connection: duckdb.DuckDBPyConnection, clock: Clock, settings: Settings) -> None:
    """Create the `reconcile__*` tables on a connection that has the tables of `READS`."""
    for part in (PREPARE, BUCKET):
        run_part(connection, part, parameters(clock, settings))


def files_of(part: range) -> list[Path]:
    """The SQL files of one part, in the order they run."""
    return [file for file in sql.stage_files("reconcile") if int(file.name[:2]) in part]


def run_part(connection: duckdb.DuckDBPyConnection, part: range, given: Mapping[str, Any]) -> None:
    """Run the files of one part; the rounds of time matching come before the first file from their number on."""
    has_rounds = _ROUNDS_BEGIN in part
    for file in files_of(part):
        if has_rounds and int(file.name[:2]) >= _ROUNDS_BEGIN:
            has_rounds = False
            match_in_rounds(connection, given)
        sql.run_file(connection, file, given)


def match_in_rounds(connection: duckdb.DuckDBPyConnection, given: Mapping[str, Any]) -> None:
    """Run every round of time matching that still has rows to match, after the files before number 49."""
    lines, *others = sql.stage_files("reconcile_rounds")
    for round_parameters in _rounds(connection):
        of_round = {**given, **round_parameters}
        standing = sql.run_file(connection, lines, of_round)
        if connection.execute(f"SELECT EXISTS (FROM {standing})").fetchall()[0][0]:
            for file in others:
                sql.run_file(connection, file, of_round)


def _rounds(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The rounds that have rows to match, in order."""
    query = """
        SELECT DISTINCT class.superseded, pool.level,
               CASE class.channel WHEN 'portal' THEN 2 ELSE 1 END AS channel_stage,
               unnest(CASE WHEN class.reporter IS NULL THEN [2] ELSE [1, 3] END) AS kind_stage
        FROM reconcile__row_classes AS class
        JOIN reconcile__pools AS pool ON pool.source = class.source AND pool.pool = class.pool
        ORDER BY class.superseded, pool.level, channel_stage, kind_stage
    """
    rounds = sql.rows(connection, query)
    doubled_hour, sharp, uneven = connection.execute(_WHAT_STAYS_OPEN).fetchall()[0]
    # What the acknowledgement leaves open is tried by the time of sending, then by the other of the doubled hours.
    # Going over a line again finds nothing more unless its margins differ; asked so, no line depends on another.
    modes = [{"later": False, "by_sent": False}]
    modes += [{"later": False, "by_sent": True}] if sharp or uneven else []
    modes += [{"later": True, "by_sent": True}] if doubled_hour or uneven else []
    for superseded in (False, True):
        for mode in modes:
            yield from (one | mode for one in rounds if one["superseded"] == superseded)
