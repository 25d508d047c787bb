"""What everybody who reads a work folder sees of a release, held against what a history's model knows."""

from __future__ import annotations

import asyncio
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import pyarrow.parquet as pq

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.ledger_check import check_ledger
from meldingskontroll.release.service.reader import Reader, clear
from meldingskontroll.release.verify import verify_files
from support.evidence import LATEST
from support.hands import Paper
from support.healthy import CLOCK, LARVIK, OSLO, message_id
from support.judged_once import Bench
from support.release_model import State

T = TypeVar("T")
NOBODYS = "f0000000-0000-4000-8000-000000000001"
IDS = [message_id(place, number) for place in (OSLO, LARVIK) for number in range(1, LATEST + 1)] + [NOBODYS]


class _HereReader(Reader):
    """The service's reader, that does its work where it is asked, so that no history waits for threads."""

    async def run(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return work(*arguments, **named)


def _finished(asked: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, on a loop of the histories' own: others may have closed or cleared the thread's."""
    return _loop().run_until_complete(asked)


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


class Eyes(ABC):
    """The release service (one reader through the history), `release verify`, `ledger verify`, the clearance."""

    bench: Bench
    work: WorkFolder
    hour: float
    register: dict[str, str]
    possible: set[State]
    papers: dict[str, Paper]
    standing: set[str]
    unsure: set[str]
    slots: dict[str, str | None]
    killed: bool
    replayable: dict[str, Mapping[str, Any]]

    def __init__(self) -> None:
        self._looking = CLOCK.as_of
        self._reader = _HereReader(self.work, lambda: self._looking, patience_s=0.0)

    @abstractmethod
    def believed(self) -> Paper | None:
        """The decision that everybody should believe now."""

    @abstractmethod
    def certified(self) -> Paper | None:
        """The decision whose certificate lies there."""

    @abstractmethod
    def is_as_decided(self) -> bool:
        """Whether the files are those of the last decision."""

    def check(self) -> None:
        """Nobody sees a release that the model does not have, at this moment or another, nor misses one that it has."""
        now = self._ask_service()
        for hour in (self.hour, self.hour + 23.5, self.hour + 25, self.hour - 1):
            # What it read stands for the other moments, at each of which it would be asked whether that still holds.
            is_release = now if hour == self.hour else self._reader._snapshot.at(_moment(hour)).is_release
            if self.killed:
                possible = any(state.published.is_believed(hour, self.register) for state in self.possible)
                assert possible or not is_release, f"a release after a kill, at {hour}"
            elif self.slots["decision"] not in self.unsure:
                paper = self.believed()
                allowed = paper is not None and paper.published.is_believed(hour, self.register)
                assert allowed == is_release, f"the service says release: {is_release}, at {hour}"
        self._check_clearance()
        if not self.killed:
            self._check_certificate()
            self._check_ledger()

    def _ask_service(self) -> bool:
        """What the service answers; what it lets go is what may go."""
        self._looking = _moment(self.hour)
        answer, found = _finished(clear(self._reader, IDS))
        gone = {one for one, (clearance, _) in zip(IDS, found, strict=True) if clearance == "delete"}
        self.bench.told["answers of the service: " + answer.decision] += 1
        if not answer.is_release:
            assert not gone, "something is let go under a HOLD"
        elif not self.killed:
            paper = self.believed()
            assert paper and gone == paper.gone, f"let go: {sorted(gone)}"
        return answer.is_release

    def _check_clearance(self) -> None:
        """What the clearance itself lets go, whoever reads it: only what the decision it was made for does."""
        slot = self.slots["clearance"]
        if self.killed or slot not in self.papers:
            return
        content = self.work.clearance.read_bytes()
        gone = self.bench.in_history(("cleared", content), lambda: let_go(content))
        assert gone == self.papers[slot].gone

    def _check_certificate(self) -> None:
        """`release verify`, with nothing but the certificate and the keys, and with the register of approvers."""
        paper = self.certified()
        for hour, approvers in ((self.hour, None), (self.hour, self.work.approvers), (self.hour + 25, None)):
            believed = paper is not None and paper.published.is_in_time(hour)
            if approvers and paper:
                believed = paper.published.is_believed(hour, self.register)
            try:
                found = verify_files(self.work.certificate, self.work.jwks, _moment(hour).isoformat(), approvers)
            except RefusedError:
                assert not believed, f"a certificate is refused at {hour}"
                continue
            assert believed and paper, f"a certificate is believed at {hour}"
            assert len(found.document.get("overrides", ())) == paper.overridden
            assert ("OVERSTYRT" in found.sentence) == (paper.overridden > 0)
        self.bench.told["certificates verified"] += paper is not None

    def _check_ledger(self) -> None:
        if self.slots["decision"] in self.unsure:
            return
        try:
            check_ledger(self.work)
        except RefusedError as refused:
            assert not self.is_as_decided(), f"the ledger is refused: {refused}"
        else:
            assert self.is_as_decided(), "the ledger is said to hold"

    def bytes_of_decision(self) -> bytes | None:
        return self.work.decision.read_bytes() if self.work.decision.exists() else None

    def events(self) -> set[str]:
        """The ledger's lines as they stand."""
        return set(self.work.ledger.read_text().splitlines()) if self.work.ledger.exists() else set()

    def tell(self, seen: str, events: set[str], overridden: int) -> None:
        """Count what a run came to, so that histories in which nothing happens show."""
        told = self.bench.told
        told[f"runs that came to {seen}"] += 1
        told["releases that rest on an override"] += seen == "RELEASE" and overridden > 0
        for text in events:
            line: Mapping[str, Any] = json.loads(text)
            if line["event"] == "approval":
                told["approvals"] += 1
                self.replayable["approval replayed"] = line
            if line["event"] == "decision" and line["decision"] == "RELEASE":
                self.replayable["release replayed"] = line
            if line["event"] == "lapse":
                told["lapses of a release" if line["released"] else "lapses of one approval"] += 1
                told.update(f"lapsed by {cause}" for cause in line["causes"])


def let_go(content: bytes) -> set[str]:
    table = pq.ParquetFile(io.BytesIO(content)).read(use_threads=False)
    pairs = zip(table["message_id"].to_pylist(), table["clearance"].to_pylist(), strict=True)
    return {str(one) for one, said in pairs if said == "delete"}


def _moment(hour: float) -> datetime:
    return CLOCK.as_of + timedelta(hours=hour)
