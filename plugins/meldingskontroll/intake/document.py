"""A file's bytes, what kind of bytes they are, and their text where they are text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO

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
_HEAD = 200_000
_PIECE = 1 << 22


@dataclass(frozen=True)
class Document:
    """A file's bytes and how to read them as text: `codec` is None for a workbook.

    `encoding` is what to tell the sender, None for UTF-8. `opened` is for the format module, which is asked for the
    texts first and then for the rows.
    """

    name: str
    data: bytes
    codec: str | None
    encoding: str | None = None
    opened: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def start(self) -> str:
        """The first characters; empty for a workbook."""
        return self.lines().read(_HEAD) if self.codec else ""

    @property
    def text(self) -> str:
        """The whole text at once."""
        return self.lines().read() if self.codec else ""

    def lines(self) -> TextIO:
        """The text as a stream of lines, whatever their ends, which stay as they are."""
        return io.TextIOWrapper(io.BytesIO(self.data), encoding=self.codec, newline="")

    def pieces(self) -> Iterator[tuple[int, str]]:
        """(number of the first line, text) piece by piece, cut at line ends."""
        stream, number = self.lines(), 1
        while text := stream.read(_PIECE):
            text += stream.readline(_LONGEST_LINE)
            yield number, text
            number += text.count("\n") or text.count("\r")


def understand(name: str, data: bytes) -> Document:
    """Tell a workbook from text, and make sure that the text can be read.

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
    codec, encoding = _codec(data)
    document = Document(name, data, codec, encoding)
    if _MARKUP.match(document.start):
        raise Refused("PROGRAM_OR_ARCHIVE")
    # JSON is often written on one line, however long.
    one_line = document.start.lstrip().startswith(("[", "{"))
    filled = False
    for _, text in document.pieces():
        if _CONTROL.search(text):
            raise Refused("BINARY")
        if not one_line:
            _check_lines(text)
        filled = filled or bool(text.strip())
    if not filled:
        raise Refused("NO_HEADER")
    return document


def _codec(data: bytes) -> tuple[str, str | None]:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused("BINARY")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodable(data, "utf-16"), "UTF-16"
    head = data[:2000]
    if b"\x00" in head:
        # Without a mark, UTF-16 shows by a NUL in every second byte of what is mostly Latin text.
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if odd > len(head) * 0.4 and even == 0:
            return _decodable(data, "utf-16-le"), "UTF-16"
        if even > len(head) * 0.4 and odd == 0:
            return _decodable(data, "utf-16-be"), "UTF-16"
        raise Refused("BINARY")
    try:
        return _decodable(data, "utf-8-sig"), None
    except Refused:
        return _decodable(data, "cp1252"), "Windows-1252"


def _decodable(data: bytes, codec: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for at in range(0, len(data), _PIECE):
            decoder.decode(data[at : at + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Refused("BINARY") from None
    return codec


def _check_lines(text: str) -> None:
    at = 0
    while at + _LONGEST_LINE < len(text):
        last = max(text.rfind(end, at, at + _LONGEST_LINE) for end in ("\n", "\r"))
        if last < 0:
            raise Refused("LINE_TOO_LONG")
        at = last + 1
