"""Opens one item of an inbox without trusting it: no links, no devices, nothing that changes while it is read."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from meldingskontroll.intake.messages import Refused
from meldingskontroll.lake import LOG_SUFFIXES, MANIFEST_SUFFIX, PARTIAL_SUFFIXES

_MANIFEST_LIMIT = 1_000_000
_PIECE = 1 << 20


@dataclass(frozen=True)
class Item:
    """One name in an inbox that must be answered. `arrived_us` is its modification time, µs since 1970."""

    path: Path
    name: str
    arrived_us: int
    regular: bool


@dataclass(frozen=True)
class Content:
    """A file's bytes and their sha256."""

    data: bytes
    sha256: str


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
            found.append(Item(Path(entry.path), entry.name, status.st_mtime_ns // 1000, regular))
    return sorted(found, key=lambda item: (item.arrived_us, item.name))


def is_left_alone(name: str) -> bool:
    """Whether a name in an inbox is no upload: hidden, partial, or a manifest."""
    return name.startswith((".", "~")) or name.lower().endswith((*PARTIAL_SUFFIXES, MANIFEST_SUFFIX))


def has_log_ending(name: str) -> bool:
    return name.lower().endswith(LOG_SUFFIXES)


def name_hash(name: str) -> str:
    """The sha256 of a name, which stands for the file where there are no bytes to read."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()


def read(path: Path, limit_bytes: int) -> Content:
    """Read a regular file whole.

    Raises:
        Refused: NOT_A_FILE, CANNOT_BE_READ, TOO_LARGE or CHANGED_WHILE_READ.
    """
    data = _read(path, limit_bytes)
    return Content(data, hashlib.sha256(data).hexdigest())


def manifest_beside(path: Path) -> bytes | None:
    """The bytes of `<file name>.manifest.json`, or None if there is none; what cannot be read safely is empty bytes."""
    beside = path.with_name(path.name + MANIFEST_SUFFIX)
    if not os.path.lexists(beside):
        return None
    try:
        return _read(beside, _MANIFEST_LIMIT)
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


def _read(path: Path, limit_bytes: int) -> bytes:
    size, pieces = 0, []
    for piece in _pieces(path):
        size += len(piece)
        if size > limit_bytes:
            raise Refused("TOO_LARGE", megabytes=limit_bytes // 1_000_000)
        pieces.append(piece)
    return b"".join(pieces)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
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
