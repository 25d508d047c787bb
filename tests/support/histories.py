"""A work folder to which everything happens that may, held against the model after each event.

The decision, approvals, ledger, signatures, renewal and publication are the product's own, on real files; only what
is a pure function of contents (the SQL) is computed once for each content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq

from meldingskontroll import publishing, sql
from meldingskontroll.domain import Clock
from meldingskontroll.files import sha256_of
from meldingskontroll.lake import WorkFolder, write_bytes, written_aside
from meldingskontroll.release import decide as deciding
from meldingskontroll.release import jose, renewal, service_key
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.decision import Decision
from meldingskontroll.release.ledger_check import check_ledger
from meldingskontroll.release.service import reader
from meldingskontroll.release.service.snapshot import judge as judge_files
from meldingskontroll.release.verify import verify_files
from support.evidence import FILES, MANIFEST, MESSAGES, Evidence, content_of, manifest_of
from support.healthy import CLOCK, LARVIK, OSLO, SETTINGS, message_id
from support.judged_once import Bench, Judged
from support.killed import killed_at
from support.release_model import TOMORROW, Now, Published, State, evaluate, may_go

KEYS = {name: jose.new_key(name) for name in ("Kari Ås", "Ola Nordmann", "Eva Tredje", "ny")}
KARI, OLA, EVA = list(KEYS)[:3]
BOTH = "to nøkler"
"""Stands for two keys under one name, which nobody has."""


class World:
    """One history: what is true, what lies in the folder, and every state in which the model may be.

    A process that was killed leaves more than one; what is seen next tells which it was. Times are hours after 06:00.
    """

    def __init__(self, bench: Bench) -> None:
        bench.told["histories"] += 1
        self.bench, self.root = bench, Path(tempfile.mkdtemp(dir=bench.spare))
        self.work = WorkFolder(self.root / "work")
        self.evidence, self.rules, self.hour, self.has_key = Evidence(), "1", 0.0, False
        self.register = {KARI: KARI, OLA: OLA, EVA: EVA}
        self.inputs: dict[str, str] = {path: content_of(self.evidence, path) for path in FILES.values()}
        self.inputs |= {MESSAGES: "id,tid\na,1\nb,2\n", MANIFEST: manifest_of("whole", 0)}
        self.days, self.added, self.killed = 0, 0, False
        self.possible: set[State] = {State()}
        self.released_on: Evidence | None = None
        for path in self.inputs:
            self._write(path)
        self._write_register()

    def close(self) -> None:
        shutil.rmtree(self.root)

    # what changes
    def change(self, part: str, value: Any, *, beside: bool = False) -> None:
        """Something else is true, and stands in the file in its place, or in a new file `beside` it."""
        self.evidence = self.evidence.but(**{part: value})
        if part == "manifest":
            self._put(MANIFEST, manifest_of(value, self.days))
        elif part in FILES and beside:
            self.added += 1
            self._put(FILES[part].replace(".csv", f"_{self.added}.csv"), content_of(self.evidence, FILES[part]))
        elif part in FILES:
            self._put(FILES[part], content_of(self.evidence, FILES[part]))

    def extend(self) -> None:
        """The portal is read once more: more rows, and a declaration that covers more."""
        self.days += 1
        self._put(MESSAGES, self.inputs[MESSAGES] + f"c{self.days},3\n")
        self._put(MANIFEST, manifest_of(self.evidence.manifest, self.days))

    def lose_a_row(self) -> None:
        self._put(MESSAGES, "".join(self.inputs[MESSAGES].splitlines(keepends=True)[:-1]) or "id,tid\n")

    def put_back(self, path: str, content: str) -> None:
        self._put(path, content)

    def enter(self, name: str, key: str | None) -> None:
        """The register gives a name this key, two keys (`BOTH`), or nothing."""
        self.register = {n: k for n, k in self.register.items() if n != name} | ({name: key} if key else {})
        self._write_register()

    def lose_key(self) -> None:
        self.work.service_key.unlink(missing_ok=True)
        self.has_key = False

    def tamper(self, how: str) -> None:
        """A hand changes what is published, which the next evaluation and every reader must see."""
        if not self.work.decision.exists():
            return
        if how == "no certificate":
            self.work.certificate.unlink(missing_ok=True)
        else:
            document = json.loads(self.work.decision.read_text()) | {"decision": how, "verified": 3}
            self.work.decision.write_text(json.dumps(document))
        held = Published("HOLD", self.hour)
        self.possible = {
            replace(
                s, published=held, stained=s.stained or how != "no certificate" or s.published.decision == "RELEASE"
            )
            for s in self.possible
        }

    # what is done
    def audit(self, *, steady: bool = True, kill_at: int | None = None) -> None:
        self._run(None, steady, kill_at)

    def approve(self, name: str, key: str, *, steady: bool = True, kill_at: int | None = None) -> None:
        service_key.ensure_service_key(self.work, SETTINGS)
        self.has_key = True
        self._run((name, key), steady, kill_at)

    def _run(self, asking: tuple[str, str] | None, steady: bool, kill_at: int | None) -> None:
        approving = Approving(asking[0], KEYS[asking[1]]) if asking else None
        recorded_before = self._recorded()
        with self._quick(), killed_at(kill_at) as made:
            publishing.begin(self.work)
            deciding.note_inputs(self.work, self.clock, SETTINGS)
            for path in sorted((self.work.portal).iterdir()):
                self.work.keep_raw(path, sha256_of(path))
            if not steady:
                self.added += 1
                self._put(f"survey/responses_{self.added}.csv", "under the run\n")
            write_bytes(self.work.staging().findings, self.judged.findings)
            deciding.decide(self.work.staging(), self.clock, SETTINGS, approving)
            publishing.publish(self.work)
        self.killed = "killed" in made
        now = Now(self.hour, self.evidence, dict(self.inputs), dict(self.register), self.rules, steady, self.has_key)
        if self.killed:
            self.possible = {
                after for state in self.possible for after in _after_kill(state, now, asking, "withdrawn" in made)
            }
            self.released_on = None
            self.bench.told["killed"] += 1
        else:
            self._learn({evaluate(state, now, asking) for state in self.possible}, self._recorded() - recorded_before)

    def unauditable(self) -> None:
        """The inputs can no longer be audited at all."""
        if not publishing.may_say_release(self.work):
            return
        with self._quick():
            deciding.hold_unaudited(self.work, self.clock, SETTINGS)
        nothing = self.evidence.but(roster=0)
        now = Now(self.hour, nothing, dict(self.inputs), dict(self.register), self.rules, True, self.has_key)
        self.killed = False
        self._learn({evaluate(state, now) for state in self.possible}, 0)

    def _learn(self, outcomes: set[tuple[State, bool]], recorded: int) -> None:
        """Of what the model allows, keep what was seen; if nothing of it was, something is wrong."""
        seen = json.loads(self.work.decision.read_text())["decision"]
        allowed = {(after.published.decision, was) for after, was in outcomes}
        assert (seen, bool(recorded)) in allowed, f"{seen}, {recorded} recorded; the contract allows {allowed}"
        self.possible = {after for after, was in outcomes if (after.published.decision, was) == (seen, bool(recorded))}
        self.released_on = self.evidence if seen == "RELEASE" else None
        self.bench.told[seen] += 1
        self.bench.told["approvals"] += recorded

    def _recorded(self) -> int:
        text = self.work.ledger.read_text() if self.work.ledger.exists() else ""
        return text.count('"event":"approval"')

    # what is seen
    def check(self) -> None:
        """Nobody who reads the folder sees a release that the model does not have, at this moment or another."""
        snapshot = judge_files(reader.Reader(self.work)._read_files())
        for hour in (self.hour, self.hour + 23.5, self.hour + 25, self.hour - 1):
            answer = snapshot.at(CLOCK.as_of + timedelta(hours=hour))
            allowed = {state.published.is_believed(hour, self.register) for state in self.possible}
            if self.killed:
                assert not answer.is_release or True in allowed, f"a release after a kill, at {hour}"
            else:
                assert allowed == {answer.is_release}, (
                    f"{answer.decision} ({answer.reason}) at {hour}, allowed {allowed}"
                )
        if self.released_on and {state.published.decision for state in self.possible} == {"RELEASE"}:
            table = pq.read_table(self.work.clearance)
            pairs = zip(table["message_id"].to_pylist(), table["clearance"].to_pylist(), strict=True)
            gone = {str(message) for message, clearance in pairs if clearance == "delete"}
            expected = {message_id(LARVIK, number) for number in may_go(self.released_on)}
            oslo = range(1, 6) if self.released_on.roster == 2 else ()
            assert gone == expected | {message_id(OSLO, number) for number in oslo}

    def settle(self) -> None:
        """Everything is put in order: then two people's approvals must release, and everybody must see it."""
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
        assert "Hovedboken holder" in check_ledger(self.work)
        verify_files(self.work.certificate, self.work.jwks, self.clock.as_of.isoformat())
        self.bench.told["settled"] += 1

    @property
    def clock(self) -> Clock:
        return Clock(CLOCK.as_of + timedelta(hours=self.hour))

    @property
    def judged(self) -> Judged:
        side = self.evidence.fix == "confirmed tomorrow" and self.hour >= TOMORROW
        return self.bench.judged(self.evidence, self.clock, side)

    def _put(self, path: str, content: str) -> None:
        if content:
            self.inputs[path] = content
        else:
            self.inputs.pop(path, None)
        self._write(path)

    def _write(self, path: str) -> None:
        file = self.work.root / path
        if path not in self.inputs:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.inputs[path])

    def _write_register(self) -> None:
        keys = []
        for name, key in self.register.items():
            for held in (KARI, OLA) if key == BOTH else (key,):
                keys.append(jose.public_jwk(KEYS[held]) | {"kid": name})
        self.work.approvers.write_text(json.dumps({"keys": keys}))

    @contextlib.contextmanager
    def _quick(self) -> Iterator[None]:
        """Let the product ask what was computed before, wherever the answer depends on contents alone."""
        bench, judged = self.bench, self.judged
        count, rows = renewal.count_new_losses, renewal.holds_all_rows

        @contextlib.contextmanager
        def connect(*_: Any) -> Iterator[Any]:
            yield bench.connection

        def count_once(connection: Any, work: WorkFolder, approved: str) -> Any:
            key = ("losses", approved, sha256_of(work.raw(approved)), sha256_of(work.findings))
            return bench.once(key, lambda: count(connection, work, approved))

        def rows_once(connection: Any, old: Path, new: Path) -> Any:
            return bench.once(("rows", old.name, new.name), lambda: rows(connection, old, new))

        def clear(connection: Any, work: WorkFolder, decision: Decision, content: bytes) -> None:
            table = judged.clearances[decision.decision]
            bound = {"decision_sha256": hashlib.sha256(content).hexdigest()}
            with written_aside(work.clearance, durable=False) as aside:
                pq.write_table(table.replace_schema_metadata(bound), aside)

        with contextlib.ExitStack() as stack:
            for target, name, value in (
                (sql, "connect", connect),
                (renewal, "count_new_losses", count_once),
                (renewal, "holds_all_rows", rows_once),
                (deciding, "gather", lambda *_: judged.facts),
                (deciding, "_write_clearance", clear),
                (deciding, "ruleset_version", lambda *_: self.rules),
            ):
                stack.enter_context(patch.object(target, name, value))
            yield


def _after_kill(state: State, now: Now, asking: tuple[str, str] | None, told: bool) -> set[State]:
    """What a process that was killed may leave: what was, what would have been, or an approval without its release.

    Once a hold has been told, what was released does not stand any longer.
    """
    after, recorded = evaluate(state, now, asking)
    left = {after}
    if recorded:
        lapsed = after.approvals[: len(state.approvals)] != state.approvals
        held = Published("HOLD", now.hour)
        left |= {replace(after, released=state.released and not lapsed, published=held), evaluate(state, now)[0]}
    if told and state.published.decision == "RELEASE":
        left |= {state.lapsed(), *(replace(half, stained=True) for half in left if half.released)}
    else:
        left.add(state)
    return left
