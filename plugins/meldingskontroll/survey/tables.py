"""Reads the semicolon-separated files of survey and follow-up; what cannot be read is a problem, not a crash."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_DAY_FIRST = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?=$|[ T])")


@dataclass(frozen=True)
class Row:
    """One data row: its place in the file as the sender sees it (from 1), and its values by lower-case column."""

    source_file: str
    source_row: int
    values: dict[str, str]

    def text(self, column: str) -> str:
        """The value without surrounding blanks, empty where the column is missing."""
        return self.values.get(column, "").strip()

    def choice(self, column: str) -> str:
        """The value as one of a fixed set of words: in lower case."""
        return self.text(column).lower()

    def parts(self, column: str) -> list[str]:
        """The values of a list joined by `|`, in their order; empty ones are left out."""
        return [part.strip() for part in self.text(column).split("|") if part.strip()]


@dataclass(frozen=True)
class Problem:
    """Something that could not be used: which file, which row (None: the whole file), and why. Never any content."""

    source_file: str
    source_row: int | None
    code: str


def read_rows(file: Path, required: frozenset[str]) -> tuple[list[Row], list[Problem]]:
    """The data rows of one file, and what of it cannot be read: the whole file, or rows with too many values."""
    try:
        lines = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";")
        header = [name.strip().lower() for name in next(lines, [])]
        if not required <= set(header):
            return [], [Problem(file.name, None, "COLUMNS_MISSING")]
        if len(set(header)) < len(header):
            return [], [Problem(file.name, None, "COLUMNS_REPEATED")]
        return _data_rows(file.name, header, enumerate(lines, start=2))
    except (UnicodeDecodeError, csv.Error, OSError):
        return [], [Problem(file.name, None, "FILE_UNREADABLE")]


def _data_rows(
    name: str, header: list[str], records: Iterable[tuple[int, list[str]]]
) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, values in records:
        if not any(value.strip() for value in values):
            continue
        if any(value.strip() for value in values[len(header) :]):
            problems.append(Problem(name, number, "ROW_UNREADABLE"))
            continue
        rows.append(Row(name, number, dict(zip(header, values, strict=False))))
    return rows, problems


def iso_time(text: str) -> str:
    """A date written day first (`14.06.2023`) turned to ISO; anything else as it is."""
    return _DAY_FIRST.sub(lambda m: f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}", text.strip())
