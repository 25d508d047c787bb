"""The template and its relatives: text with a header, separated by semicolon, tab, comma or bar."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from meldingskontroll.intake.columns import check_for_people
from meldingskontroll.intake.document import Document
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.intake.sheet import TITLE_LINES, Sheet, data_rows, declared_above, header_score

if TYPE_CHECKING:
    from _csv import Reader

NAME = "template"
_DELIMITERS = (";", "\t", ",", "|")
_CHUNK = 50_000


def recognise(document: Document) -> bool:
    """Any text: the header decides later whether it is a log."""
    return document.codec is not None


def texts(document: Document) -> Iterator[tuple[int | None, str]]:
    yield from document.pieces()


def read(document: Document, notes: Notes) -> Sheet:
    """Find delimiter and header, and give the rows.

    Raises:
        Refused: NO_HEADER, QUOTES_BROKEN or LINE_TOO_LONG.
    """
    stream = document.lines()
    lines = list(itertools.islice(stream, TITLE_LINES))
    score, at, delimiter, header = _header(lines)
    if not score:
        for number, line in enumerate(lines, 1):
            for delimiter in _DELIMITERS:
                check_for_people(line.split(delimiter), number)
        raise Refused("NO_HEADER")
    rows = itertools.chain(lines[at + 1 :], stream)
    chunks = _chunks(csv.reader(rows, delimiter=delimiter), at + 1, delimiter, len(header))
    return Sheet(header, at + 1, data_rows(chunks, header), declared_above(lines[:at]), delimiter=delimiter)


def _header(lines: Sequence[str]) -> tuple[int, int, str, list[str]]:
    """(score, line from 0, delimiter, names) of the first line with two known columns, else of the first with one."""
    best: tuple[int, int, str, list[str]] = (0, 0, ";", [])
    for at, line in enumerate(lines):
        for delimiter in _DELIMITERS:
            try:
                names = next(csv.reader([line], delimiter=delimiter), [])
            except csv.Error:
                continue
            score = header_score(names)
            if score > best[0]:
                best = (score, at, delimiter, names)
        if best[0] > 1:
            break
    return best


def _chunks(
    reader: Reader, lines_before: int, delimiter: str, width: int
) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
    """Rows with the numbers of the lines that they begin on."""
    first = lines_before + 1
    while True:
        try:
            rows = list(itertools.islice(reader, _CHUNK))
        except csv.Error:
            raise Refused("LINE_TOO_LONG") from None
        if not rows:
            return
        following = lines_before + reader.line_num + 1
        one_line_each = following - first == len(rows)
        yield rows, range(first, following) if one_line_each else _numbered(rows, first, delimiter, width)
        first = following


def _numbered(rows: list[list[str]], first: int, delimiter: str, width: int) -> list[int]:
    """Line numbers where quoted cells hold line ends. A cell that swallowed whole rows is an unclosed quote."""
    numbers = []
    for row in rows:
        numbers.append(first)
        first += 1
        for cell in row:
            ends = max(cell.count("\n"), cell.count("\r"))
            if ends and cell.count(delimiter) >= max(1, width - 1):
                raise Refused("QUOTES_BROKEN", numbers[-1])
            first += ends
    return numbers
