"""How files are written: aside first, then renamed, so that a reader sees the old content or the new. See `lake`."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, Any

PARTIAL_SUFFIXES = (".part", ".tmp", ".filepart")
_TAKEN_FOR_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(value: Any) -> Any:
    """A cell for people: text that a spreadsheet could run gets an apostrophe in front; numbers are as they were."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_TAKEN_FOR_FORMULAS) else value


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hex, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_closed(folder: Path) -> bool:
    """Whether a folder is there that its owner has closed to us, so that what it holds cannot be known."""
    return _listed(folder) is None


def items_of(folder: Path) -> list[Path]:
    """What a folder holds, in order; nothing where there is no such folder, or it is closed to us."""
    return _listed(folder) or []


def _listed(folder: Path) -> list[Path] | None:
    try:
        found = sorted(folder.iterdir())
        # One may be let see the names in a folder and nothing else of it.
        with contextlib.suppress(FileNotFoundError):
            for item in found[:1]:
                item.lstat()
    except PermissionError:
        return None
    except (FileNotFoundError, NotADirectoryError):
        return []
    return found


def is_hidden_or_partial(name: str) -> bool:
    """Whether a file of this name is nobody's input: hidden, a program's own, or on its way (contract §1)."""
    return name.startswith((".", "~")) or name.lower().endswith(PARTIAL_SUFFIXES)


def inputs_in(folder: Path, pattern: str = "*", *, follow_links: bool = True) -> list[Path]:
    """The files of a folder that are inputs, in order: what is not in this list is neither hashed nor read.

    A link to a file is that file where we lay the files ourselves; what others upload is never followed.
    """
    found = (path for path in items_of(folder) if not is_hidden_or_partial(path.name))
    return [p for p in found if fnmatchcase(p.name, pattern) and p.is_file() and (follow_links or not p.is_symlink())]


@contextlib.contextmanager
def written_aside(target: Path, mode: int = 0o644, *, durable: bool = True) -> Iterator[Path]:
    """Give a path beside `target` to write to; it takes the target's place only if the block succeeds.

    `durable` waits until the disk has it. A room's table, which every run makes anew before it is read, need not.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        if durable:
            with aside.open("rb") as stream:
                os.fsync(stream.fileno())
        aside.chmod(mode)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed while they wrote left in a folder; only who alone writes there may ask."""
    for path in folder.glob(".*.tmp") if folder.is_dir() else []:
        path.unlink(missing_ok=True)


def nameless_file(folder: Path | None = None, in_memory: int = 0) -> IO[bytes]:
    """A file in a folder (the machine's temporary one if None) that has no name and is gone with its handle.

    Nothing of it is left behind, however the process ends. Up to `in_memory` bytes of it are not on a disk at all.
    """
    if in_memory:
        return tempfile.SpooledTemporaryFile(in_memory, dir=None if folder is None else str(folder))
    if folder is not None and hasattr(os, "O_TMPFILE"):
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # not every file system can
            return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600), "w+b")
    return tempfile.TemporaryFile(dir=folder)


def keep_nameless(stream: IO[bytes], target: Path) -> bool:
    """Give a nameless file a name, without copying it; False where that cannot be done. Readers see it whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.fsync(stream.fileno())
    os.fchmod(stream.fileno(), 0o644)
    try:
        os.link(f"/proc/self/fd/{stream.fileno()}", target, follow_symlinks=True)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    with written_aside(target) as aside:
        aside.write_bytes(content)


def write_text(target: Path, text: str) -> None:
    """Write UTF-8 text as `write_bytes` does."""
    write_bytes(target, text.encode())


def write_secret(target: Path, content: bytes) -> None:
    """Write a private key so that only its owner can read it."""
    with written_aside(target, mode=0o600) as aside:
        aside.write_bytes(content)


def write_new_secret(target: Path, content: bytes) -> None:
    """Write a private key where nothing is yet, so that only its owner can read it.

    Raises:
        FileExistsError: something is there; a key is never written over.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(handle)


def append_line(target: Path, line: bytes, *, keep: int | None = None) -> None:
    """Put one line at the end of a file and wait until the disk has it; `keep` is how many bytes before it stand.

    A line that an earlier process was killed in the middle of is thereby cut away.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab") as stream:
        if keep is not None:
            stream.truncate(keep)
        stream.write(line + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold a lock among processes for the length of a block; who else asks for it waits. It dies with its holder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as stream:
        # Windows, where municipalities check their own logs, has no such module and needs no such lock.
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can look into; one that is there is closed to others."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def json_bytes(value: Any) -> bytes:
    """JSON as files have it: in the order given, two-space indent, Norwegian letters as they are."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def write_json(target: Path, value: Any) -> None:
    """Write JSON as `json_bytes` gives it."""
    write_bytes(target, json_bytes(value))


def publish_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files, by their paths in it, so that a reader sees the old folder or the new, whole.

    What the old folder held and `files` lacks is gone afterwards. The two are exchanged in one step where the file
    system can; elsewhere the old one is moved away first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
    try:
        for name, content in files.items():
            file = aside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        aside.chmod(0o755)
        exchange_folders(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def exchange_folders(aside: Path, target: Path) -> None:
    """Put a finished folder in another's place; the other's old content is then at `aside`, or gone."""
    if not target.exists():
        aside.rename(target)
    elif not _exchanged(aside, target):
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        target.rename(old)
        aside.rename(target)
        shutil.rmtree(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two paths change places at once (Linux `renameat2`); False where that cannot be done."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
