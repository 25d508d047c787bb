"""Time lines for the rounds of matching, from short literals, and the matching itself done plainly, as an oracle."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.settings import Settings
from support.stages import file_of

DEADLINE_MS = 40 * 3_600_000
ROUND = {
    "kind_stage": 1, "channel_stage": 2, "level": 0, "superseded": False, "later": False, "by_sent": False,
    "deadline_ms": DEADLINE_MS,
}  # fmt: skip
_SCHEMA = """
    CREATE TABLE reconcile__pools (source VARCHAR, pool VARCHAR, entry_id VARCHAR, pool_size BIGINT, level BIGINT);
    CREATE TABLE reconcile__sharp (source VARCHAR, entry_id VARCHAR, channel VARCHAR, followed BIGINT, messages BIGINT);
    CREATE TABLE reconcile__row_classes (class_no INTEGER, source VARCHAR, pool VARCHAR, channel VARCHAR,
                                         reporter VARCHAR, superseded BOOLEAN, resolution_s INTEGER, margin_ms BIGINT);
    CREATE TABLE reconcile__message_classes (class_no INTEGER, entry_id VARCHAR, channel VARCHAR, form_type VARCHAR,
                                             source VARCHAR);
"""


@dataclass(frozen=True)
class Sent:
    """A message of entry `line`, opened at a millisecond; `reach` is what the doubled hour adds to its deadline."""

    line: int
    at: int
    reach: int = 0


@dataclass(frozen=True)
class Row:
    """A registration of entry `line`, closing at a millisecond with its margin in it."""

    line: int
    at: int
    margin: int = 30_000


def filled(connection: duckdb.DuckDBPyConnection, sent: Sequence[Sent], rows: Sequence[Row]) -> None:
    """Make the tables that a round reads; a message's number is its place in `sent`, a row's 1 000 more."""
    for table in ("pools", "sharp", "row_classes", "message_classes"):
        connection.execute(f"DROP TABLE IF EXISTS reconcile__{table}")
    connection.execute(_SCHEMA)
    for name in ("pairs", "left_open"):
        sql.run_file(connection, file_of("reconcile", name))
    for line in sorted({one.line for one in (*sent, *rows)}):
        entry = f"{line:04d}"
        connection.execute("INSERT INTO reconcile__pools VALUES ('V', ?, ?, 1, 0)", [entry, entry])
        insert = "INSERT INTO reconcile__message_classes VALUES (?, ?, 'FIKS_IO', 'public', 'V')"
        connection.execute(insert, [line, entry])
    classes = {one: no for no, one in enumerate(sorted({(row.line, row.margin) for row in rows}))}
    for (line, margin), no in classes.items():
        insert = "INSERT INTO reconcile__row_classes VALUES (?, 'V', ?, 'portal', 'public', false, 1, ?)"
        connection.execute(insert, [no, f"{line:04d}", margin])
    _table(connection, "open_messages", ("message_no", "class_no", "open_ms", "open_later_ms", "acknowledged_ms"),
           [(no, one.line, one.at, one.at + one.reach, one.at) for no, one in enumerate(sent)])  # fmt: skip
    _table(connection, "open_rows", ("row_no", "class_no", "close_ms", "close_later_ms"),
           [(1000 + no, classes[one.line, one.margin], one.at, one.at) for no, one in enumerate(rows)])  # fmt: skip


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    incoming = pa.table({column: pa.array([row[no] for row in rows], pa.int64()) for no, column in enumerate(columns)})
    connection.register("incoming", incoming)
    connection.execute(f"CREATE OR REPLACE TABLE reconcile__{name} AS SELECT * FROM incoming")  # noqa: S608
    connection.unregister("incoming")


@contextlib.contextmanager
def round_run(sent: Sequence[Sent], rows: Sequence[Row], **changed: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on which one round has matched these messages and rows."""
    with sql.connect(Settings(duckdb_threads=1)) as connection:
        filled(connection, sent, rows)
        sql.run_stage(connection, "reconcile_rounds", ROUND | changed)
        yield connection


def answers(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Which row answers each message, after the rounds that were run."""
    return dict(connection.execute("SELECT message_no, row_no FROM reconcile__pairs").fetchall())


def by_stack(sent: Sequence[Sent], rows: Sequence[Row]) -> dict[int, int]:
    """Which row answers each message: a row takes the message opened last on its line, within the deadline."""
    events = [(one.line, 2 * one.at, no) for no, one in enumerate(sent)]
    events += [(one.line, 2 * one.at + 1, 1000 + no) for no, one in enumerate(rows)]
    found: dict[int, int] = {}
    open_messages: dict[int, list[int]] = {}
    for line, key, no in sorted(events):
        waiting = open_messages.setdefault(line, [])
        if key % 2 == 0:
            waiting.append(no)
        elif waiting:
            message, row = waiting.pop(), rows[no - 1000]
            if row.at - row.margin <= sent[message].at + sent[message].reach + DEADLINE_MS:
                found[message] = no
    return found
