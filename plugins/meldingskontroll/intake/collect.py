"""Walks the drop folder: every file in an inbox gets an outcome and a receipt, every accepted row a registration."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from meldingskontroll.domain import Clock
from meldingskontroll.files import remove_leftovers
from meldingskontroll.intake import receipts, source
from meldingskontroll.intake.examine import (
    PARSER_VERSION,
    Examined,
    examine,
    limit_bytes,
    refused,
)
from meldingskontroll.intake.messages import Refused, message
from meldingskontroll.intake.outcome import Outcome, stored_outcomes
from meldingskontroll.intake.scope import Folder, folder_of, hosting
from meldingskontroll.intake.tables import write_registrations, write_tables
from meldingskontroll.lake import WorkFolder, locked, write_bytes, write_json, written_aside
from meldingskontroll.settings import Settings

_FOLDERS_AT_ONCE = 4
_ONE_LARGE_FILE = threading.Lock()


def collect(
    work: WorkFolder,
    clock: Clock,
    settings: Settings,
    municipalities: Sequence[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Read every file in the inboxes (of the given municipalities, or all that have a folder) and answer it.

    Args:
        progress: called with each municipality's number when its folder is done.

    Returns:
        One outcome a file, in order of municipality and arrival. What is wrong with a file is in its outcome. Where
        all are read, a municipality whose folder is closed to us has none: nothing is known of it, nor was.

    Raises:
        AuditInputError: the registry's table of services cannot be read.
        PermissionError: a municipality that was asked for by name has closed its folder.
    """
    collect_folder = _collect_folder if municipalities is not None else _collect_open
    hosts = hosting(work, settings.fault_start, clock.as_of_utc.date())
    numbers = work.municipality_folders() if municipalities is None else list(municipalities)
    found: list[Outcome] = []
    # Most of the time goes to waiting for the disk to confirm what was written: several folders wait together.
    with _collector_paused(), ThreadPoolExecutor(_FOLDERS_AT_ONCE) as pool:
        folders = [folder_of(number, hosts) for number in numbers]
        for number, outcomes in zip(numbers, pool.map(partial(collect_folder, work, settings), folders), strict=True):
            found += outcomes
            if progress is not None:
                progress(number)
    return found


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the search for reference cycles: rows are millions of small lists in no cycle, and it walks them all."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def compile_intake(work: WorkFolder) -> None:
    """Write `intake__uploads` and `intake__registrations` from the outcomes of every folder that exists."""
    write_tables(work, [outcome for number in work.municipality_folders() for outcome in stored_outcomes(work, number)])


def _collect_open(work: WorkFolder, settings: Settings, folder: Folder) -> list[Outcome]:
    try:
        return _collect_folder(work, settings, folder)
    except PermissionError:
        write_json(work.intake_outcomes(folder.number), [])
        return []


def _collect_folder(work: WorkFolder, settings: Settings, folder: Folder) -> list[Outcome]:
    # Two tasks over one folder read it after each other, and what a killed one left half written is nobody's.
    with locked(work.lock(f"inbox-{folder.number}")):
        remove_leftovers(work.receipts(folder.number))
        return _collect_locked(work, settings, folder)


def _collect_locked(work: WorkFolder, settings: Settings, folder: Folder) -> list[Outcome]:
    earlier = _reusable(work, folder.number)
    items = source.listed(work.inbox(folder.number))
    outcomes = [_collect_item(work, settings, folder, item, earlier) for item in items]
    _mark_repeats(outcomes)
    for outcome in outcomes:
        receipts.write_first(work, outcome, unchanged=earlier.get(outcome.key) == _stable(outcome))
    stored = [outcome.as_dict() for outcome in outcomes]
    if stored != _stored(work, folder.number):
        write_json(work.intake_outcomes(folder.number), stored)
    return outcomes


def _collect_item(
    work: WorkFolder, settings: Settings, folder: Folder, item: source.Item, earlier: dict[str, dict[str, Any]]
) -> Outcome:
    if not item.regular:
        return refused(folder, item, Refused("NOT_A_FILE"), source.name_hash(item.name))
    if not source.has_log_ending(item.name):
        digest = source.hash_only(item.path) or source.name_hash(item.name)
        return refused(folder, item, Refused("UNKNOWN_ENDING"), digest)
    # Large files are read one at a time, so that a full drop folder needs no more memory than one of them.
    with _ONE_LARGE_FILE if item.is_large else contextlib.nullcontext():
        try:
            content = source.read(item.path, limit_bytes(settings), work.lake)
        except Refused as refusal:
            return refused(folder, item, refusal, source.hash_only(item.path) or source.name_hash(item.name))
        with contextlib.closing(content):
            return _collect_content(work, settings, folder, item, content, earlier)


def _collect_content(
    work: WorkFolder,
    settings: Settings,
    folder: Folder,
    item: source.Item,
    content: source.Content,
    earlier: dict[str, dict[str, Any]],
) -> Outcome:
    manifest = source.manifest_beside(item.path)
    key = _key(folder, item, content, manifest)
    known = earlier.get(key)
    if known is not None:
        outcome = Outcome.from_dict(known)
        if outcome.status == "rejected" or _stands(work.intake_registrations(folder.number, content.sha256), outcome):
            return outcome
    examined = examine(folder, item, content, manifest, work.lake)
    examined.outcome.key = key
    if examined.registrations is not None:
        _keep(work, folder, content, manifest, examined)
    return examined.outcome


def _stands(table: Path, outcome: Outcome) -> bool:
    """Whether the rows read earlier are still there, as many as they were."""
    try:
        return bool(pq.read_metadata(table).num_rows == outcome.rows_accepted)
    except (OSError, pa.ArrowException):
        return False


def _keep(
    work: WorkFolder, folder: Folder, content: source.Content, manifest: bytes | None, examined: Examined
) -> None:
    if examined.keeps_file and not work.raw(content.sha256).exists():
        content.keep(work.raw(content.sha256))
    if manifest:
        digest = hashlib.sha256(manifest).hexdigest()
        if not work.raw(digest).exists():
            write_bytes(work.raw(digest), manifest)
    if examined.registrations is not None:
        with written_aside(work.intake_registrations(folder.number, content.sha256)) as aside:
            write_registrations(aside, examined.registrations, folder.number, content.sha256)


def _key(folder: Folder, item: source.Item, content: source.Content, manifest: bytes | None) -> str:
    """What the result depends on: if nothing of it changed, the earlier result stands."""
    parts = [PARSER_VERSION, folder.number, *sorted(folder.hosted), content.sha256, str(item.arrived_us), "|"]
    parts += [hashlib.sha256(manifest).hexdigest() if manifest is not None else "", source.name_hash(item.name)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _mark_repeats(outcomes: list[Outcome]) -> None:
    """The same bytes twice count once: in the first file, or in the last that declares a period where they differ."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status != "rejected":
            groups.setdefault(outcome.sha256, []).append(outcome)
    for same in groups.values():
        declared = [outcome for outcome in same if outcome.period_is_proof]
        alike = len({outcome.declares() for outcome in same}) == 1
        counted = declared[-1] if declared and not alike else same[0]
        for outcome in same:
            if outcome is not counted:
                outcome.same_bytes_as = counted.file_name
                outcome.messages = [*outcome.messages, message("SAME_BYTES", None, other=counted.file_name)]


def _stored(work: WorkFolder, number: str) -> list[dict[str, Any]] | None:
    try:
        return list(json.loads(work.intake_outcomes(number).read_text()))
    except (OSError, ValueError):
        return None


def _reusable(work: WorkFolder, number: str) -> dict[str, dict[str, Any]]:
    return {entry["key"]: _plain(entry) for entry in _stored(work, number) or [] if entry.get("key")}


def _stable(outcome: Outcome) -> dict[str, Any]:
    return _plain(outcome.as_dict())


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    """An outcome without what its neighbours in the inbox add to it."""
    messages = [message for message in entry["messages"] if message["code"] != "SAME_BYTES"]
    return {**entry, "same_bytes_as": None, "messages": messages}
