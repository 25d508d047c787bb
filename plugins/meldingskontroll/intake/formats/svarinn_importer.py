"""SvarInn's importer log: a line for each imported item. Time and id are kept; titles are neither scanned nor kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from meldingskontroll.intake.batches import Batch
from meldingskontroll.intake.document import Document
from meldingskontroll.intake.messages import Notes
from meldingskontroll.intake.sheet import TITLE_LINES, Sheet, declared_above

NAME = "svarinn_importer"
CASE_SYSTEM = "SVARINN_IMPORTER"
_HEADER = ["mottatt", "meldingsid", "kanal"]
_CHUNK = 50_000
_STAMPED = re.compile(r"\ufeff?([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2});(.*)")
_KNOWN = re.compile(r"Importerte forsendelse med tittel |Import av forsendelse |[0-9]+ nye forsendelser|Kjørte ")
_IMPORTED = "Importerte forsendelse med tittel "
_FAILED = "Import av forsendelse "
# The title may itself hold `,id `: the last one on the line is the importer's.
_ID = re.compile(r".*,\s?id\s([^,\s]{1,80})", re.DOTALL)


def recognise(document: Document) -> bool:
    """Whether any of the first lines is one that the importer writes."""
    for line in document.start.splitlines()[:TITLE_LINES]:
        stamped = _STAMPED.match(line)
        if stamped and _KNOWN.match(stamped.group(2)):
            return True
    return False


def texts(document: Document) -> Iterator[tuple[int | None, bytes]]:
    """Only what is kept: the declaration's lines."""
    yield None, "".join(line for line in document.start.splitlines(keepends=True) if line.startswith("#")).encode()


def read(document: Document, notes: Notes) -> Sheet:
    declared = declared_above(line for line in document.start.splitlines()[:TITLE_LINES] if line.startswith("#"))
    return Sheet(_HEADER, None, _batches(document, notes), dict(declared), CASE_SYSTEM)


def _batches(document: Document, notes: Notes) -> Iterator[Batch]:
    rows: list[list[str]] = []
    numbers: list[int] = []
    failed = 0
    waiting = False  # for the id of the last row, which a line end in the title has pushed to a later line
    with document.lines() as lines:
        for number, line in enumerate(lines, 1):
            stamped = _STAMPED.match(line)
            message = stamped.group(2) if stamped else line
            if stamped:
                failed += message.startswith(_FAILED)
                waiting = message.startswith(_IMPORTED)
                if waiting:
                    if len(rows) >= _CHUNK:
                        yield Batch(rows, numbers)
                        rows, numbers = [], []
                    rows.append([stamped.group(1), "", "svarinn"])
                    numbers.append(number)
            found = _ID.match(message) if waiting else None
            if found:
                rows[-1][1] = found.group(1)
                waiting = False
    if rows:
        yield Batch(rows, numbers)
    if failed:
        notes.add("IMPORT_FAILED_LINES", count=failed)
