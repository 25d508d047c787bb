"""Rows of a file on their way to be understood: row by row as text, or whole columns at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Cells:
    """Columns by their position, a value for each row number; `lost` are the rows that do not fit the header."""

    numbers: np.ndarray
    columns: dict[int, pa.Array]
    lost: list[int]


class Rows(Protocol):
    """Some rows of a file, and their numbers as the sender sees them."""

    def as_cells(self, wanted: Collection[int], width: int) -> Cells: ...

    def first_rows(self, count: int) -> list[list[str]]: ...


@dataclass(frozen=True)
class Batch:
    """Rows as lists of text; None is a row that is no row."""

    rows: Sequence[Sequence[str] | None]
    numbers: Sequence[int]

    def as_cells(self, wanted: Collection[int], width: int) -> Cells:
        fitting, numbers, lost = self._fitting(width)
        columns = list(zip(*fitting, strict=True)) or [()] * width
        chosen = {at: pa.array(columns[at], pa.string()) for at in wanted}
        return Cells(np.array(numbers, dtype=np.int64), chosen, lost)

    def first_rows(self, count: int) -> list[list[str]]:
        return [list(row) for row in self.rows[:count] if row is not None]

    def _fitting(self, width: int) -> tuple[Sequence[Sequence[str]], Sequence[int], list[int]]:
        full = [row for row in self.rows if row is not None and len(row) == width]
        if len(full) == len(self.rows):
            return full, self.numbers, []
        fitting, numbers, lost = [], [], []
        for row, number in zip(self.rows, self.numbers, strict=True):
            if row is None or any(cell.strip() for cell in row[width:]):
                lost.append(number)
            else:
                fitting.append([*row[:width], *[""] * (width - len(row))])
                numbers.append(number)
        return fitting, numbers, lost


_NONE = Batch([], [])


@dataclass(frozen=True)
class ColumnBatch:
    """Columns as text (or with a dictionary), and beside them the rows that had to be read one by one."""

    numbers: np.ndarray
    columns: Mapping[int, pa.Array]
    beside: Batch = field(default=_NONE)

    def as_cells(self, wanted: Collection[int], width: int) -> Cells:
        chosen = {at: self.columns[at] for at in wanted}
        if not self.beside.rows:
            return Cells(self.numbers, chosen, [])
        others = self.beside.as_cells(wanted, width)
        numbers = np.concatenate([self.numbers, others.numbers])
        order = np.argsort(numbers, kind="stable")
        place = pa.array(order)
        both = {at: pa.concat_arrays([_plain(chosen[at]), others.columns[at]]).take(place) for at in wanted}
        return Cells(numbers[order], both, others.lost)

    def first_rows(self, count: int) -> list[list[str]]:
        columns = {at: _plain(column[:count]).to_pylist() for at, column in self.columns.items()}
        width = max(columns) + 1
        numbers = self.numbers[:count].tolist()
        found = [
            (number, [columns[c][at] if c in columns else "" for c in range(width)])
            for at, number in enumerate(numbers)
        ]
        found += list(zip(self.beside.numbers, self.beside.first_rows(len(self.beside.rows)), strict=True))
        return [row for _, row in sorted(found)[:count]]


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
