"""The planted-loss drill: in every run, losses are planted in a copy and must be found exactly, or the run is void.

The copy is of a few entries with proven coverage, with some registrations taken away; where no entry can carry it, a
synthetic municipality with a known truth takes their place. Nothing of the drill enters the results.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Clock, Outcome
from meldingskontroll.lake import WorkFolder
from meldingskontroll.reconcile.run import READS, run_reconciliation
from meldingskontroll.settings import Settings

_RESULTS = (
    "reconcile__findings", "reconcile__entries", "reconcile__answers", "reconcile__extras", "reconcile__supersedes",
)  # fmt: skip
_LIMITED = {
    "roster__entries": "entry_id",
    "roster__periods": "entry_id",
    "roster__entry_recipients": "entry_id",
}
_SYNTHETIC = "0000"
_MESSAGES, _PLANTED_EVERY = 60, 20


class Before:
    """What was lost before anything was planted. `found` is of message, candidate group or None, and outcome.

    Which member of a group is the likeliest may change when a registration elsewhere is taken away; how many may not.
    """

    def __init__(self, found: Sequence[tuple[uuid.UUID, str | None, str]]) -> None:
        self._place = {message: group or str(message) for message, group, _ in found}
        self._losses = Counter(self._place[message] for message, _, outcome in found if outcome == Outcome.LOST)

    def new_among(self, lost: Iterable[uuid.UUID]) -> int:
        """How many of these losses there were not before: a message alone, or one more of the same group."""
        return (Counter(self._place.get(message, str(message)) for message in lost) - self._losses).total()


def run_drill(work: WorkFolder, clock: Clock, settings: Settings) -> dict[str, Any]:
    """Plant, reconcile the copy, compare. Leaves `quality__drill`: planted, found, false_alarms, method."""
    with sql.connect(settings) as source:
        sql.load(source, work, [*READS, *_RESULTS])
        sql.run_stage(source, "drill", {"deadline": settings.deadline})
        planted = {row[0] for row in source.execute("SELECT message_id FROM drill__planted").fetchall()}
        result = _drill_on_copy(source, planted, clock, settings) if planted else drill_on_synthetic(clock, settings)
        source.execute(
            "CREATE OR REPLACE TABLE quality__drill AS SELECT $planted::BIGINT AS planted, $found::BIGINT AS found, "
            "$false_alarms::BIGINT AS false_alarms, $method AS method",
            result,
        ).fetchall()
        sql.save(source, work, ["quality__drill"])
    return result


def _drill_on_copy(
    source: duckdb.DuckDBPyConnection, planted: set[uuid.UUID], clock: Clock, settings: Settings
) -> dict[str, Any]:
    """Reconcile the drilled entries once more with the planted registrations taken away."""
    query = """
        SELECT message_id, candidate_group, outcome FROM reconcile__findings
        WHERE outcome = 'lost' OR candidate_group IS NOT NULL
    """
    before = Before(source.execute(query).fetchall())
    with sql.connect(settings) as copy:
        for relation in READS:
            _copy(source, copy, relation)
        for relation, column in _LIMITED.items():
            copy.execute(
                f"DELETE FROM {relation} WHERE list_contains($entries, {column}) = false",  # noqa: S608
                {
                    "entries": [
                        row[0] for row in source.execute("SELECT DISTINCT entry_id FROM drill__planted").fetchall()
                    ]
                },
            ).fetchall()
        return _compare(copy, planted, before, "copy", clock, settings)


def _copy(source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection, relation: str) -> None:
    name = "drill__registrations" if relation == "intake__registrations" else relation
    source.execute("SET arrow_lossless_conversion = true")
    incoming = source.sql(f"SELECT * FROM {name}").to_arrow_table()  # noqa: S608
    target.register("incoming", incoming)
    target.execute(f"CREATE TABLE {relation} AS SELECT * FROM incoming").fetchall()  # noqa: S608
    target.unregister("incoming")


def _compare(
    connection: duckdb.DuckDBPyConnection,
    planted: set[uuid.UUID],
    before: Before,
    method: str,
    clock: Clock,
    settings: Settings,
) -> dict[str, Any]:
    run_reconciliation(connection, clock, settings)
    query = "SELECT message_id FROM reconcile__findings WHERE outcome = 'lost'"
    lost = {row[0] for row in connection.execute(query).fetchall()}
    return {
        "planted": len(planted),
        "found": len(lost & planted),
        "false_alarms": before.new_among(lost - planted),
        "method": method,
    }


def drill_on_synthetic(clock: Clock, settings: Settings) -> dict[str, Any]:
    """Reconcile a synthetic municipality of known truth: half with ids, half by time, every 20th message lost."""
    start = clock.as_of_utc - timedelta(days=60)
    recipient = uuid.uuid5(uuid.NAMESPACE_OID, "drill recipient")
    messages, registrations, planted = [], [], set()
    for number in range(_MESSAGES):
        message_id = uuid.uuid5(uuid.NAMESPACE_OID, f"drill message {number}")
        sent = start + timedelta(hours=7 * number)
        acknowledged = sent + timedelta(seconds=5)
        messages.append(
            (message_id, recipient, "drill", "", sent, sent, "public", "FIKS_IO", acknowledged, False, "drill", number)
        )
        if number % _PLANTED_EVERY == _PLANTED_EVERY // 2:
            planted.add(message_id)
            continue
        named = message_id if number % 2 else None
        received = sent + timedelta(seconds=20)
        registrations.append(
            ("drill", _SYNTHETIC, number, named, None, received, received, 1, "concern", "public", "portal", None, None)
        )
    with sql.connect(settings) as connection:
        _synthetic_tables(connection, recipient, start, clock.as_of_utc, len(registrations))
        connection.executemany(_insert("portal__messages", 12), messages)
        connection.executemany(_insert("intake__registrations", 13), registrations)
        return _compare(connection, planted, Before([]), "synthetic", clock, settings)


def _insert(relation: str, columns: int) -> str:
    return f"INSERT INTO {relation} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - names of ours


def _synthetic_tables(
    connection: duckdb.DuckDBPyConnection, recipient: uuid.UUID, start: datetime, end: datetime, rows: int
) -> None:
    values = {"no": _SYNTHETIC, "recipient": recipient, "start": start, "end": end, "rows": rows}
    for file in sql.stage_files("drill_synthetic"):
        made = sql.run_file(connection, file, values)
        connection.execute(f"ALTER TABLE {made} RENAME TO {made.removeprefix('drill_synthetic__')}").fetchall()
