"""Opens one item of an inbox without trusting it: no links, no devices, nothing that changes while it is read."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from meldingskontroll.files import is_hidden_or_partial, keep_nameless, nameless_file, write_bytes, written_aside
from meldingskontroll.intake.messages import Refused
from meldingskontroll.lake import LOG_SUFFIXES, MANIFEST_SUFFIX

_MANIFEST_LIMIT = 1_000_000
# Windows, where municipalities check their own logs, has only O_BINARY of these, and needs it.
_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
_OPENING = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in _FLAGS)
_PIECE = 1 << 20
_HEAD = 4_096
_HELD_IN_MEMORY = 32_000_000


@dataclass(frozen=True)
class Item:
    """One name in an inbox that must be answered. `arrived_us` is its modification time, µs since 1970."""

    path: Path
    name: str
    arrived_us: int
    regular: bool
    size: int = 0

    @property
    def is_large(self) -> bool:
        """Whether it is too large to be held in memory."""
        return self.size > _HELD_IN_MEMORY


@dataclass(frozen=True)
class Content:
    """A file's bytes and their sha256. What is too large to hold lies in `copy`, a nameless file, and not in `data`."""

    data: bytes
    sha256: str
    copy: IO[bytes] | None = None

    @property
    def size(self) -> int:
        return len(self.data) if self.copy is None else os.fstat(self.copy.fileno()).st_size

    @property
    def is_large(self) -> bool:
        return self.copy is not None

    def pieces(self, size: int) -> Iterator[bytes]:
        """The bytes from the beginning, at most so many at a time."""
        at = 0
        while piece := self._at(at, size):
            yield piece
            at += len(piece)

    def _at(self, place: int, size: int) -> bytes:
        return self.data[place : place + size] if self.copy is None else os.pread(self.copy.fileno(), size, place)

    @property
    def head(self) -> bytes:
        """The first bytes, enough to tell what kind of file it is."""
        return self._at(0, _HEAD)

    def open(self) -> IO[bytes]:
        """A stream over the bytes; each has a place of its own."""
        return io.BytesIO(self.data) if self.copy is None else io.BufferedReader(_AtPlace(self.copy.fileno()), _PIECE)

    def keep(self, target: Path) -> None:
        """Store the bytes under a name, whole or not at all."""
        if self.copy is None:
            write_bytes(target, self.data)
        elif not keep_nameless(self.copy, target):
            with written_aside(target) as aside, aside.open("wb") as kept:
                for piece in self.pieces(_PIECE):
                    kept.write(piece)

    def close(self) -> None:
        if self.copy is not None:
            self.copy.close()


class _AtPlace(io.RawIOBase):
    """Reads an open file from a place of its own, so that several streams over it do not move each other."""

    def __init__(self, handle: int) -> None:
        self._handle, self._at = handle, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = (0, self._at, os.fstat(self._handle).st_size)[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        count = os.preadv(self._handle, [buffer], self._at)
        self._at += count
        return count


def listed(inbox: Path) -> list[Item]:
    """What must be answered in an inbox, in order of arrival; hidden, partial and manifest names are left alone."""
    if not inbox.is_dir() or inbox.is_symlink():
        return []
    found = []
    with os.scandir(inbox) as entries:
        for entry in entries:
            if is_left_alone(entry.name):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            regular = stat.S_ISREG(status.st_mode)
            found.append(Item(Path(entry.path), entry.name, status.st_mtime_ns // 1000, regular, status.st_size))
    return sorted(found, key=lambda item: (item.arrived_us, item.name))


def is_left_alone(name: str) -> bool:
    """Whether a name in an inbox is no upload: hidden, partial, or a manifest."""
    return is_hidden_or_partial(name) or name.lower().endswith(MANIFEST_SUFFIX)


def has_log_ending(name: str) -> bool:
    return name.lower().endswith(LOG_SUFFIXES)


def name_hash(name: str) -> str:
    """The sha256 of a name, which stands for the file where there are no bytes to read."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()


def read(path: Path, limit_bytes: int, spill: Path | None = None) -> Content:
    """Read a regular file once; where it is large, into a nameless file in the folder `spill`, gone with its handle.

    Raises:
        Refused: NOT_A_FILE, CANNOT_BE_READ, TOO_LARGE or CHANGED_WHILE_READ.
    """
    held = io.BytesIO()
    into: IO[bytes] = held
    digest, size = hashlib.sha256(), 0
    for piece in _limited(path, limit_bytes):
        size += len(piece)
        if size > _HELD_IN_MEMORY and into is held:
            into = nameless_file(spill)
            into.write(held.getbuffer())
            held = io.BytesIO()
        into.write(piece)
        digest.update(piece)
    if isinstance(into, io.BytesIO):
        return Content(into.getvalue(), digest.hexdigest())
    into.flush()
    return Content(b"", digest.hexdigest(), into)


def manifest_beside(path: Path) -> bytes | None:
    """The bytes of `<file name>.manifest.json`, or None if there is none; what cannot be read safely is empty bytes."""
    beside = path.with_name(path.name + MANIFEST_SUFFIX)
    if not os.path.lexists(beside):
        return None
    try:
        return b"".join(_limited(beside, _MANIFEST_LIMIT))
    except Refused:
        return b""


def hash_only(path: Path) -> str | None:
    """The sha256 of a regular file of any size, read in pieces; None if it cannot be read."""
    digest = hashlib.sha256()
    try:
        for piece in _pieces(path):
            digest.update(piece)
    except Refused:
        return None
    return digest.hexdigest()


def _limited(path: Path, limit_bytes: int) -> Iterator[bytes]:
    size = 0
    for piece in _pieces(path):
        size += len(piece)
        if size > limit_bytes:
            raise Refused("TOO_LARGE", megabytes=limit_bytes // 1_000_000)
        yield piece


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        handle = os.open(path, _OPENING)
    except OSError as problem:
        raise Refused("NOT_A_FILE" if problem.errno in (errno.ELOOP, errno.ENXIO) else "CANNOT_BE_READ") from None
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise Refused("NOT_A_FILE")
        seen = 0
        while piece := os.read(handle, _PIECE):
            seen += len(piece)
            yield piece
        after = os.fstat(handle)
        if (before.st_size, before.st_mtime_ns, before.st_ctime_ns) != (seen, after.st_mtime_ns, after.st_ctime_ns):
            raise Refused("CHANGED_WHILE_READ")
    except OSError:
        raise Refused("CANNOT_BE_READ") from None
    finally:
        os.close(handle)
