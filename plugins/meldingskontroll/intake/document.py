"""A file's bytes, what kind of bytes they are, and their text where they are text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

from meldingskontroll.intake.messages import Refused

# Beginnings of files that are neither text nor a workbook: programs, archives, documents, pictures, databases.
_FOREIGN = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!/", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b",
    b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PAR1",
    b"SQLite format 3", b"\x04\x22\x4d\x18", b"MSCF", b"PK\x05\x06", b"PK\x07\x08", b"\x4c\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html|script|svg)", re.IGNORECASE)
_LONGEST_LINE = 200_000


@dataclass(frozen=True)
class Document:
    """`text` is None for a workbook; `encoding` is what to tell the sender, None for UTF-8.

    `opened` is for the format module, which is asked for the texts first and then for the rows.
    """

    name: str
    data: bytes
    text: str | None
    encoding: str | None = None
    opened: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def understand(name: str, data: bytes) -> Document:
    """Tell a workbook from text, and decode the text.

    Raises:
        Refused: empty, a program, an archive, an old or encrypted workbook, binary, or an absurdly long line.
    """
    if not data:
        raise Refused("EMPTY_FILE")
    if data.startswith(_OLE):
        raise Refused("OLD_OR_ENCRYPTED_WORKBOOK")
    if data.startswith(_FOREIGN) or data[257:262] == b"ustar":
        raise Refused("PROGRAM_OR_ARCHIVE")
    if data.startswith(_ZIP):
        return Document(name, data, None)
    text, encoding = _decoded(data)
    if _CONTROL.search(text):
        raise Refused("BINARY")
    if _MARKUP.match(text):
        raise Refused("PROGRAM_OR_ARCHIVE")
    if not text.strip():
        raise Refused("NO_HEADER")
    _check_lines(text)
    return Document(name, data, text, encoding)


def _decoded(data: bytes) -> tuple[str, str | None]:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused("BINARY")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16"), "UTF-16"
    head = data[:2000]
    if b"\x00" in head:
        # Without a mark, UTF-16 shows by a NUL in every second byte of what is mostly Latin text.
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if odd > len(head) * 0.4 and even == 0:
            return _strict(data, "utf-16-le"), "UTF-16"
        if even > len(head) * 0.4 and odd == 0:
            return _strict(data, "utf-16-be"), "UTF-16"
        raise Refused("BINARY")
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return _strict(data, "cp1252"), "Windows-1252"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("BINARY") from None


def _check_lines(text: str) -> None:
    at = 0
    while at + _LONGEST_LINE < len(text):
        last = max(text.rfind(end, at, at + _LONGEST_LINE) for end in ("\n", "\r"))
        if last < 0:
            raise Refused("LINE_TOO_LONG")
        at = last + 1
