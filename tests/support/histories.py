"""A work folder to which everything happens that may, held against the model after each event.

The audit's own driver, the decision, approvals, overrides, ledger, renewal and publication run as they are, on real
files; only what is a pure function of contents (the SQL, a signature) is computed once for each content.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from meldingskontroll import approve as approving
from meldingskontroll import audit as auditing
from meldingskontroll.domain import AuditInputError, Clock, RefusedError
from meldingskontroll.files import sha256_of
from meldingskontroll.lake import WorkFolder, write_bytes
from meldingskontroll.release import jose
from meldingskontroll.release.ledger import canonical
from meldingskontroll.release.statement import as_request, read_request, what_to_state
from meldingskontroll.settings import Settings
from meldingskontroll.verification import overrides
from support.evidence import Evidence
from support.hands import Hands
from support.healthy import LARVIK, OSLO, SETTINGS, message_id
from support.judged_once import Bench
from support.quickened import killed, was_killed
from support.release_model import Asking, Now, State, after_kill, evaluate
from support.requirements_model import TOMORROW, may_go
from support.seen import Eyes
from support.situation import KARI, KEYS, OLA, Situation


class OursError(Exception):
    """A fault that no input explains."""


class World(Situation, Hands, Eyes):
    """One history: what is true, what lies in the folder, and every state in which the model may be.

    A process that was killed leaves more than one; what is seen next tells which it was. Times are hours after 06:00.
    """

    def __init__(self, bench: Bench) -> None:
        Hands.__init__(self)
        bench.begin_history()
        self.bench, self.root = bench, Path(tempfile.mkdtemp(dir=bench.spare))
        self.work = WorkFolder(self.root / "work")
        Situation.__init__(self)
        Eyes.__init__(self)
        self.possible: set[State] = {State()}
        self.statements: list[tuple[str, Asking]] = []
        self._asked_of: Now | None = None

    def close(self) -> None:
        shutil.rmtree(self.root)

    # what is done
    def audit(self, *, steady: bool = True, kill_at: int | None = None, faulty: bool = False) -> None:
        self._run(None, lambda: auditing.audit(self.work, self.clock, SETTINGS), steady, kill_at, faulty)

    def approve(self, name: str, key: str, *, steady: bool = True, kill_at: int | None = None) -> None:
        """Somebody approves with the command; whose key it is not is turned away before anything is looked at."""
        if self.register.get(name) != key:
            with self._steps(True, False), contextlib.suppress(RefusedError):
                approving.approve(self.work, name, self._key_file(key), self.clock, SETTINGS)
                raise AssertionError("somebody approved with another's key")
            return
        asking = Asking(name, key)
        self._make_key()
        self._run(
            asking,
            lambda: approving.approve(self.work, name, self._key_file(key), self.clock, SETTINGS),
            steady,
            kill_at,
        )

    def sign_elsewhere(self, name: str, key: str) -> None:
        """Somebody signs what the last run asks for, on a machine of their own."""
        if self._asked_of is None or not self.is_plain or self.slots["decision"] not in self.papers:
            return
        asked = read_request(as_request(what_to_state(self.work)))
        signed = jose.sign(canonical({"name": name, **asked}), jose.private_key(_named(key, name)), jose.APPROVAL)
        self.statements.append((signed, Asking(name, key, self._asked_of.signed)))

    def bring(self, which: int, *, at_its_moment: bool) -> None:
        """A statement that was signed elsewhere is brought, in a run of its moment or of another."""
        if not self.statements:
            return
        statement, asking = self.statements[which % len(self.statements)]
        now, its_hour = self.hour, asking.signed[0] if asking.signed else self.hour
        self.hour = float(str(its_hour)) if at_its_moment else now
        bring = approving.approve_by_statement
        if self.register.get(asking.name) != asking.key:
            with self._steps(True, False), contextlib.suppress(RefusedError):
                bring(self.work, asking.name, statement, self.clock, SETTINGS)
                raise AssertionError("a statement was taken that the register knows no key for")
        else:
            self._make_key()
            self._run(asking, lambda: bring(self.work, asking.name, statement, self.clock, SETTINGS), True, None)
            self.bench.told["statements brought"] += 1
        self.check()
        self.hour = now

    def _run(self, asking: Asking | None, run: Any, steady: bool, kill_at: int | None, faulty: bool = False) -> None:
        before = self.events()
        published = self.bytes_of_decision()
        expected = contextlib.suppress(AuditInputError, RefusedError, OursError)
        with self._steps(steady, faulty), killed(kill_at) as made, expected:
            run()
        now = Now(
            self.hour,
            self.evidence,
            dict(self.inputs),
            dict(self.register),
            self.bench.rules,
            self.overrides,
            steady and not faulty,
            self.has_key,
            self.ledger_whole,
        )
        if self.is_unreadable:
            now, asking = Now(**{**vars(now), "evidence": self.evidence.but(roster=0)}), None
        if was_killed(made):
            withdrawn = "withdrawn" in made
            self.possible = {left for state in self.possible for left in after_kill(state, now, asking, withdrawn)}
            self.possible |= {s.lapsed() for s in self.possible if self.is_unreadable or faulty}
            self.note_kill()
            self.bench.told["killed"] += 1
            self.bench.told[made[-1]] += 1
            return
        outcomes = {evaluate(state, now, asking) for state in self.possible}
        if self.is_unreadable or faulty:
            shown = {state for state in self.possible if state.shown}
            if self.killed and shown != self.possible:
                # What a killed run had ready may have been published before this one came to nothing.
                self.possible = {evaluate(state, now)[0] if state in shown else state for state in self.possible}
                return
            if self.bytes_of_decision() == published:
                assert not shown, "a release was left as it was"
                return
            assert shown, "something was published by a run that came to nothing"
        self._learn(outcomes, now, before)

    def _learn(self, outcomes: set[tuple[State, bool]], now: Now, before: set[str]) -> None:
        """Of what the model allows, keep what was seen; if nothing of it was, something is wrong."""
        seen = json.loads(self.work.decision.read_text())["decision"]
        events = self.events() - before
        recorded = any('"event":"approval"' in line for line in events)
        allowed = {(after.published.decision, was) for after, was in outcomes}
        assert (seen, recorded) in allowed, f"{seen}, recorded {recorded}; the contract allows {allowed}"
        self.possible = {after for after, was in outcomes if (after.published.decision, was) == (seen, recorded)}
        in_ledger = now.ledger_whole and not any(state.stained for state in self.possible)
        self.note(next(iter(self.possible)).published, self._gone(seen), now.overridden, in_ledger=in_ledger)
        self._asked_of = None if self.is_unreadable or not now.steady else now
        self.tell(seen, events, now.overridden)

    def _gone(self, seen: str) -> frozenset[str]:
        """The messages that may be deleted by this decision."""
        if seen != "RELEASE":
            return frozenset()
        oslo = range(1, 6) if self.evidence.roster == 2 else ()
        return frozenset(message_id(LARVIK, n) for n in may_go(self.evidence)) | {message_id(OSLO, n) for n in oslo}

    def settle(self) -> None:
        """Everything is put in order: then two people's approvals must release, and everybody must see it."""
        self.mend_ledger()
        self.make_unreadable(False)
        healthy = Evidence()
        for part in ("manifest", *vars(healthy)):
            self.change(part, getattr(healthy, part))
        for name in (KARI, OLA):
            self.enter(name, name)
        self.hour = max([self.hour, *(a.hour for state in self.possible for a in state.approvals)]) + 1
        for name in (KARI, OLA):
            self.approve(name, name)
            self.check()
        assert {state.published.decision for state in self.possible} == {"RELEASE"}, "in order, and not released"
        assert self.believed() is not None and self.is_as_decided()
        self.bench.told["settled"] += 1

    @contextlib.contextmanager
    def _steps(self, steady: bool, faulty: bool) -> Iterator[None]:
        """The audit's steps, where the rooms before the decision leave what they would leave of this evidence."""

        def keep(work: WorkFolder, *_: Any) -> None:
            for path in sorted(work.portal.iterdir()):
                work.keep_raw(path, sha256_of(path))
            if not steady:
                self.added += 1
                self._put(f"survey/responses_{self.added}.csv", "under the run\n")

        def verify(work: WorkFolder, clock: Clock, _: Settings) -> None:
            if faulty:
                raise OursError
            side = self.hour >= TOMORROW and (
                self.evidence.fix == "confirmed tomorrow" or self.evidence.answers == "tomorrow"
            )
            judged = self.bench.judged(self.evidence, clock, side, overrides.read_given(work))
            self.bench.judged_now = judged
            write_bytes(work.staging().findings, judged.findings)

        real = {name: auditing.STEPS[name] for name in ("inputs", "stage", "decision", "publish")}
        order = ("inputs", "portal", "stage", "verification", "decision", "publish")
        steps = real | {"portal": keep, "verification": verify}
        with patch.object(auditing, "STEPS", {name: steps[name] for name in order}):
            yield


def _named(key: str, name: str) -> dict[str, Any]:
    return {**KEYS[key].as_dict(private=True), "kid": name}
