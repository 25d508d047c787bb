"""Excel workbooks (.xlsx): the first sheet with a header, read without running anything in it."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from meldingskontroll.intake import personal
from meldingskontroll.intake.batches import Rows
from meldingskontroll.intake.columns import check_for_people
from meldingskontroll.intake.document import Document
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.intake.sheet import TITLE_LINES, Sheet, data_batch, declared_above, header_score, without_total
from meldingskontroll.intake.source import Content

NAME = "workbook"
_TEXT_PARTS = (".xml", ".rels", ".vml", ".txt", ".json")
_MOST_PARTS = 2_000
_MOST_UNPACKED = 400_000_000
# A sheet is held in memory, at some 150 bytes a cell: this is 600 000 rows as wide as the template.
_MOST_CELLS = 5_000_000
_PIECE = 1 << 20
_SHEET = re.compile(r"xl/(?:worksheets|chartsheets|dialogsheets)/.*\.xml|xl/sharedStrings\.xml", re.DOTALL)
# Parts whose numbers are sizes and colours, not anybody's.
_WITHOUT_TEXT = re.compile(r"xl/(?:styles|theme/.*|calcChain|metadata)\.xml|\[Content_Types\]\.xml", re.DOTALL)
_CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]{0,200}?\br="([A-Z]{0,4})([0-9]{0,9})"')
# In a sheet the text between tags counts, and that of links; in headers and footers a code stands before the text.
_TAG = re.compile(rb"<(?!hyperlink\b)[^>]*>|&amp;[LCR]")


def recognise(document: Document) -> bool:
    return document.codec is None


def texts(document: Document) -> Iterator[tuple[int | None, bytes]]:
    """Every part that holds text, all sheets and comments included, and every number cell that may be an id number."""
    sheets = _workbook(document)
    with _opened(document.content) as archive:
        for name in sheets.sheet_names:
            yield None, name.encode("utf-8", "replace")
        for part in archive.infolist():
            yield None, part.filename.encode("utf-8", "replace")
            if _SHEET.fullmatch(part.filename):
                with archive.open(part) as stream:
                    yield from ((None, _TAG.sub(b"\n", text)) for text in _between_tags(stream))
            elif part.filename.endswith(_TEXT_PARTS) and not _WITHOUT_TEXT.fullmatch(part.filename):
                with archive.open(part) as stream:
                    yield from ((None, text) for text in _between_tags(stream))
    for name in sheets.sheet_names:
        for rows, numbers in _chunks(sheets.get_sheet_by_name(name)):
            for number, row in zip(numbers, rows, strict=True):
                if any(
                    isinstance(cell, float) and cell.is_integer() and personal.find_number(int(cell)) for cell in row
                ):
                    raise Refused("PERSONAL_NUMBER", number)
            lines = ("\t".join(_text(cell).replace("\n", " ") for cell in row) for row in rows)
            yield numbers[0], "\n".join(lines).encode("utf-8", "replace")


def _between_tags(stream: IO[bytes]) -> Iterator[bytes]:
    """A part's XML, cut where a tag begins."""
    begun = b""
    while piece := stream.read(_PIECE):
        cut = (begun + piece).rfind(b"<")
        if cut <= 0 and len(begun) > _PIECE:
            raise Refused("LINE_TOO_LONG")
        whole = begun + piece
        yield whole[: max(cut, 0)]
        begun = whole[max(cut, 0) :]
    yield begun


def read(document: Document, notes: Notes) -> Sheet:
    """The first sheet that has a header.

    Raises:
        Refused: NO_HEADER, or the workbook cannot be read safely.
    """
    others: list[list[str]] = []
    found: Sheet | None = None
    workbook = _workbook(document)
    for name in workbook.sheet_names:
        cells = workbook.get_sheet_by_name(name)
        top = [[_text(cell) for cell in row] for row in _first_rows(cells)]
        scores = [header_score(row) for row in top]
        if found or not any(scores):
            others.append(next((row for row in top if any(cell.strip() for cell in row)), []))
            continue
        at = scores.index(max(scores))
        width = max((position for position, title in enumerate(top[at], 1) if title.strip()), default=0)
        declared = declared_above(map(_declared_line, top[:at]))
        rows = without_total(_batches(cells, at + 1, top[at], width))
        found = Sheet(top[at][:width], at + 1, rows, dict(declared))
    for row in others:
        check_for_people(row, None)
    if found is None:
        raise Refused("NO_HEADER")
    return found


def _batches(cells: CalamineSheet, header_row: int, header: list[str], width: int) -> Iterator[Rows]:
    for rows, numbers in _chunks(cells):
        below = [at for at, number in enumerate(numbers) if number > header_row]
        body = [[_text(cell) for cell in rows[at][:width]] for at in below]
        batch = data_batch(body, [numbers[at] for at in below], header)
        if batch.rows:
            yield batch


def _first_rows(cells: CalamineSheet) -> list[list[Any]]:
    """The first rows, the empty ones before them included."""
    rows, numbers = next(_chunks(cells, TITLE_LINES), ([], range(1)))
    return [[]] * min(numbers[0] - 1 if rows else 0, TITLE_LINES) + rows[: max(0, TITLE_LINES - numbers[0] + 1)]


def _chunks(cells: CalamineSheet, size: int = 20_000) -> Iterator[tuple[list[list[Any]], range]]:
    """Rows with their numbers; the empty columns before the first filled one are there, the empty rows are not."""
    if cells.start is None:
        return
    number, left = cells.start[0] + 1, [""] * cells.start[1]
    coming = cells.iter_rows()
    while rows := [left + row for row in itertools.islice(coming, size)]:
        yield rows, range(number, number + len(rows))
        number += len(rows)


def _declared_line(row: list[str]) -> str:
    """Column A, and the cell beside it where A holds the key alone."""
    first = row[0].strip() if row else ""
    return f"{first} {row[1]}" if first.endswith((":", "=")) and len(row) > 1 else first


def _opened(content: Content) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(content.open())
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused("PROGRAM_OR_ARCHIVE") from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Refused("PROGRAM_OR_ARCHIVE")
    if any("vbaproject" in name.casefold() or name.casefold().startswith("xl/macrosheets/") for name in names):
        raise Refused("MACROS")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("OLD_OR_ENCRYPTED_WORKBOOK")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Refused("WORKBOOK_TOO_WIDE")
    return archive


def _check_parts(content: Content) -> None:
    """Unpack in pieces: refuse entity definitions, sizes that lie, and sheets too wide or too long to hold."""
    try:
        with _opened(content) as archive:
            left = _MOST_UNPACKED
            for part in archive.infolist():
                if not part.filename.endswith(_TEXT_PARTS):
                    continue
                widest = longest = 1
                tail = b""
                with archive.open(part) as stream:
                    while piece := stream.read(1 << 20):
                        left -= len(piece)
                        window = tail + piece
                        if left < 0:
                            raise Refused("WORKBOOK_TOO_WIDE")
                        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                            raise Refused("WORKBOOK_UNREADABLE")
                        for letters, number in _CELL.findall(window):
                            widest, longest = max(widest, _position(letters)), max(longest, int(number or 0))
                        tail = window[-300:]
                if widest * longest > _MOST_CELLS:
                    raise Refused("WORKBOOK_TOO_WIDE")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Refused("WORKBOOK_UNREADABLE") from None
    except Exception as problem:  # zlib.error has no common base with the others
        if isinstance(problem, Refused):
            raise
        raise Refused("WORKBOOK_UNREADABLE") from None


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position


def _workbook(document: Document) -> CalamineWorkbook:
    if "workbook" not in document.opened:
        _check_parts(document.content)
        try:
            workbook = CalamineWorkbook.from_filelike(document.content.open())
            for name in workbook.sheet_names:
                workbook.get_sheet_by_name(name)
        except (CalamineError, ValueError, OSError):
            raise Refused("WORKBOOK_UNREADABLE") from None
        document.opened["workbook"] = workbook
    return document.opened["workbook"]


def _text(cell: Any) -> str:
    """A cell as it would be written in the template."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "ja" if cell else "nei"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        # A serial number's fraction is a little off; a log's clock has no finer ticks than milliseconds.
        rounded = cell + timedelta(microseconds=500 - (cell.microsecond + 500) % 1000)
        return rounded.isoformat(" ", "milliseconds" if rounded.microsecond else "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
