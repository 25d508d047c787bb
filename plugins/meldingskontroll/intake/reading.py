"""How a file was read, so that its sender can see what we took it for: encoding, header, columns, form of its times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from meldingskontroll.intake import columns as header_columns
from meldingskontroll.intake import times
from meldingskontroll.intake.batches import Rows
from meldingskontroll.intake.columns import Columns
from meldingskontroll.intake.document import Document
from meldingskontroll.intake.rows import Registrations
from meldingskontroll.intake.sheet import Sheet

_LOOKED_AT = 200
_FORMS_SHOWN = 3
# Field of the intake → name of the template's column.
_TEMPLATE = {
    "message_id": "meldingsid",
    "registered": "registrert",
    "item_type": "type",
    "reporter": "melder",
    "channel": "kanal",
    "municipality": "kommunenummer",
    "district": "bydelsnummer",
}
_LETTERS = {"y": "å", "m": "m", "d": "d", "H": "T", "M": "M", "S": "S"}
_WORDS = {"month": "måned", "wd": "ukedag", "f": "fff"}
_CELLS = "åååå-mm-dd TT:MM:SS"


def sampled(batches: Iterable[Rows]) -> tuple[list[list[str]], Iterator[Rows]]:
    """Some rows from a file's beginning, and all of its batches, none taken away."""
    coming = iter(batches)
    held: list[Rows] = []
    rows: list[list[str]] = []
    while len(rows) < _LOOKED_AT and (batch := next(coming, None)) is not None:
        held.append(batch)
        rows += batch.first_rows(_LOOKED_AT - len(rows))
    return rows, chain(held, coming)


def chosen(columns: Columns, sample: list[list[str]]) -> tuple[int, int | None]:
    """The columns of the date and of the time of day, by what some rows hold.

    Raises:
        Refused: TWO_RECEIVED_COLUMNS.
    """
    return header_columns.choose_received(columns, list(zip(*_padded(sample, columns), strict=True)))


def _padded(sample: list[list[str]], columns: Columns) -> list[list[str]]:
    width = len(columns.header)
    return [[*row[:width], *[""] * (width - len(row))] for row in sample] or [[""] * width]


def reading_of(
    document: Document,
    form: str,
    sheet: Sheet,
    columns: Columns,
    sample: list[list[str]],
    found: Registrations,
) -> dict[str, Any]:
    """What a file was taken for, ready for JSON; nothing of its content but the names of recognised columns.

    Returns:
        `{"encoding", "delimiter", "header_row", "columns", "ignored", "times", "resolution_s", "zoned"}`: `columns`
        from the template's names to the sender's, `times` the commonest written forms (`dd.mm.åååå TT:MM:SS`),
        `resolution_s` in ascending order, `zoned` none, all or some.
    """
    rows = _padded(sample, columns)
    date, clock = chosen(columns, sample)
    received = [columns.name(date)] + ([columns.name(clock)] if clock is not None else [])
    named = {_TEMPLATE[name]: columns.name(at) for name, at in sorted(columns.single.items(), key=lambda pair: pair[1])}
    letters = _LETTERS | ({"a": "m", "b": "d"} if found.first_in_dates == "måned" else {"a": "d", "b": "m"})
    written = [_form(row[date] if clock is None else f"{row[date]} {row[clock]}", letters) for row in rows]
    common = [form for form, _ in Counter(filter(None, written)).most_common(_FORMS_SHOWN)]
    if form == "workbook":
        common = ["datoceller" if shown.startswith(_CELLS) else shown for shown in common]
    return {
        "encoding": document.encoding or ("" if document.codec is None else "UTF-8"),
        "delimiter": sheet.delimiter,
        "header_row": sheet.header_row,
        "columns": {"mottatt": " + ".join(received), **named},
        "ignored": columns.extra,
        "times": common,
        "resolution_s": found.resolutions,
        "zoned": found.zoned,
    }


def _form(text: str, letters: dict[str, str]) -> str | None:
    """A written time with its digits replaced by what they mean, None if it is no time."""
    parts = times.parts_of(text.strip())
    if parts is None:
        return None
    if "serial" in parts:
        return "Excels serienummer"
    found = bytearray(text.strip().encode())
    for name, (begin, end) in sorted(parts.items(), key=lambda part: part[1], reverse=True):
        if name in letters:
            found[begin:end] = (letters[name] * (end - begin)).encode()
        elif name in _WORDS:
            found[begin:end] = _WORDS[name].encode()
        elif name == "z" and found[begin] in b"+-":
            found[begin:end] = "±TT:MM".encode()
    return re.sub(r"(?<=[dåm])T(?=TT)", "«T»", found.decode())
