"""A file's bytes, what kind of bytes they are, and their text where they are text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO

import numpy as np

from meldingskontroll.intake.messages import Refused
from meldingskontroll.intake.source import Content

# Beginnings of files that are neither text nor a workbook: programs, archives, documents, pictures, databases.
_FOREIGN = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!/", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b",
    b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PAR1",
    b"SQLite format 3", b"\x04\x22\x4d\x18", b"MSCF", b"PK\x05\x06", b"PK\x07\x08", b"\x4c\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ALLOWED_CONTROLS = (b"\t", b"\x0c", b"\r")
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html|script|svg)", re.IGNORECASE)
_LONGEST_LINE = 200_000
_HEAD = 200_000
_PIECE = 1 << 21
_COUNTED = 1 << 16


@dataclass(frozen=True)
class Document:
    """A file's bytes and how to read them as text: `codec` is None for a workbook.

    `encoding` is what to tell the sender, None for UTF-8. `lone_returns` is whether lines may end in a carriage return
    alone. `opened` is for the format module, which is asked for the texts first and then for the rows.
    """

    name: str
    content: Content
    codec: str | None
    encoding: str | None = None
    lone_returns: bool = False
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
        return io.TextIOWrapper(self.content.open(), encoding=self.codec, newline="")

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """(number of the first line, text as UTF-8) piece by piece, cut at line ends."""
        number = 1
        for piece in self._plain_pieces() if self._is_plain else self._encoded_pieces():
            yield number, piece
            number += line_ends(piece)

    @property
    def _is_plain(self) -> bool:
        return self.codec == "utf-8-sig" and not self.lone_returns

    def _plain_pieces(self) -> Iterator[bytes]:
        begun, mark = b"", codecs.BOM_UTF8
        for piece in self.content.pieces(_PIECE):
            piece, mark = piece.removeprefix(mark), b""
            cut = piece.rfind(b"\n") + 1
            if not cut and len(begun) <= _LONGEST_LINE:
                begun += piece
                continue
            # What is longer than any log's line is not gathered: it is refused, or is JSON.
            cut = cut or len(piece)
            yield begun + piece[:cut]
            begun = piece[cut:]
        if begun:
            yield begun

    def _encoded_pieces(self) -> Iterator[bytes]:
        with self.lines() as stream:
            while text := stream.read(_PIECE):
                yield (text + stream.readline(_LONGEST_LINE)).encode()


def understand(name: str, content: Content) -> Document:
    """Tell a workbook from text, and make sure that the text can be read.

    Raises:
        Refused: empty, a program, an archive, an old or encrypted workbook, binary, or an absurdly long line.
    """
    head = content.head
    if not head:
        raise Refused("EMPTY_FILE")
    if head.startswith(_OLE):
        raise Refused("OLD_OR_ENCRYPTED_WORKBOOK")
    if head.startswith(_FOREIGN) or head[257:262] == b"ustar":
        raise Refused("PROGRAM_OR_ARCHIVE")
    if head.startswith(_ZIP):
        return Document(name, content, None)
    codec, encoding = _codec(content)
    document = Document(name, content, codec, encoding, lone_returns=False)
    if _MARKUP.match(document.start):
        raise Refused("PROGRAM_OR_ARCHIVE")
    # JSON is often written on one line, however long.
    one_line = document.start.lstrip().startswith(("[", "{"))
    lone_returns = filled = False
    for _, piece in document.pieces():
        _check_controls(piece)
        if not one_line:
            _check_lines(piece)
        filled = filled or bool(piece.decode("utf-8", "replace").strip())
        lone_returns = lone_returns or line_ends(piece) > line_feeds(piece) or _ends_in_part(piece)
    if not filled:
        raise Refused("NO_HEADER")
    return Document(name, content, codec, encoding, lone_returns)


def _ends_in_part(piece: bytes) -> bool:
    """Whether a piece was cut within a line, for want of a line end."""
    return len(piece) - (piece.rfind(b"\n") + 1) >= _LONGEST_LINE


def line_feeds(piece: bytes) -> int:
    """How many there are; for a byte as common as this, much faster than `bytes.count`."""
    values = np.frombuffer(piece, dtype=np.uint8)
    return sum(int(np.count_nonzero(values[at : at + _COUNTED] == 10)) for at in range(0, len(values), _COUNTED))


def line_ends(piece: bytes) -> int:
    """How many lines end in a piece: in a line feed, a carriage return, or both together."""
    lone_returns = piece.count(b"\r") - piece.count(b"\r\n") if b"\r" in piece else 0
    return line_feeds(piece) + lone_returns


def _check_controls(piece: bytes) -> None:
    values = np.frombuffer(piece, dtype=np.uint8)
    found = sum(int(np.count_nonzero(values[at : at + _COUNTED] < 32)) for at in range(0, len(values), _COUNTED))
    allowed = line_feeds(piece) + sum(piece.count(control) for control in _ALLOWED_CONTROLS if control in piece)
    if found != allowed or b"\x7f" in piece:
        raise Refused("BINARY")


def _codec(content: Content) -> tuple[str, str | None]:
    head = content.head[:2000]
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused("BINARY")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodable(content, "utf-16"), "UTF-16"
    if b"\x00" in head:
        # Without a mark, UTF-16 shows by a NUL in every second byte of what is mostly Latin text.
        odd, even = head[1::2].count(0), head[0::2].count(0)
        if odd > len(head) * 0.4 and even == 0:
            return _decodable(content, "utf-16-le"), "UTF-16"
        if even > len(head) * 0.4 and odd == 0:
            return _decodable(content, "utf-16-be"), "UTF-16"
        raise Refused("BINARY")
    try:
        return _decodable(content, "utf-8-sig"), None
    except Refused:
        return _decodable(content, "cp1252"), "Windows-1252"


def _decodable(content: Content, codec: str) -> str:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for piece in content.pieces(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Refused("BINARY") from None
    return codec


def _check_lines(piece: bytes) -> None:
    at = 0
    while at + _LONGEST_LINE < len(piece):
        last = max(piece.rfind(end, at, at + _LONGEST_LINE) for end in (b"\n", b"\r"))
        if last < 0:
            raise Refused("LINE_TOO_LONG")
        at = last + 1
