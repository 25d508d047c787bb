"""Where the tasks of one reconciliation leave tables for each other: Parquet files under one address, read by fsspec.

The address is a folder, or any URL that fsspec knows (an object store, where the machines share no disk). DuckDB reads
and writes there itself. A file is written under another name and then renamed, so that it is whole or not there.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from meldingskontroll import sql
from meldingskontroll.settings import Settings

_LOSSY = ("HUGEINT", "UHUGEINT", "BIGNUM")


class LossyColumnError(Exception):
    """A column has a type that Parquet cannot keep exactly; what came back would not be what was written."""


class Exchange:
    """Tables and small records by name, under one address."""

    def __init__(self, address: str) -> None:
        self._files, self._root = url_to_fs(address.rstrip("/"))

    @contextlib.contextmanager
    def connect(self, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection as `sql.connect` makes it, which reaches this address too."""
        with sql.connect(settings) as connection:
            if not isinstance(self._files, LocalFileSystem):
                connection.register_filesystem(self._files)
            yield connection

    def write(self, connection: duckdb.DuckDBPyConnection, query: str, name: str) -> int:
        """Write the rows of a query as a table. Returns their number.

        Raises:
            LossyColumnError: Parquet would not give back what was written.
        """
        columns = connection.execute(f"DESCRIBE {query}").fetchall()
        lossy = [column[0] for column in columns if str(column[1]).startswith(_LOSSY)]
        if lossy:
            raise LossyColumnError(f"{name}: {', '.join(lossy)}")
        target = self._path(f"{name}.parquet")
        with self._written_aside(target) as aside:
            copy = f"COPY ({query}) TO '{self._quoted(aside)}' (FORMAT parquet, COMPRESSION zstd)"
            return int(connection.execute(copy).fetchall()[0][0])

    def write_record(self, name: str, value: Mapping[str, Any]) -> None:
        """Write a small record as JSON."""
        with self._written_aside(self._path(f"{name}.json")) as aside:
            self._files.pipe_file(aside, json.dumps(value).encode())

    def record(self, name: str) -> dict[str, Any]:
        """A small record.

        Raises:
            FileNotFoundError: it was never written.
        """
        return dict(json.loads(self._files.cat_file(self._path(f"{name}.json"))))

    def has_record(self, name: str) -> bool:
        # Some stores remember what they listed; another machine may have written since.
        self._files.invalidate_cache()
        return bool(self._files.exists(self._path(f"{name}.json")))

    def rows_of(self, names: Sequence[str]) -> str:
        """The tables of these names, one after the other, for a FROM clause; one that is not there stops the query."""
        files = ", ".join(f"'{self._quoted(self._path(f'{name}.parquet'))}'" for name in names)
        return f"read_parquet([{files}])"

    def names(self) -> list[str]:
        """The names of everything that is there, in order."""
        return sorted(str(path).rsplit(f"{self._root}/")[-1] for path in self._files.find(self._root))

    def clear(self, folder: str = "") -> None:
        """Take away everything, or everything in one folder."""
        path = self._path(folder) if folder else self._root
        if self._files.exists(path):
            self._files.rm(path, recursive=True)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _quoted(self, path: str) -> str:
        local = isinstance(self._files, LocalFileSystem)
        return (path if local else str(self._files.unstrip_protocol(path))).replace("'", "''")

    @contextlib.contextmanager
    def _written_aside(self, target: str) -> Iterator[str]:
        aside = f"{target}.part"
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        try:
            yield aside
            self._files.mv(aside, target)
        finally:
            if self._files.exists(aside):
                self._files.rm(aside)
