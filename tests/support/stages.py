"""Runs SQL files on hand-made tables: one file, the portal's stage or the roster's, from short Python literals."""

from __future__ import annotations

import atexit
import contextlib
import functools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import normal_district
from meldingskontroll.portal.extract_import import HISTORY_COLUMNS, MESSAGE_COLUMNS
from meldingskontroll.roster.compile import _FILES
from meldingskontroll.roster.reference import canonical
from meldingskontroll.settings import Settings
from support.lake_fixtures import TABLES, make_table

Text = Mapping[str, str]
Row = dict[str, Any]
DEADLINE = {"deadline": timedelta(hours=40), "deadline_ms": 40 * 3_600_000}
FAULT_START = datetime(2020, 9, 1)
_lasting = contextlib.ExitStack()
atexit.register(_lasting.close)
_PLACE = ("municipality_no", "canonical_no", "district_no")


def file_of(room: str, name: str) -> Path:
    """The SQL file of a room that creates the relation with this name."""
    found = [file for file in sql.stage_files(room) if sql.relation_of(file) == f"{room}__{name}"]
    assert len(found) == 1, f"{room} has {len(found)} files that create {name}"
    return found[0]


def value(expression: str, parameters: Any = None) -> Any:
    """What one SQL expression gives, with the shared macros."""
    row = _lasting_connection().execute(f"SELECT {expression}", parameters).fetchone()
    assert row is not None
    return row[0]


@functools.lru_cache(maxsize=1)
def _lasting_connection() -> duckdb.DuckDBPyConnection:
    """One connection for all expressions, since they leave nothing behind."""
    return _lasting.enter_context(sql.connect())


def yielded(
    room: str, name: str, tables: Mapping[str, str | Sequence[Row]], columns: str = "*", **parameters: Any
) -> list[tuple[Any, ...]]:
    """The rows that one SQL file makes of the tables given: as a query, or as rows of a table of the architecture."""
    with sql.connect() as connection:
        for relation, content in tables.items():
            if isinstance(content, str):
                connection.execute(f"CREATE TABLE {relation} AS {content}")
            else:
                make_table(connection, relation, content)
        relation = sql.run_file(connection, file_of(room, name), parameters)
        return connection.execute(f"SELECT {columns} FROM {relation}").fetchall()  # noqa: S608


def nested(events: Sequence[tuple[int, int]], followed: int, name: str, columns: str) -> list[tuple[Any, ...]]:
    """What a round makes of events (id, key) that have no neighbour, up to the file that creates `name`.

    `followed` is the id of the one event that has a neighbour.
    """
    values = ", ".join(f"({number}, {key})" for number, key in events)
    with sql.connect(Settings(duckdb_threads=1)) as connection:
        connection.execute(f"""
            CREATE TABLE reconcile_rounds__neighbours AS
            SELECT id::BIGINT AS id, key::BIGINT AS key, CASE WHEN id = {followed} THEN 31::BIGINT END AS next_key
            FROM (VALUES {values}) AS t(id, key)
        """)  # noqa: S608
        for stage in ("levels", "brackets"):
            relation = sql.run_file(connection, file_of("reconcile_rounds", stage))
            if stage == name:
                break
        return connection.execute(f"SELECT {columns} FROM {relation}").fetchall()  # noqa: S608


def _text_table(
    connection: duckdb.DuckDBPyConnection, relation: str, rows: Sequence[Text], columns: Sequence[str]
) -> None:
    incoming = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns})
    connection.register("incoming", incoming)
    connection.execute(f"CREATE TABLE {relation} AS SELECT * FROM incoming")  # noqa: S608
    connection.unregister("incoming")


@contextlib.contextmanager
def portal_stage(
    messages: Sequence[Text], history: Sequence[Text] = (), rejected_rows: Sequence[int] = (), **manifest: Any
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The portal's relations from rows of `messages.csv` and `history.csv`, written as text."""
    declared = {
        "manifest_problem": None, "from_date": "2020-09-01", "to_date": "2023-07-01",
        "extracted": "2023-07-01T12:00:00", "declared_total": len(messages),
    }  # fmt: skip
    with sql.connect() as connection:
        for kind, rows, columns in (("", messages, MESSAGE_COLUMNS), ("history_", history, HISTORY_COLUMNS)):
            _text_table(connection, f"portal__{kind}read", rows, columns)
            connection.execute(
                f"CREATE TABLE portal__{kind}csv AS SELECT *, '{kind.strip('_') or 'messages'}.csv' AS source_file,"  # noqa: S608
                f" 1 + row_number() OVER () AS source_row FROM portal__{kind}read"
            )
        connection.execute("CREATE TABLE portal__rejected (source_file VARCHAR, source_row BIGINT)")
        for row in rejected_rows:
            connection.execute("INSERT INTO portal__rejected VALUES ('messages.csv', ?)", [row])
        sql.run_stage(connection, "portal", declared | manifest)
        yield connection


@contextlib.contextmanager
def roster_stage(
    as_of: datetime = datetime(2023, 7, 1, 12), messages: Sequence[Row] = (), **files: Sequence[Text]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The roster's relations from rows of its files, by file name; `messages` are rows of `portal__messages`."""
    with sql.connect() as connection:
        for name, columns in _FILES.items():
            rows = [_placed(row) | {"source_row": str(no + 2)} for no, row in enumerate(files.pop(name, ()))]
            _text_table(connection, f"roster__{name}_csv", rows, (*columns, "source_row", *_PLACE))
        _text_table(connection, "roster__renumberings_csv", files.pop("renumberings", ()), ("old_no", "canonical_no"))
        _text_table(connection, "roster__successions_csv", files.pop("successions", ()), ("old_no", "new_no"))
        assert not files, f"no such file: {list(files)}"
        make_table(connection, "portal__messages", messages)
        sql.run_stage(connection, "roster", {"as_of_utc": as_of, "fault_start": FAULT_START})
        yield connection


def _placed(row: Text) -> dict[str, str]:
    number = row.get("kommunenummer", "")
    place = {"municipality_no": number, "canonical_no": canonical(number) if number else ""}
    return dict.fromkeys((name for names in _FILES.values() for name in names), "") | dict(row) | place | {
        "district_no": normal_district(row.get("bydelsnummer"))
    }  # fmt: skip


def columns_wanted(relation: str) -> set[str]:
    """The columns that the architecture gives a table."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE wanted ({TABLES[relation]})")
        return {row[0] for row in connection.execute("DESCRIBE wanted").fetchall()}
