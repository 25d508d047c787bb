"""One module a format. To add one, copy the smallest, `json_rows.py`, and enter it in `FORMATS`.

A format module has:
    NAME                        the name in `intake__uploads.format`
    recognise(document)         whether a file is of this format, by its content
    texts(document)             (first row or None, UTF-8): everything that must be free of personal data
    read(document, notes)       the `Sheet`: header, declaration, rows
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from meldingskontroll.intake.document import Document
from meldingskontroll.intake.formats import delimited, json_rows, svarinn_importer, workbook
from meldingskontroll.intake.messages import Notes, Refused
from meldingskontroll.intake.sheet import Sheet


class Format(Protocol):
    """What every format module offers."""

    NAME: str

    def recognise(self, document: Document) -> bool: ...
    def texts(self, document: Document) -> Iterator[tuple[int | None, bytes]]: ...
    def read(self, document: Document, notes: Notes) -> Sheet: ...


FORMATS: tuple[Format, ...] = (workbook, json_rows, svarinn_importer, delimited)


def recognised(document: Document) -> Format:
    """The format of a file.

    Raises:
        Refused: no format knows the file.
    """
    for form in FORMATS:
        if form.recognise(document):
            return form
    raise Refused("BINARY")
