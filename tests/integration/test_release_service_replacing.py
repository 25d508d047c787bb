"""While an audit replaces the files, and when the clock is set back: no wrong, torn or missing answer."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.release.service import reader
from meldingskontroll.release.service.reader import SteadyClock
from meldingskontroll.release.service.serve import server_of
from meldingskontroll.settings import Settings
from support.released import LOST, REGISTERED, Released, serving

ASKED = 60


def _while(work: Callable[[], None], ask: Callable[[], Any]) -> list[Any]:
    """What is answered to so many calls, while with each of them the work is done once more."""
    called, enough = threading.Event(), threading.Event()

    def repeat() -> None:
        while not enough.is_set():
            if called.wait(0.1):
                called.clear()
                work()

    thread = threading.Thread(target=repeat)
    thread.start()
    answers = []
    try:
        for _ in range(ASKED):
            called.set()
            answers.append(ask())
    finally:
        enough.set()
        thread.join()
    return [*answers, ask()]


def test_while_releases_follow_each_other_every_answer_is_a_release_and_whole(tmp_path: Path) -> None:
    folder, now = Released(tmp_path / "work"), datetime.now(UTC).replace(microsecond=0)
    moments = (now - timedelta(seconds=seconds) for seconds in range(80_000, 0, -1))
    made = {folder.release(next(moments))}
    headers = {"Authorization": f"Bearer {folder.token()}"}

    def renew() -> None:
        made.add(folder.release(next(moments)))

    with serving(folder.work) as address, requests.Session() as session:
        session.headers.update(headers)

        def ask() -> tuple[int, bytes, str, list[str]]:
            status = session.get(f"{address}/v1/status", timeout=10)
            cleared = session.post(f"{address}/v1/clearance", json={"ids": [REGISTERED, LOST]}, timeout=10).json()
            words = [row["clearance"] for row in cleared["clearances"]]
            return status.status_code, status.content, cleared["decision"], words

        answers = _while(renew, ask)
    assert {status for status, *_ in answers} == {200}
    assert {content for _, content, _, _ in answers} <= made
    assert len({content for _, content, _, _ in answers}) > 1
    assert {(decision, *words) for _, _, decision, words in answers} == {("RELEASE", "delete", "keep")}


def test_while_release_and_hold_take_turns_nothing_is_cleared_under_a_hold(tmp_path: Path) -> None:
    folder, now = Released(tmp_path / "work"), datetime.now(UTC).replace(microsecond=0)
    folder.release(now)
    headers = {"Authorization": f"Bearer {folder.token()}"}

    moves = itertools.cycle([folder.hold, folder.release])

    def turn() -> None:
        next(moves)(now)

    with serving(folder.work) as address, requests.Session() as session:
        session.headers.update(headers)

        def ask() -> tuple[str, str]:
            cleared = session.post(f"{address}/v1/clearance", json={"ids": [REGISTERED]}, timeout=10).json()
            return cleared["decision"], cleared["clearances"][0]["clearance"]

        answers = _while(turn, ask)
        folder.hold(now)
        assert ask() == ("HOLD", "keep")
    assert set(answers) == {("RELEASE", "delete"), ("HOLD", "keep")}


def test_whoever_asks_after_a_turn_is_answered_by_it_however_many_others_ask(tmp_path: Path) -> None:
    """The clearances are read again aside while others are answered; nobody may be answered by what stood before."""
    folder, now = Released(tmp_path / "work"), datetime.now(UTC).replace(microsecond=0)
    folder.release(now)
    headers, enough = {"Authorization": f"Bearer {folder.token()}"}, threading.Event()
    others: list[tuple[str, str]] = []

    def ask(session: requests.Session) -> tuple[str, str]:
        answer = session.post(f"{address}/v1/clearance", json={"ids": [REGISTERED]}, headers=headers, timeout=10).json()
        return answer["decision"], answer["clearances"][0]["clearance"]

    def keep_asking() -> None:
        with requests.Session() as session:
            while not enough.is_set():
                others.append(ask(session))

    with serving(folder.work) as address, requests.Session() as mine:
        threads = [threading.Thread(target=keep_asking) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(15):
                folder.hold(now)
                assert ask(mine) == ("HOLD", "keep")
                folder.release(now)
                assert ask(mine) == ("RELEASE", "delete")
        finally:
            enough.set()
            for thread in threads:
                thread.join()
    # In between, a RELEASE may be answered whose list is not there any more: then everything is kept.
    assert {("HOLD", "keep"), ("RELEASE", "delete")} <= set(others) <= {
        ("HOLD", "keep"), ("RELEASE", "delete"), ("RELEASE", "keep"),
    }  # fmt: skip


def test_a_clock_that_is_set_back_does_not_make_an_expired_release_valid_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return begun - timedelta(days=3)

    begun = datetime.now(UTC)
    clock = SteadyClock()
    monkeypatch.setattr(reader, "datetime", SetBack)
    assert clock() >= begun


def test_time_stands_still_only_for_data_that_say_that_they_are_made_up(tmp_path: Path) -> None:
    folder, clock = Released(tmp_path / "work"), Clock.parse("2023-07-01T06:00:00Z")
    with pytest.raises(AuditInputError, match="SYNTETISK"):
        server_of(folder.work, Settings(), "127.0.0.1", 0, clock)
    folder.work.synthetic_notice.write_text("Syntetiske data.\n", encoding="utf-8")
    assert server_of(folder.work, Settings(), "127.0.0.1", 0, clock) is not None
