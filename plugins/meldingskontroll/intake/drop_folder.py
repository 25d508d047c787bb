"""The drop folder at any fsspec address (`drop_url`): inboxes are mirrored to the work folder, receipts sent back.

What is read is always the work folder's own copy, by the same rules as where municipalities reach it directly, so that
an answer does not depend on how a file came. The copy follows the address: what is gone there is gone here, and only
what this module put there is ever removed. Where the address cannot be listed, nothing is changed and the run fails.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec

from meldingskontroll.domain import AuditInputError
from meldingskontroll.intake.drop_server import broken_by, options
from meldingskontroll.intake.source import is_left_alone
from meldingskontroll.lake import MANIFEST_SUFFIX, WorkFolder, locked, write_json, written_aside
from meldingskontroll.settings import Settings

_PIECE = 1 << 20
_NOWHERE = "intet"


@dataclass(frozen=True)
class Entry:
    """One name in an inbox at the address: `kind` is `file`, `folder` or `link`; `arrived_us` µs since 1970."""

    kind: str
    size: int
    arrived_us: int

    def as_list(self) -> list[Any]:
        return [self.kind, self.size, self.arrived_us]


Listing = dict[str, Entry]


class InboxClosed(AuditInputError):
    """Inboxes that their owners have closed to us, by municipality; the others were fetched."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(f"The inboxes of {', '.join(numbers)} are closed to the audit at the drop folder's address.")
        self.numbers = numbers


def fetch(work: WorkFolder, settings: Settings, municipalities: Sequence[str] | None = None) -> list[str]:
    """Make the inboxes of the work folder what they are at the address; without an address do nothing.

    A name that is new or changed is looked at twice, `drop_settle_seconds` apart: what still grows is left for the next
    time, with what was there before.

    Returns:
        The municipalities in whose inbox something changed, in order.

    Raises:
        InboxClosed: some inboxes cannot be listed; the others are as at the address.
        AuditInputError: the address does not answer, or a folder that was there is gone.
    """
    if not settings.drop_url:
        return []
    with _connected(settings) as (files, root), locked(work.lock("drop")):
        numbers = _numbers(files, root)
        lost = sorted({path.stem for path in _states(work, "fetched").glob("[0-9]*.json")} - set(numbers))
        if lost:
            raise AuditInputError(f"The drop folder of {', '.join(lost)} is gone from the address in the settings.")
        wanted = [number for number in numbers if municipalities is None or number in municipalities]
        first = {number: _listing(files, root, number) for number in wanted}
        closed = sorted(number for number, now in first.items() if now is None)
        news = {number: now for number, now in first.items() if now is not None and _differs(work, number, now)}
        if any(_new_names(work, number, now) for number, now in news.items()):
            time.sleep(settings.drop_settle_seconds)
        changed = [number for number in sorted(news) if _mirror(work, files, root, number, news[number], settings)]
        if closed:
            raise InboxClosed(closed)
        return changed


def send_receipts(work: WorkFolder, settings: Settings, municipalities: Sequence[str] | None = None) -> int:
    """Leave every receipt that is new or changed at the address; without an address do nothing.

    Returns:
        How many files were sent.

    Raises:
        AuditInputError: the address does not answer.
    """
    if not settings.drop_url:
        return 0
    with _connected(settings) as (files, root), locked(work.lock("drop")):
        numbers = work.municipality_folders() if municipalities is None else municipalities
        return sum(_send(work, files, f"{root}/{number}/receipts", number) for number in numbers)


@contextlib.contextmanager
def _connected(settings: Settings) -> Iterator[tuple[Any, str]]:
    with broken_by(settings):
        # No connection is kept from an earlier call: it may have ended since.
        files, root = fsspec.core.url_to_fs(settings.drop_url, skip_instance_cache=True, **options(settings))
        try:
            yield files, str(root).rstrip("/")
        finally:
            client = getattr(files, "client", None)
            if client is not None:
                client.close()


def _numbers(files: Any, root: str) -> list[str]:
    files.invalidate_cache()
    names = [_name(entry) for entry in files.ls(root or "/", detail=True) if entry["type"] == "directory"]
    return sorted(name for name in names if re.fullmatch(r"\d{4}", name))


def _listing(files: Any, root: str, number: str) -> Listing | None:
    """What lies in an inbox; None where its owner has closed it, which must not stop the others."""
    files.invalidate_cache()
    try:
        entries = files.ls(f"{root}/{number}/inbox", detail=True)
    except FileNotFoundError:
        return {}
    except PermissionError:
        return None
    found = {_name(entry): _entry(entry) for entry in entries}
    return {name: found[name] for name in sorted(found) if _is_mirrored(name)}


def _is_mirrored(name: str) -> bool:
    return name.endswith(MANIFEST_SUFFIX) or not is_left_alone(name)


def _name(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rsplit("/", 1)[-1]


def _entry(entry: dict[str, Any]) -> Entry:
    if entry.get("islink") or entry["type"] == "link":
        return Entry("link", 0, 0)
    if entry["type"] != "file":
        return Entry("folder", 0, 0)
    return Entry("file", int(entry["size"] or 0), _microseconds(entry))


def _microseconds(entry: dict[str, Any]) -> int:
    """When a file was last written; the name of the field differs among kinds of stores."""
    found = next((entry[name] for name in ("mtime", "LastModified", "last_modified", "created") if entry.get(name)), 0)
    if isinstance(found, datetime):
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return round(float(found) * 1_000_000)


def _states(work: WorkFolder, kind: str) -> Path:
    return work.drop_states / kind


def _state(work: WorkFolder, kind: str, number: str) -> dict[str, Any]:
    try:
        return dict(json.loads((_states(work, kind) / f"{number}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _differs(work: WorkFolder, number: str, now: Listing) -> bool:
    return bool(_new_names(work, number, now)) or set(_state(work, "fetched", number)) != set(now)


def _new_names(work: WorkFolder, number: str, now: Listing) -> list[str]:
    then, inbox = _state(work, "fetched", number), work.inbox(number)
    return [n for n, entry in now.items() if then.get(n) != entry.as_list() or not os.path.lexists(inbox / n)]


def _mirror(work: WorkFolder, files: Any, root: str, number: str, first: Listing, settings: Settings) -> bool:
    now = _listing(files, root, number) or {}
    if first and not now:
        return False
    then, inbox = _state(work, "fetched", number), work.inbox(number)
    inbox.mkdir(parents=True, exist_ok=True)
    changed = False
    for name in _new_names(work, number, first):
        entry = now.get(name)
        if entry is None or entry != first[name]:
            continue
        try:
            taken = _take(files, f"{root}/{number}/inbox/{name}", inbox / name, entry, settings)
        except PermissionError:
            # Answered as a file that cannot be read, and asked for again each time: opening it changes no date.
            _closed_copy(inbox / name, entry)
            continue
        if taken:
            then[name] = entry.as_list()
            changed = True
    for name in sorted(set(then) - set(now)):
        _remove(inbox / name)
        del then[name]
        changed = True
    if changed:
        write_json(_states(work, "fetched") / f"{number}.json", then)
    return changed


def _take(files: Any, source: str, target: Path, entry: Entry, settings: Settings) -> bool:
    """Copy one entry; False where it changed meanwhile. A link or a folder is made as such, and never followed."""
    if entry.kind != "file":
        _remove(target)
        target.symlink_to(_NOWHERE) if entry.kind == "link" else target.mkdir()
        return True
    # One byte more than is read is enough for the answer that it is too large.
    wanted = min(entry.size, settings.max_upload_megabytes * 1_000_000 + 1)
    if target.is_symlink() or target.is_dir():
        _remove(target)
    with contextlib.suppress(_Changed), written_aside(target) as aside:
        with files.open(source, "rb") as stream, aside.open("wb") as copy:
            left = wanted
            while left and (piece := stream.read(min(_PIECE, left))):
                copy.write(piece)
                left -= len(piece)
        if left or _entry(files.info(source)) != entry:
            raise _Changed
        os.utime(aside, ns=(entry.arrived_us * 1000, entry.arrived_us * 1000))
        return True
    return False


def _closed_copy(target: Path, entry: Entry) -> None:
    if not os.path.lexists(target):
        with written_aside(target, mode=0o000) as aside:
            os.utime(aside, ns=(entry.arrived_us * 1000, entry.arrived_us * 1000))


class _Changed(Exception):
    """The file is not as it was listed: it is left for the next time."""


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _send(work: WorkFolder, files: Any, target: str, number: str) -> int:
    folder = work.receipts(number)
    receipts = [path for path in sorted(folder.iterdir()) if not is_left_alone(path.name)] if folder.is_dir() else []
    if not receipts:
        return 0
    files.makedirs(target, exist_ok=True)
    files.invalidate_cache()
    there = {_name(entry): entry["size"] for entry in files.ls(target, detail=True)}
    sent, count = _state(work, "sent", number), 0
    for receipt in receipts:
        content = receipt.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if sent.get(receipt.name) == digest and there.get(receipt.name) == len(content):
            continue
        aside = f"{target}/.{digest[:16]}.tmp"
        files.pipe_file(aside, content)
        files.mv(aside, f"{target}/{receipt.name}")
        sent[receipt.name] = digest
        count += 1
    if count:
        write_json(_states(work, "sent") / f"{number}.json", sent)
    return count
