"""Reads the results for the service: together, off the event loop, and again whenever a file changes.

A run publishes its files one after the other (docs/decisions/0004 and 0007). What does not fit together is read again
for a short while; what still does not fit is held.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

import pyarrow as pa

from meldingskontroll.lake import WorkFolder, json_bytes
from meldingskontroll.release import jose
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.ledger import read_ledger, standing_releases
from meldingskontroll.release.service import clearances
from meldingskontroll.release.service.clearances import ClearanceIndex, read_index
from meldingskontroll.release.service.snapshot import Answer, Files, ServiceReason, Snapshot, is_hold, judge

P = ParamSpec("P")
T = TypeVar("T")
Stamp = tuple[tuple[int, ...] | None, ...]
_PATIENCE_S = 1.0
_PAUSE_S = 0.005


class SteadyClock:
    """The time now. It never runs slower than the time that has passed since the start: a clock that is set back does
    not make an expired release valid again."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed
        self._begun, self._passed = datetime.now(UTC), time.monotonic()

    @property
    def is_fixed(self) -> bool:
        """Whether it stands still, as it may for made-up data alone."""
        return self._fixed is not None

    def __call__(self) -> datetime:
        if self._fixed is not None:
            return self._fixed
        return max(datetime.now(UTC), self._begun + timedelta(seconds=time.monotonic() - self._passed))


class Reader:
    """What the service knows of one work folder. Its methods belong to one event loop."""

    def __init__(
        self,
        work: WorkFolder,
        now: Callable[[], datetime] | None = None,
        patience_s: float | None = None,
        on_read: Callable[[str, bool], None] = lambda what, is_whole: None,
    ) -> None:
        """`on_read` is told after each reading what was read (`decision` or `clearance`), and whether it was whole."""
        self.work = work
        self._on_read = on_read
        self.now = now or SteadyClock()
        self.patience_s = _PATIENCE_S if patience_s is None else patience_s
        keys = (work.public_keys, work.jwks, work.approvers)
        self._ledger_files = (work.ledger, work.ledger_checkpoint, work.ledger_mark)
        self._watched = (work.decision, work.certificate, *keys, work.clearance, *self._ledger_files)
        self._lock, self._index_lock = asyncio.Lock(), asyncio.Lock()
        # Its own threads, so that whatever else the process does, the decision is read.
        self._threads = ThreadPoolExecutor(4, "decision")
        self._stamp: Stamp | None = None
        self._snapshot: Snapshot = judge(Files())
        self._cleared: Kept[tuple[str | None, str | None]] = Kept()
        self._standing: Kept[dict[str, str]] = Kept()
        self._index_stamp: Stamp | None = None
        self._index: ClearanceIndex | None = None
        self._preparing: asyncio.Future[ClearanceIndex | None] | None = None

    async def current(self) -> Answer:
        """What holds now, by the files as they are now."""
        if stamp_of(self._watched) != self._stamp:
            async with self._lock:
                if stamp_of(self._watched) != self._stamp:
                    self._snapshot, self._stamp = await self.run(self._read_settled)
                    self._on_read("decision", not self._snapshot.is_torn)
                    if self._snapshot.standing.is_release:
                        # Whoever looks at the decision first lets the clearances be read, before they are asked for.
                        self._preparing = asyncio.ensure_future(self.index())
        return self._snapshot.at(self.now())

    async def index(self) -> ClearanceIndex | None:
        """The clearances as they are now; None while they cannot be read."""
        watched = (self.work.clearance,)
        if self._index_stamp is None or stamp_of(watched) != self._index_stamp:
            async with self._index_lock:
                stamp = stamp_of(watched)
                if self._index_stamp is None or stamp != self._index_stamp:
                    self._index = await self.run(_read_index, self.work.clearance)
                    self._index_stamp = stamp
                    self._on_read("clearance", self._index is not None)
        return self._index

    async def run(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do some work off the event loop, on this reader's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*arguments, **named))

    def _read_settled(self) -> tuple[Snapshot, Stamp]:
        """Read until the files fit each other, or patience ends; then they are held.

        The stamp is taken first: what changes while they are read makes the next call read again.
        """
        until = time.monotonic() + self.patience_s
        while True:
            stamp = stamp_of(self._watched)
            snapshot = judge(self._read_files())
            if not snapshot.is_torn or time.monotonic() >= until:
                return snapshot, stamp
            time.sleep(_PAUSE_S)

    def _read_files(self) -> Files:
        work = self.work
        decision = _bytes(work.decision)
        if is_hold(decision):
            # It waits for no hash and no ledger.
            return Files(decision)
        keys = _agreed(_bytes(work.public_keys), _bytes(work.jwks))
        made_for, hashed = self._cleared.get((work.clearance,), lambda: _bound(work.clearance))
        standing = self._standing.get((*self._ledger_files, work.public_keys, work.jwks), lambda: _standing(work, keys))
        return Files(
            decision,
            _bytes(work.certificate),
            keys,
            _bytes(work.approvers),
            made_for,
            hashed is not None,
            hashed,
            standing,
        )


class Kept(Generic[T]):
    """What was read from some files, until one of them changes."""

    def __init__(self) -> None:
        self._known: tuple[Stamp, T] | None = None

    def get(self, files: tuple[Path, ...], read: Callable[[], T]) -> T:
        """What the files say. The stamp is taken first: what changes meanwhile is read again."""
        stamp = stamp_of(files)
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, read()
        return self._known[1]


def stamp_of(files: tuple[Path, ...]) -> Stamp:
    """What tells one state of the files from another; None for a file that is not there."""
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino, state.st_dev


def _bound(file: Path) -> tuple[str | None, str | None]:
    """The decision that the clearance was made for and its own hash; without the latter it cannot be read."""
    try:
        return clearances.bound_to(file)
    except (OSError, pa.ArrowException):
        return None, None


def _standing(work: WorkFolder, keys: bytes | None) -> dict[str, str]:
    """The releases that stand by the ledger; none where it does not hold."""
    try:
        return standing_releases(read_ledger(work, jose.read_key_set(keys or b"")))
    except SignatureRefusedError:
        return {}


def _agreed(kept: bytes | None, shown: bytes | None) -> bytes | None:
    """Of the keys shown to KS, those that are kept beside the private one, where any are.

    Who can write to `out/` alone cannot replace them, and what KS could not verify is no release here either.
    """
    if kept is None or kept == shown:
        return shown
    try:
        known = {key.thumbprint() for key in jose.read_key_set(kept)}
        agreed = [key for key in jose.read_key_set(shown or b"") if key.thumbprint() in known]
    except SignatureRefusedError:
        return None
    return json_bytes(jose.key_set(agreed))


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _read_index(file: Path) -> ClearanceIndex | None:
    try:
        return read_index(file)
    except (OSError, ValueError, pa.ArrowException):
        return None


async def clear(reader: Reader, ids: list[str]) -> tuple[Answer, list[tuple[str, str]]]:
    """The clearance and the reason of each id (a UUID as text), under the decision that holds when it is given.

    Every id is kept unless a RELEASE stands before and after the look-up, and the clearances were made for it.
    """
    until = time.monotonic() + reader.patience_s
    while True:
        answer, index = await reader.current(), await reader.index()
        fits = not answer.is_release or (index is not None and _belongs(index, answer))
        if fits:
            found = await reader.run(_look_up, index, ids)
            if (await reader.current()).body == answer.body:
                break
        if time.monotonic() >= until:
            found = [(clearances.KEEP, str(ServiceReason.CLEARANCE_DIFFERS))] * len(ids)
            break
        await asyncio.sleep(_PAUSE_S)
    if answer.is_release:
        return answer, found
    because = str(answer.reason or "HOLD")
    return answer, [(clearances.KEEP, why if why in _ALWAYS_SAID else because) for _, why in found]


_ALWAYS_SAID = frozenset({clearances.UNKNOWN_ID, ServiceReason.CLEARANCE_UNREADABLE, ServiceReason.CLEARANCE_DIFFERS})


def _belongs(index: ClearanceIndex, answer: Answer) -> bool:
    bound = index.decision_sha256 is not None and index.decision_sha256 == answer.decision_sha256
    return bound and index.sha256 == answer.clearance_sha256


def _look_up(index: ClearanceIndex | None, ids: list[str]) -> list[tuple[str, str]]:
    if index is None:
        return [(clearances.KEEP, str(ServiceReason.CLEARANCE_UNREADABLE))] * len(ids)
    return [index.words[code] for code in index.look_up(ids)]
