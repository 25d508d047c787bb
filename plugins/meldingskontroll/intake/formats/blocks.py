"""Reads delimited text a stretch at a time, by columns where its rows are plain and else row by row, with one result.

Rows are plain where every quote opens or closes a cell within one line. What has the look of a comment, a total or a
blank line, or has more or fewer cells than its neighbours, is read by itself.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from meldingskontroll.intake.batches import Batch, ColumnBatch, Rows
from meldingskontroll.intake.document import line_feeds
from meldingskontroll.intake.messages import Refused
from meldingskontroll.intake.sheet import data_batch

# Python's reader refuses longer cells, so that longer lines are left to it.
_LONGEST_PLAIN_LINE = 100_000
_READ_BY_ROW_AT_THE_END = 60
_TOO_SHORT_TO_STAND_ALONE = 20_000
_SHORTEST_TIME = 5
_CHUNK = 50_000
_LOOKED_AT = 9
_NOTHING = b"\r\n\t ;,|"


@dataclass(frozen=True)
class Layout:
    """How the rows are written: the header's names, the delimiter, and the columns that are asked for.

    `times` are those of them that may hold the time of receipt, `coded` those whose values recur. `by_row` is whether
    lines may end in ways that only the reading by row knows.
    """

    header: list[str]
    delimiter: str
    wanted: Collection[int]
    times: Collection[int]
    coded: Collection[int]
    by_row: bool = False


def batches(pieces: Iterable[tuple[int, bytes]], layout: Layout) -> Iterator[Rows]:
    """The data rows of pieces of text (number of the first line, UTF-8), which together are all below the header.

    Raises:
        Refused: QUOTES_BROKEN or LINE_TOO_LONG.
    """
    coming = _with_the_end_apart(pieces)
    for number, piece, by_row in coming:
        plain = None if by_row else _by_columns(piece, number, layout)
        if plain is not None:
            yield plain
            continue
        for rows, numbers in _by_rows(_Lines(piece, coming), number - 1, layout):
            batch = data_batch(rows, numbers, layout.header)
            if batch.rows:
                yield batch


def _with_the_end_apart(pieces: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, bool]]:
    """The pieces, the last lines in one of their own that is read by row: totals stand there."""
    held: list[tuple[int, bytes]] = []
    for numbered_piece in pieces:
        if len(held) == 2:
            yield *held.pop(0), False
        held.append(numbered_piece)
    if len(held) == 2 and len(held[1][1].strip(_NOTHING)) >= _TOO_SHORT_TO_STAND_ALONE:
        yield *held.pop(0), False
    if not held:
        return
    number, piece = held[0][0], b"".join(piece for _, piece in held)
    end = len(piece.rstrip(_NOTHING))
    for _ in range(_READ_BY_ROW_AT_THE_END):
        end = piece.rfind(b"\n", 0, max(end, 0))
    if end > 0:
        yield number, piece[: end + 1], False
    yield number + piece.count(b"\n", 0, end + 1), piece[end + 1 :], True


class _Lines:
    """The lines of a piece, and of those that follow where a cell goes on; `left` is whether it has any itself."""

    def __init__(self, piece: bytes, following: Iterator[tuple[int, bytes, bool]]) -> None:
        self._lines, self._at, self._following = _split(piece), 0, following

    @property
    def left(self) -> bool:
        return self._at < len(self._lines)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if not self.left:
            _, piece, _ = next(self._following)
            self._lines, self._at = _split(piece), 0
        self._at += 1
        return self._lines[self._at - 1]


def _split(piece: bytes) -> list[str]:
    return io.StringIO(piece.decode(), newline="").readlines()


def _by_rows(lines: _Lines, lines_before: int, layout: Layout) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
    """Rows with the numbers of the lines that they begin on, until the piece's own lines are read."""
    reader = csv.reader(lines, delimiter=layout.delimiter)
    first = lines_before + 1
    while lines.left:
        rows: list[list[str]] = []
        try:
            while lines.left and len(rows) < _CHUNK:
                rows.append(next(reader))
        except csv.Error:
            raise Refused("LINE_TOO_LONG") from None
        following = lines_before + reader.line_num + 1
        one_line_each = following - first == len(rows)
        yield rows, range(first, following) if one_line_each else _numbered(rows, first, layout)
        first = following


def _numbered(rows: list[list[str]], first: int, layout: Layout) -> list[int]:
    """Line numbers where quoted cells hold line ends. A cell that swallowed whole rows is an unclosed quote."""
    numbers = []
    for row in rows:
        numbers.append(first)
        first += 1
        for cell in row:
            ends = max(cell.count("\n"), cell.count("\r"))
            if ends and cell.count(layout.delimiter) >= max(1, len(layout.header) - 1):
                raise Refused("QUOTES_BROKEN", numbers[-1])
            first += ends
    return numbers


def _by_columns(piece: bytes, number: int, layout: Layout) -> ColumnBatch | None:
    """The rows of a piece by columns, or None where some of them are not plain."""
    quoted = b'"' in piece
    if layout.by_row or _has_long_line(piece) or (quoted and not _quotes_are_plain(piece, layout.delimiter)):
        return None
    width = _usual_width(piece, layout.delimiter)
    unlike: list[int] = []
    table = _parsed(piece, width, layout, quoted=quoted, unlike=unlike)
    if table is None or table.num_rows + len(unlike) != line_feeds(piece):
        return None
    numbers = np.delete(np.arange(table.num_rows + len(unlike)), np.array(unlike, dtype=np.int64))
    columns = {at: table[str(at)].combine_chunks() for at in layout.wanted if at < width}
    absent = pa.repeat("", table.num_rows)
    columns |= {at: absent for at in layout.wanted if at >= width}
    doubtful = _doubtful(columns, layout)
    for at in range(len(layout.header), width):
        doubtful |= _is_long(table[str(at)].combine_chunks(), 1)
    if doubtful.any():
        plain = pa.array(~doubtful)
        columns = {at: column.filter(plain) for at, column in columns.items()}
    by_row = sorted([*unlike, *numbers[doubtful].tolist()])
    beside = _apart(piece, by_row, number, layout) if by_row else Batch([], [])
    return ColumnBatch(numbers[~doubtful] + number, columns, beside)


def _parsed(piece: bytes, width: int, layout: Layout, *, quoted: bool, unlike: list[int]) -> pa.Table | None:
    """The columns that are asked for, by position; the lines (from 0) with more or fewer cells go to `unlike`."""

    def skip(row: Any) -> str:
        unlike.append(row.number - 1)
        return "skip"

    asked = [str(at) for at in range(width) if at in layout.wanted or at >= len(layout.header)]
    if not asked:
        return None
    text, coded = pa.string(), pa.dictionary(pa.int32(), pa.string())
    try:
        return pa_csv.read_csv(
            pa.py_buffer(piece),
            read_options=pa_csv.ReadOptions(
                column_names=[str(at) for at in range(width)], use_threads=False, block_size=len(piece) + 1
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if quoted else False,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: coded if int(name) in layout.coded else text for name in asked},
                include_columns=asked,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _doubtful(columns: dict[int, pa.Array], layout: Layout) -> np.ndarray:
    """Mask of the rows that may be a blank line, a comment, a repeated header or a total: without any time in them."""
    first = columns[0]
    found = pc.or_(
        pc.starts_with(first, "#"), pc.equal(pc.utf8_trim_whitespace(first), layout.header[0].strip())
    ).to_numpy(zero_copy_only=False)
    timeless = np.ones(len(first), dtype=np.bool_)
    for at in layout.times:
        timeless &= ~_is_long(columns[at], _SHORTEST_TIME)
    return np.asarray(found | timeless)


def _is_long(column: pa.Array, length: int) -> np.ndarray:
    long = pc.greater_equal(pc.binary_length(pc.utf8_trim_whitespace(column)), length)
    return np.asarray(long.to_numpy(zero_copy_only=False))


def _apart(piece: bytes, lines: list[int], number: int, layout: Layout) -> Batch:
    """Some lines of a piece, read by row."""
    every = piece.split(b"\n")
    rows = list(csv.reader((every[at].decode() for at in lines), delimiter=layout.delimiter))
    return data_batch(rows, [number + at for at in lines], layout.header)


def _usual_width(piece: bytes, delimiter: str) -> int:
    """How many cells most of the first rows have."""
    lines = [line.decode() for line in piece.split(b"\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
    return widths.most_common(1)[0][0] if widths else 1


def _has_long_line(piece: bytes) -> bool:
    at = 0
    while at + _LONGEST_PLAIN_LINE < len(piece):
        last = piece.rfind(b"\n", at, at + _LONGEST_PLAIN_LINE)
        if last < 0:
            return True
        at = last + 1
    return False


def _quotes_are_plain(piece: bytes, delimiter: str) -> bool:
    """Whether each quote opens a cell or closes it, within one line."""
    values = np.frombuffer(b"\n" + piece + b"\n", dtype=np.uint8)
    quotes = np.flatnonzero(values == ord('"'))
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    edges = np.array([ord(delimiter), ord("\n"), ord("\r")], dtype=np.uint8)
    line_ends = np.flatnonzero(values == ord("\n"))
    return bool(
        np.isin(values[opening - 1], edges[:2]).all()
        and np.isin(values[closing + 1], edges).all()
        and (np.searchsorted(line_ends, opening) == np.searchsorted(line_ends, closing)).all()
    )
