"""How the service reads: again when a file changes and not before, and for a while where files do not fit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from meldingskontroll.release import jose
from meldingskontroll.release.service import reader as module
from meldingskontroll.release.service.clearances import ClearanceIndex, read_index
from meldingskontroll.release.service.reader import Kept, Reader, SteadyClock, clear, stamp_of
from meldingskontroll.release.service.snapshot import Answer, Files, ServiceReason, judge
from support.released import AS_OF, LOST, REGISTERED, STRANGER, Released, as_bytes, write_clearance

IDS = [REGISTERED, STRANGER, LOST]


@pytest.fixture
def folder(tmp_path: Path) -> Released:
    return Released(tmp_path)


class Watched:
    """A reader that notes what it read, and waits for nothing."""

    def __init__(self, folder: Released, patience_s: float = 0.0, now: datetime = AS_OF) -> None:
        self.read: list[tuple[str, bool]] = []
        self.now = now
        self.reader = Reader(folder.work, lambda: self.now, patience_s, lambda *what: self.read.append(what))

    async def ask(self) -> tuple[str, ServiceReason | None]:
        """What holds now, once all that was begun is read."""
        answer = await self.reader.current()
        if self.reader._preparing:
            await self.reader._preparing
        return answer.decision, answer.reason


def test_an_empty_folder_holds_and_is_read_once(tmp_path: Path) -> None:
    async def story() -> None:
        watched = Watched(Released(tmp_path / "work"))
        for _ in range(3):
            assert await watched.ask() == ("HOLD", ServiceReason.DECISION_MISSING)
            assert await watched.reader.index() is None
        assert watched.read == [("decision", False), ("clearance", False)]

    asyncio.run(story())


def test_a_release_is_read_with_its_clearances_before_they_are_asked_for_and_once(folder: Released) -> None:
    async def story() -> None:
        watched = Watched(folder)
        folder.release()
        for _ in range(3):
            assert await watched.ask() == ("RELEASE", None)
            assert await watched.reader.index() is not None
        assert watched.read == [("decision", True), ("clearance", True)]
        watched.now = AS_OF + timedelta(hours=24)
        assert await watched.ask() == ("HOLD", ServiceReason.EXPIRED)
        folder.hold()
        assert await watched.ask() == ("HOLD", None)
        assert watched.read[2:] == [("decision", True)]

    asyncio.run(story())


FILES = ("decision", "certificate", "jwks", "approvers", "clearance", "ledger", "ledger_checkpoint")


@pytest.mark.parametrize("name", FILES)
def test_whichever_file_of_a_release_goes_the_next_call_holds(name: str, folder: Released) -> None:
    async def story() -> None:
        watched = Watched(folder)
        folder.release()
        assert await watched.ask() == ("RELEASE", None)
        getattr(folder.work, name).unlink()
        decision, reason = await watched.ask()
        assert decision == "HOLD" and reason is not None
        assert watched.read[-1] == ("decision", False)
        if name == "clearance":
            assert await watched.reader.index() is None

    asyncio.run(story())


def test_keys_are_believed_where_those_beside_the_private_one_and_those_shown_to_ks_agree(folder: Released) -> None:
    async def story() -> None:
        watched = Watched(folder)
        folder.release()
        shown, other = folder.work.jwks.read_bytes(), jose.key_set([jose.new_key()])
        folder.work.public_keys.write_bytes(as_bytes(other))
        assert await watched.ask() == ("HOLD", ServiceReason.SIGNATURE_INVALID)
        folder.work.public_keys.write_bytes(as_bytes({"keys": other["keys"] + json.loads(shown)["keys"]}))
        assert await watched.ask() == ("RELEASE", None)
        for damage in (b"{", as_bytes(other)):
            folder.work.jwks.write_bytes(damage)
            assert (await watched.ask())[0] == "HOLD"
        folder.work.jwks.unlink()
        assert (await watched.ask())[0] == "HOLD"

    asyncio.run(story())


@pytest.mark.parametrize(("patience_s", "paused", "decision"), [(1.0, [0.005], "RELEASE"), (0.0, [], "HOLD")])
def test_files_that_do_not_fit_are_read_again_for_as_long_as_is_said(
    patience_s: float, paused: list[float], decision: str, folder: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def publish(seconds: float) -> None:
        pauses.append(seconds)
        folder.release()

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 100.0, sleep=publish))
    found = asyncio.run(Watched(folder, patience_s).ask())
    assert (found[0], pauses) == (decision, paused)


def test_patience_ends(folder: Released, monkeypatch: pytest.MonkeyPatch) -> None:
    moments, pauses = iter([100.0, 100.5, 100.9, 101.0]), []
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: next(moments), sleep=pauses.append))
    assert asyncio.run(Watched(folder, 1.0).ask()) == ("HOLD", ServiceReason.DECISION_MISSING)
    assert pauses == [0.005, 0.005]


def test_a_reader_waits_a_second_unless_it_is_told_otherwise(folder: Released) -> None:
    assert (Reader(folder.work).patience_s, Reader(folder.work, patience_s=0.0).patience_s) == (1.0, 0.0)
    assert isinstance(Reader(folder.work).now, SteadyClock)


def test_what_was_read_is_kept_until_a_file_changes(tmp_path: Path) -> None:
    file, times = tmp_path / "file", []
    kept: Kept[int] = Kept()

    def read() -> int:
        times.append(1)
        return len(times)

    assert [kept.get((file,), read) for _ in range(3)] == [1, 1, 1]
    file.write_text("a")
    assert [kept.get((file,), read) for _ in range(2)] == [2, 2]
    assert kept.get((file, tmp_path / "other"), read) == 3


def test_a_stamp_tells_every_state_of_a_file_from_another(tmp_path: Path) -> None:
    file, other = tmp_path / "file", tmp_path / "other"
    assert stamp_of((file, other)) == (None, None) and stamp_of(()) == ()
    file.write_text("a")
    first = stamp_of((file,))
    assert first[0] is not None and len(first[0]) == 5 and stamp_of((file,)) == first
    other.write_text("a")
    other.replace(file)
    assert stamp_of((file,)) != first


class Clocks:
    """A wall clock and one that only counts, both moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.passed = AS_OF, 100.0
        monkeypatch.setattr(module, "datetime", SimpleNamespace(now=self.now))
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.passed))

    def now(self, zone: Any) -> datetime:
        assert zone is UTC
        return self.wall


def test_a_clock_that_is_set_back_does_not_bring_time_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    steady = SteadyClock()
    assert not steady.is_fixed
    clocks.wall, clocks.passed = AS_OF - timedelta(days=1), 160.0
    assert steady() == AS_OF + timedelta(seconds=60)
    clocks.wall = AS_OF + timedelta(hours=2)
    assert steady() == AS_OF + timedelta(hours=2)
    fixed = SteadyClock(AS_OF)
    assert fixed.is_fixed and fixed() == AS_OF


class Scripted(Reader):
    """A reader whose answers and clearances are given, one after the other; the last ones stand."""

    def __init__(self, folder: Released, answers: list[Answer], indexes: list[ClearanceIndex | None], patience_s: float) -> None:  # fmt: skip  # noqa: E501
        super().__init__(folder.work, lambda: AS_OF, patience_s)
        self.answers, self.indexes = answers, indexes

    async def current(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def index(self) -> ClearanceIndex | None:
        return self.indexes.pop(0) if len(self.indexes) > 1 else self.indexes[0]


def parts(folder: Released) -> tuple[Answer, Answer, ClearanceIndex]:
    """The answer under a release, one that holds, and the release's clearances."""
    folder.release()
    answer = asyncio.run(Reader(folder.work, lambda: AS_OF, 0.0).current())
    assert answer.is_release
    return answer, judge(Files()).standing, read_index(folder.work.clearance)


DELETED = [("delete", "REGISTERED"), ("keep", "UNKNOWN_ID"), ("keep", "LOST")]
DIFFERS = [("keep", "CLEARANCE_DIFFERS")] * 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda index: index, DELETED),
        (lambda index: None, DIFFERS),
        (lambda index: replace(index, decision_sha256=None), DIFFERS),
        (lambda index: replace(index, decision_sha256="0" * 64), DIFFERS),
        (lambda index: replace(index, sha256="0" * 64), DIFFERS),
    ],
)
def test_under_a_release_only_its_own_clearances_are_believed(
    change: Callable[[ClearanceIndex], ClearanceIndex | None], said: Any, folder: Released
) -> None:
    release, _, index = parts(folder)
    answer, found = asyncio.run(clear(Scripted(folder, [release], [change(index)], 0.0), IDS))
    assert (answer, found) == (release, said)


def test_a_release_that_does_not_know_its_decision_or_clearances_lets_nothing_go(folder: Released) -> None:
    release, _, index = parts(folder)
    for lacking in ({"decision_sha256": None}, {"clearance_sha256": None}):
        nameless = replace(index, decision_sha256=None) if "decision_sha256" in lacking else index
        _, found = asyncio.run(clear(Scripted(folder, [replace(release, **lacking)], [nameless], 0.0), IDS))
        assert found == DIFFERS


def test_a_decision_that_changes_while_ids_are_looked_up_is_asked_again_or_keeps(folder: Released) -> None:
    release, held, index = parts(folder)
    turned = replace(release, body=b"another")
    for patience_s, last, said in ((0.0, release, DIFFERS), (60.0, release, DELETED)):
        answer, found = asyncio.run(clear(Scripted(folder, [release, turned, last], [index], patience_s), IDS))
        assert (answer, found) == (release, said)
    answer, found = asyncio.run(clear(Scripted(folder, [release, held], [index], 60.0), IDS))
    assert answer == held and {word for word, _ in found} == {"keep"}


def test_clearances_that_arrive_in_time_are_believed(folder: Released) -> None:
    release, _, index = parts(folder)
    _, found = asyncio.run(clear(Scripted(folder, [release], [None, index], 60.0), IDS))
    assert found == DELETED


@pytest.mark.parametrize(
    ("reason", "because"),
    [(None, "HOLD"), (ServiceReason.EXPIRED, "EXPIRED"), (ServiceReason.LEDGER_DIFFERS, "LEDGER_DIFFERS")],
)
def test_in_a_hold_every_id_is_kept_for_the_holds_reason_unless_it_is_unknown(
    reason: ServiceReason | None, because: str, folder: Released
) -> None:
    _, held, index = parts(folder)
    holding = replace(held, reason=reason)
    answer, found = asyncio.run(clear(Scripted(folder, [holding], [index], 0.0), IDS))
    assert (answer, found) == (holding, [("keep", because), ("keep", "UNKNOWN_ID"), ("keep", because)])
    _, found = asyncio.run(clear(Scripted(folder, [holding], [None], 0.0), IDS))
    assert found == [("keep", "CLEARANCE_UNREADABLE")] * 3


def test_a_file_that_is_no_clearance_is_none(folder: Released) -> None:
    async def story() -> None:
        watched = Watched(folder)
        folder.release()
        folder.work.clearance.write_bytes(b"no Parquet")
        assert await watched.ask() == ("HOLD", ServiceReason.CLEARANCE_UNREADABLE)
        assert await watched.reader.index() is None
        write_clearance(folder.work.clearance, {}, None)
        assert await watched.reader.index() is not None
        assert await watched.ask() == ("HOLD", ServiceReason.CLEARANCE_DIFFERS)

    asyncio.run(story())
