"""Runs the files in `sql/` as named stages on a DuckDB connection that is made in one place.

A file holds one statement and creates one relation, named for its folder and its own name:
`sql/reconcile/30_matches_by_time.sql` creates `reconcile__matches_by_time`. Values are bound (`$as_of_utc`), never
formatted into the text. Relations travel between rooms as Parquet files in the lake.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from meldingskontroll.lake import WorkFolder, written_aside
from meldingskontroll.settings import Settings, current

_PACKAGE = Path(__file__).parent
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_COMMENT = re.compile(r"--[^\n]*")


@lru_cache(maxsize=1)
def sql_root() -> Path:
    """The folder with the SQL files: beside `plugins/` in a checkout, inside the package in a wheel."""
    shipped = _PACKAGE / "_shipped" / "sql"
    return shipped if shipped.is_dir() else _PACKAGE.parents[1] / "sql"


def stage_files(room: str) -> list[Path]:
    """The SQL files of a room in the order they run.

    Raises:
        FileNotFoundError: the room has no SQL files; an empty stage would pass for a finished one.
    """
    files = sorted((sql_root() / room).glob("*.sql"))
    if not files:
        raise FileNotFoundError(f"no SQL files for the room {room}")
    return files


def relation_of(file: Path) -> str:
    """The relation that a file creates: the room, two underscores, the name without its number."""
    return f"{file.parent.name}__{re.sub(r'^[0-9]+_', '', file.stem)}"


def statement_of(file: Path) -> str:
    """The statement in a file, without its comments."""
    return _COMMENT.sub("", file.read_text())


@contextlib.contextmanager
def connect(settings: Settings | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with explicit threads, memory and temporary folder, in UTC, with the shared macros."""
    settings = settings or current()
    with tempfile.TemporaryDirectory(prefix="meldingskontroll-duckdb-", dir=settings.duckdb_temp_directory) as spill:
        connection = duckdb.connect(
            config={
                "threads": settings.duckdb_threads,
                "memory_limit": settings.duckdb_memory_limit,
                "temp_directory": spill,
                "preserve_insertion_order": True,
            }
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            for macro in sorted((sql_root() / "macros").glob("*.sql")):
                connection.execute(macro.read_text())
            yield connection
        finally:
            connection.close()


def run_file(connection: duckdb.DuckDBPyConnection, file: Path, parameters: Mapping[str, Any] | None = None) -> str:
    """Run one SQL file, binding just the parameters that it names. Returns the relation it created.

    Raises:
        KeyError: the file names a parameter that was not given.
    """
    statement = file.read_text()
    named = set(_PARAMETER.findall(statement_of(file)))
    given = parameters or {}
    connection.execute(statement, {name: given[name] for name in named}).fetchall()
    return relation_of(file)


def run_stage(
    connection: duckdb.DuckDBPyConnection, room: str, parameters: Mapping[str, Any] | None = None
) -> list[str]:
    """Run all files of a room in order. Returns the relations that they created."""
    return [run_file(connection, file, parameters) for file in stage_files(room)]


def load(connection: duckdb.DuckDBPyConnection, work: WorkFolder, relations: Iterable[str]) -> None:
    """Make tables that earlier rooms left in the lake readable under their names, as views on the Parquet files."""
    for relation in relations:
        source = str(work.table(relation)).replace("'", "''")
        connection.execute(f"CREATE OR REPLACE VIEW {relation} AS SELECT * FROM read_parquet('{source}')")  # noqa: S608


def save(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder, relations: Iterable[str], *, order_by: str = ""
) -> None:
    """Write tables to the lake as Parquet (zstd), each aside first and then renamed."""
    for relation in relations:
        write_parquet(connection, relation, work.table(relation), order_by=order_by, durable=False)


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    target: Path,
    *,
    order_by: str = "",
    durable: bool = True,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write one relation or query in parentheses to a Parquet file, rows in `order_by` if given.

    `metadata` is the file's key-value metadata: names of letters, digits and `_`, with texts.
    """
    order = f" ORDER BY {order_by}" if order_by else ""
    pairs = ", ".join(f"{name}: '{value.replace(chr(39), chr(39) * 2)}'" for name, value in (metadata or {}).items())
    options = f"FORMAT parquet, COMPRESSION zstd{f', KV_METADATA {{{pairs}}}' if pairs else ''}"
    with written_aside(target, durable=durable) as aside:
        path = str(aside).replace("'", "''")
        statement = f"COPY (SELECT * FROM {relation}{order}) TO '{path}' ({options})"  # noqa: S608
        connection.execute(statement).fetchall()


def rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Any = None) -> list[dict[str, Any]]:
    """The answer of a query as dictionaries."""
    cursor = connection.execute(query, parameters) if parameters is not None else connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
