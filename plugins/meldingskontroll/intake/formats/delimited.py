"""The template and its relatives: text with a header, separated by semicolon, tab, comma or bar."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence

from meldingskontroll.intake import columns
from meldingskontroll.intake.document import Document
from meldingskontroll.intake.formats.blocks import Layout, batches
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.intake.sheet import TITLE_LINES, Sheet, declared_above, header_score, without_total

NAME = "template"
_DELIMITERS = (";", "\t", ",", "|")


def recognise(document: Document) -> bool:
    """Any text: the header decides later whether it is a log."""
    return document.codec is not None


def texts(document: Document) -> Iterator[tuple[int | None, bytes]]:
    yield from document.pieces()


def read(document: Document, notes: Notes) -> Sheet:
    """Find delimiter and header, and give the rows.

    Raises:
        Refused: NO_HEADER, QUOTES_BROKEN or LINE_TOO_LONG.
    """
    with document.lines() as stream:
        lines = list(itertools.islice(stream, TITLE_LINES))
    score, at, delimiter, header = _header(lines)
    if not score:
        for number, line in enumerate(lines, 1):
            for delimiter in _DELIMITERS:
                columns.check_for_people(line.split(delimiter), number)
        raise Refused("NO_HEADER")
    layout = _layout(header, delimiter, by_row=document.lone_returns)
    rows = without_total(batches(_below(document, at + 1), layout))
    return Sheet(header, at + 1, rows, declared_above(lines[:at]), delimiter=delimiter)


def _layout(header: list[str], delimiter: str, *, by_row: bool) -> Layout:
    found = columns.understand(header)
    if found is None:
        raise Refused("NO_HEADER")
    times = [position for _, position in found.received]
    coded = {at for name, at in found.single.items() if name not in ("message_id", "registered")} - {0, *times}
    wanted = {0, *times, *found.received_time, *coded, found.single.get("message_id", 0)}
    return Layout(header, delimiter, sorted(wanted), times, coded - set(found.received_time), by_row)


def _below(document: Document, lines_above: int) -> Iterator[tuple[int, bytes]]:
    """The text below the header, piece by piece."""
    for number, piece in document.pieces():
        if number > lines_above:
            yield number, piece
            continue
        lines = io.StringIO(piece.decode(), newline="").readlines()
        above = lines[: lines_above - number + 1]
        rest = piece[sum(len(line.encode()) for line in above) :]
        if rest:
            yield number + len(above), rest


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
