"""Overrides as people write them, put before the verification on hand-made tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from meldingskontroll.lake import WorkFolder
from meldingskontroll.verification.overrides import COLUMNS, file_of, read_given
from meldingskontroll.verification.run import judge
from support.healthy import CLOCK, SETTINGS
from support.judged import judged

HEADER = ";".join(COLUMNS)
SAID = "loggen er ødelagt;Kari Ås;2023-06-20"


def write_overrides(work: WorkFolder, *lines: str) -> WorkFolder:
    work.registry.mkdir(parents=True, exist_ok=True)
    file_of(work).write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return work


@contextlib.contextmanager
def overridden(folder: Path, *lines: str, **changes: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on which everything has been judged with these lines of `registry/overrides.csv`."""
    given = read_given(write_overrides(WorkFolder(folder), *lines))
    with judged(folder, **changes) as connection:
        judge(connection, CLOCK, SETTINGS, given)
        yield connection
