"""SvarInn's importer log: a line for each imported item. Time and id are kept; titles are neither scanned nor kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from meldingskontroll.intake.document import Document
from meldingskontroll.intake.messages import Notes
from meldingskontroll.intake.rows import Batch
from meldingskontroll.intake.sheet import TITLE_LINES, Sheet, declared_above

NAME = "svarinn_importer"
CASE_SYSTEM = "SVARINN_IMPORTER"
_STAMPED = re.compile(r"\ufeff?([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2});(.*)")
_KNOWN = re.compile(r"Importerte forsendelse med tittel |Import av forsendelse |[0-9]+ nye forsendelser|Kjørte ")
_IMPORTED = "Importerte forsendelse med tittel "
_FAILED = "Import av forsendelse "
# The title may itself hold `,id `: the last one on the line is the importer's.
_ID = re.compile(r".*,\s?id\s([^,\s]{1,80})", re.DOTALL)
_TITLE_LINES_OF_ONE = 20


def recognise(document: Document) -> bool:
    """Whether any of the first lines is one that the importer writes."""
    if document.text is None:
        return False
    for line in document.text[:200_000].splitlines()[:TITLE_LINES]:
        stamped = _STAMPED.match(line)
        if stamped and _KNOWN.match(stamped.group(2)):
            return True
    return False


def texts(document: Document) -> Iterator[tuple[int | None, str]]:
    """Only what is kept: the declaration's lines."""
    yield None, "\n".join(line for line in (document.text or "").splitlines() if line.startswith("#"))


def read(document: Document, notes: Notes) -> Sheet:
    lines = re.split(r"\r\n|\n|\r", document.text or "")
    rows, numbers, failed = [], [], 0
    at = 0
    while at < len(lines):
        stamped, number = _STAMPED.match(lines[at]), at + 1
        at += 1
        if not stamped:
            continue
        message = stamped.group(2)
        failed += message.startswith(_FAILED)
        if not message.startswith(_IMPORTED):
            continue
        found = _ID.match(message)
        # A title with a line end pushes the id to a later line, which has no time of its own.
        while not found and at < len(lines) and at < number + _TITLE_LINES_OF_ONE and not _STAMPED.match(lines[at]):
            found = _ID.match(lines[at])
            at += 1
        rows.append([stamped.group(1), found.group(1) if found else "", "svarinn"])
        numbers.append(number)
    if failed:
        notes.add("IMPORT_FAILED_LINES", count=failed)
    declared = declared_above(line for line in lines[:TITLE_LINES] if line.lstrip("\ufeff").startswith("#"))
    header = ["mottatt", "meldingsid", "kanal"]
    return Sheet(header, None, [Batch(rows, numbers)] if rows else [], dict(declared), CASE_SYSTEM)
