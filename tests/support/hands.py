"""What hands do to the files of a release, and what everybody who reads them must make of it: part of a history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.ledger import canonical
from support.release_model import Published, State

ALTERED, SAYS_RELEASE = "altered", "altered to say RELEASE"
PLACES = ("decision", "certificate", "clearance")
PUT_BACK: Mapping[str, tuple[str, ...]] = {
    "all": PLACES,
    "decision and certificate": ("decision", "certificate"),
    "certificate": ("certificate",),
    "clearance": ("clearance",),
    "all and the ledger": (*PLACES, "ledger"),
    "ledger": ("ledger",),
}
CHANGED = ("no certificate", "no decision", "RELEASE", "HOLD", "clearance", "certificate")
LEDGER = ("cut", "altered", "no checkpoint", "approval replayed", "release replayed", "removed")


@dataclass(frozen=True)
class Paper:
    """A decision as it was published: what the model knows of it, the messages it lets go, its overrides."""

    published: Published
    gone: frozenset[str]
    overridden: int


class Hands:
    """The published files of one work folder: whose each of them is, by the hash of the decision it belongs to.

    `slots` has for each file that hash, None where there is no file, or that it was altered. `standing` are the
    releases that nothing took back, `known` the decisions that the ledger has, `last` the last of them. `unsure` are
    releases of before a kill, of which nobody can say whether it took them back.
    """

    work: WorkFolder
    possible: set[State]

    def __init__(self) -> None:
        self.slots: dict[str, str | None] = dict.fromkeys(PLACES)
        self.papers: dict[str, Paper] = {}
        self.standing: set[str] = set()
        self.unsure: set[str] = set()
        self.known: set[str] = set()
        self.last: str | None = None
        self.killed, self.ledger_whole, self.unfinished = False, True, False
        self.copies: list[dict[str, bytes | None]] = []
        self.replayable: dict[str, Mapping[str, Any]] = {}
        self._true_ledger: dict[str, bytes | None] = {}

    def note(self, published: Published, gone: frozenset[str], overridden: int, *, in_ledger: bool) -> None:
        """A run has come through and published a decision."""
        sha = hashlib.sha256(self.work.decision.read_bytes()).hexdigest()
        is_release = published.decision == "RELEASE"
        self.papers[sha] = Paper(published, gone, overridden)
        self.slots = {"decision": sha, "certificate": sha if is_release else None, "clearance": sha}
        if in_ledger:
            self.known.add(sha)
            self.last, self.unfinished = sha, False
            self.standing = self.standing | {sha} if is_release else set()
            self.unsure = self.unsure - {sha} if is_release else set()
        self.killed = False

    def note_kill(self) -> None:
        """Nobody knows what is published until the next run has come through."""
        self.unsure |= self.standing
        self.standing, self.killed = set(), True

    @property
    def is_plain(self) -> bool:
        """Whether it is known what is published and what stands, so that a hand's change can be told from a run's."""
        return not self.killed and len(self.possible) == 1 and self.slots["decision"] is not None

    def believed(self) -> Paper | None:
        """The release that the files prove, if they do, at some moment and with the approvers of some register."""
        sha = self.slots["decision"]
        if sha not in self.standing or set(self.slots.values()) != {sha} or not self.ledger_whole:
            return None
        return self.papers[str(sha)]

    def certified(self) -> Paper | None:
        """What the certificate alone proves."""
        return self.papers.get(str(self.slots["certificate"]))

    def is_as_decided(self) -> bool:
        """Whether the ledger holds and the published decision is its last."""
        sha = self.slots["decision"]
        if not self.ledger_whole or self.unfinished or sha is None or sha != self.last:
            return False
        if self.papers[sha].published.decision == "RELEASE":
            return set(self.slots.values()) == {sha}
        return self.slots["certificate"] is None

    # what a hand does
    def copy(self) -> None:
        """Somebody keeps a copy of what is published and of the ledger."""
        if self.is_plain and self.ledger_whole and self.slots["decision"] in self.papers and len(self.copies) < 4:
            self.copies.append({str(file): _bytes(file) for file in (*self._published(), *self._ledger())})

    def put_back(self, which: str, copy: int) -> bool:
        """Files of an earlier copy stand in the place of today's. Whether there was one to put back."""
        if not self.is_plain or not self.copies or not self._can_set_back(which):
            return False
        kept = self.copies[copy % len(self.copies)]
        sha = hashlib.sha256(kept[str(self.work.decision)] or b"").hexdigest()
        if self.papers[sha].published.decision == "HOLD" and "certificate" in PUT_BACK[which]:
            return False
        for place in PUT_BACK[which]:
            if place == "ledger":
                self._damage_ledger({str(file): kept[str(file)] for file in self._ledger()})
            else:
                _write(dict(zip(PLACES, self._published(), strict=True))[place], kept)
                self.slots[place] = sha
        self._seen_by_the_next_run()
        return True

    def _can_set_back(self, which: str) -> bool:
        """Whether the mark is there by which an earlier ledger shows: once something was approved, and signed since."""
        (state,) = self.possible
        signed = state.ever and self.work.service_key.is_file() and self.ledger_whole and not self.unfinished
        return "ledger" not in PUT_BACK[which] or signed

    def change_published(self, how: str) -> bool:
        """A hand changes one of the published files."""
        if not self.is_plain:
            return False
        decision, certificate, clearance = self._published()
        if how == "no certificate":
            certificate.unlink(missing_ok=True)
            self.slots["certificate"] = None
        elif how == "no decision":
            decision.unlink(missing_ok=True)
            self.slots["decision"] = None
        elif how in {"RELEASE", "HOLD"}:
            document = json.loads(decision.read_text()) | {"decision": how, "verified": 3}
            decision.write_text(json.dumps(document))
            self.slots["decision"] = SAYS_RELEASE if how == "RELEASE" else ALTERED
        elif how == "certificate":
            text = certificate.read_text() if certificate.exists() else "e30.e30.AAAA"
            certificate.write_text(text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:])
            self.slots["certificate"] = ALTERED
        else:
            self._clear_everything(clearance)
        self._seen_by_the_next_run()
        return True

    def _clear_everything(self, clearance: Path) -> None:
        before = clearance.read_bytes()
        table = pq.read_table(clearance)
        everything = pa.array(["delete"] * len(table), pa.string())
        pq.write_table(table.set_column(1, "clearance", everything), clearance)
        self.slots["clearance"] = ALTERED if clearance.read_bytes() != before else self.slots["clearance"]

    def change_ledger(self, how: str) -> bool:
        """A hand changes the ledger: what is missing or altered shows; unsigned leave that is added is none."""
        if not self.is_plain or not self.ledger_whole or self.unfinished or not self.work.ledger.exists():
            return False
        ledger, checkpoint = self._ledger()
        lines = ledger.read_bytes().splitlines(keepends=True)
        if how == "cut":
            self._damage_ledger({str(ledger): b"".join(lines[:-1])})
        elif how == "altered":
            self._damage_ledger({str(ledger): b"".join(lines).replace(b'"roster_size":2', b'"roster_size":3')})
        elif how == "no checkpoint" and len(lines) > 1:
            self._damage_ledger({str(checkpoint): None})
        elif how in self.replayable:
            last = json.loads(lines[-1])
            line = {name: value for name, value in self.replayable[how].items() if name != "hash"}
            # Never the very line that a run would write in this second.
            line |= {"seq": last["seq"] + 1, "previous": last["hash"], "written_utc": "2000-01-01T00:00:00Z"}
            line["hash"] = hashlib.sha256(canonical(line)).hexdigest()
            ledger.write_bytes(b"".join(lines) + canonical(line) + b"\n")
            self.unfinished = True
        elif how == "removed":
            _remove(ledger, checkpoint)
            self.standing, self.known, self.last = set(), set(), None
            self.possible = {State()}
            self.copies.clear()
        else:
            return False
        self._seen_by_the_next_run()
        return True

    def mend_ledger(self) -> None:
        """The ledger is put back as it was before a hand changed it."""
        for file, content in self._true_ledger.items():
            _write(Path(file), {file: content})
        self._true_ledger, self.ledger_whole = {}, True

    def _damage_ledger(self, changed: Mapping[str, bytes | None]) -> None:
        true = {str(file): _bytes(file) for file in self._ledger()}
        for file, content in changed.items():
            _write(Path(file), {file: content})
        if any(_bytes(Path(file)) != content for file, content in true.items()):
            self._true_ledger, self.ledger_whole = true, False

    def _seen_by_the_next_run(self) -> None:
        """What the next run finds published: what it shows, and whether the ledger knows it."""
        sha = self.slots["decision"]
        paper = self.papers.get(str(sha))
        shown = sha == SAYS_RELEASE or (paper is not None and paper.published.decision == "RELEASE")
        stained = sha is not None and (sha not in self.known or (shown and self.slots["certificate"] is None))
        believed = self.believed()
        published = believed.published if believed else Published()
        self.possible = {replace(s, published=published, shown=shown, stained=stained) for s in self.possible}

    def _published(self) -> tuple[Path, Path, Path]:
        return self.work.decision, self.work.certificate, self.work.clearance

    def _ledger(self) -> tuple[Path, Path]:
        return self.work.ledger, self.work.ledger_checkpoint


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _write(file: Path, contents: Mapping[str, bytes | None]) -> None:
    """Put a file's content in its place, in a new file as a hand's copy is one; no content is no file."""
    content = contents[str(file)]
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)
