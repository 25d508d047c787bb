"""Ids compared with reladiff on DuckDB: tables loaded, repeats set aside, and the rest bisected by checksums."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import reladiff
from answer import Counts, answered

_REPEATS = """
    SELECT message.entry_id, count(*) - count(DISTINCT message_id) FROM all_messages AS message
    JOIN all_registrations USING (message_id) GROUP BY message.entry_id
"""
_ENTRIES = """
    SELECT entry_id, count(*) FROM {table} AS one SEMI JOIN (SELECT unnest($ids)::UUID AS id) AS differing
    ON differing.id = one.message_id GROUP BY entry_id
"""


def load(folder: Path, database: Path) -> None:
    """Load both tables, and each id once beside them: reladiff wants unique keys."""
    with duckdb.connect(str(database)) as connection:
        for name in ("messages", "registrations"):
            files = str(folder / f"{name}-*.parquet").replace("'", "''")
            read = f"SELECT message_id, entry_id FROM read_parquet('{files}')"  # noqa: S608
            connection.execute(f"CREATE TABLE all_{name} AS {read}")
            connection.execute(f"CREATE TABLE {name} AS SELECT DISTINCT message_id FROM all_{name}")  # noqa: S608


def counts(folder: Path) -> Counts:
    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "tables.duckdb"
        load(folder, database)
        sides = [
            reladiff.connect_to_table(f"duckdb://main:@{database}", name, key_columns="message_id")
            for name in ("messages", "registrations")
        ]
        differing: dict[str, list[str]] = {"-": [], "+": []}
        for sign, (key, *_) in reladiff.diff_tables(*sides, threaded=False):
            differing[sign].append(key)
        with duckdb.connect(str(database)) as connection:
            repeated = dict(connection.execute(_REPEATS).fetchall())
            unnamed, unheld = (
                dict(connection.execute(_ENTRIES.format(table=table), {"ids": differing[sign]}).fetchall())
                for sign, table in (("-", "all_messages"), ("+", "all_registrations"))
            )
    entries = {*repeated, *unnamed, *unheld}
    return [(one, unnamed.get(one, 0), repeated.get(one, 0), unheld.get(one, 0)) for one in entries]


answered(counts)
