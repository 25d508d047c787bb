"""The ledger on its own: what a line and its signed end are, and the sentence for each thing that does not hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from meldingskontroll.lake import WorkFolder, write_json
from meldingskontroll.release import jose, ledger
from meldingskontroll.release.ledger import Ledger, LedgerDamagedError

KEY = jose.new_key()
INPUTS = {"state": "s", "added": [], "removed": [], "changed": []}
HOLD = {"decision": "HOLD", "decision_sha256": "h", "state": "s"}
RELEASE = {"decision": "RELEASE", "decision_sha256": "r", "state": "s", "clearance_sha256": "c"}
LAPSE: dict[str, Any] = {"state": "s", "causes": [], "released": True}


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path)


def add(work: WorkFolder, event: str, fields: dict[str, Any], key: OKPKey | None = KEY) -> Ledger:
    ledger.append(work, event, fields, key, [KEY])
    return read(work)


def read(work: WorkFolder) -> Ledger:
    return ledger.read_ledger(work, [KEY])


def three(work: WorkFolder) -> None:
    for event, fields in (("inputs", INPUTS), ("decision", HOLD), ("approval", {"approval": {}})):
        add(work, event, fields)


def rewrite(work: WorkFolder, *contents: dict[str, Any]) -> None:
    """Lines whose hashes fit; what a content names itself is left as it is."""
    text, previous = b"", "0" * 64
    for seq, content in enumerate(contents, start=1):
        line = {"seq": seq, "previous": previous} | content
        line.setdefault("hash", hashlib.sha256(ledger.canonical(line)).hexdigest())
        previous = line["hash"]
        text += ledger.canonical(line) + b"\n"
    work.ledger.parent.mkdir(parents=True, exist_ok=True)
    work.ledger.write_bytes(text)


def checkpoint(work: WorkFolder, **changed: Any) -> None:
    write_json(work.ledger_checkpoint, json.loads(work.ledger_checkpoint.read_text()) | changed)


def token(**said: Any) -> str:
    return jose.sign(ledger.canonical(said), KEY, jose.CHECKPOINT)


def shorter(work: WorkFolder) -> None:
    """The checkpoint as it was before the last line."""
    end = {"size": 2, "head": read(work).lines[1]["hash"]}
    checkpoint(work, **end, jws=token(**end))


def cut(work: WorkFolder, lines: int) -> None:
    work.ledger.write_bytes(b"".join(work.ledger.read_bytes().splitlines(keepends=True)[:lines]))


def test_one_value_has_one_form() -> None:
    assert ledger.canonical({"b": [1, None], "a": "Ås"}) == '{"a":"Ås","b":[1,null]}'.encode()
    with pytest.raises(ValueError):
        ledger.canonical(float("nan"))
    assert ledger.state_of({"b": "2", "a": "1"}) == hashlib.sha256(b'{"a":"1","b":"2"}').hexdigest()


def test_an_empty_ledger_begins_with_64_zeros() -> None:
    assert (Ledger().head, Ledger().of("decision")) == ("0" * 64, [])


def test_a_line_is_chained_to_the_one_before_and_the_end_is_signed(work: WorkFolder) -> None:
    add(work, "inputs", INPUTS)
    found = add(work, "decision", HOLD)
    first, second = found.lines
    assert (first["seq"], first["previous"], second["seq"], second["previous"]) == (1, "0" * 64, 2, first["hash"])
    written = datetime.fromisoformat(second["written_utc"])
    assert written.tzinfo == UTC and second["written_utc"].endswith("Z")
    content = {name: value for name, value in second.items() if name != "hash"}
    assert second["hash"] == hashlib.sha256(ledger.canonical(content)).hexdigest()
    assert second | HOLD == second and second["event"] == "decision"
    end = {"size": 2, "head": second["hash"]}
    said = json.loads(work.ledger_checkpoint.read_text())
    assert {name: said[name] for name in end} == end == json.loads(work.ledger_mark.read_text())
    assert json.loads(jose.verified(said["jws"], [KEY], jose.CHECKPOINT)) == end
    size = len(work.ledger.read_bytes())
    assert found == Ledger((first, second), None, unsigned=0, torn=False, whole_bytes=size, signed=True)
    assert (found.head, found.of("inputs")) == (second["hash"], [first])


def test_without_a_key_the_end_is_not_signed_until_somebody_has_approved(work: WorkFolder) -> None:
    found = add(work, "inputs", INPUTS, key=None)
    assert (found.problem, found.signed, found.unsigned) == (None, False, 0)
    assert not work.ledger_mark.exists()
    assert json.loads(work.ledger_checkpoint.read_text())["jws"] is None
    assert add(work, "approval", {"approval": {}}).signed
    with pytest.raises(LedgerDamagedError, match="Tjenestens nøkkel mangler"):
        ledger.append(work, "decision", HOLD, None, [KEY])
    assert len(read(work).lines) == 2


DAMAGES: dict[str, tuple[Callable[[WorkFolder], object], str]] = {
    "no checkpoint": (lambda work: work.ledger_checkpoint.unlink(), "Kontrollpunktet mangler"),
    "a checkpoint of a list": (lambda work: write_json(work.ledger_checkpoint, []), "kan ikke leses"),
    "a checkpoint of nothing": (lambda work: work.ledger_checkpoint.write_bytes(b"\xff"), "kan ikke leses"),
    "a mark of nothing": (lambda work: work.ledger_mark.write_text("{"), "kan ikke leses"),
    "a folder": (lambda work: (work.ledger.unlink(), work.ledger.mkdir()), "kan ikke leses"),
    "cut": (lambda work: cut(work, 1), "avkortet: den har 1 linjer, og kontrollpunktet sier 3"),
    "another head": (lambda work: checkpoint(work, head="0" * 64), "skrevet om"),
    "a size of none": (lambda work: checkpoint(work, size=0), "skrevet om"),
    "a size below none": (lambda work: checkpoint(work, size=-1), "skrevet om"),
    "a size that is no number": (lambda work: checkpoint(work, size=True), "skrevet om"),
    "a size in text": (lambda work: checkpoint(work, size="3"), "skrevet om"),
    "a size less by two": (
        lambda work: checkpoint(work, size=1, head=read(work).lines[0]["hash"]),
        "har 2 linjer som kontrollpunktet ikke kjenner",
    ),
    "a line and a half more": (
        lambda work: (
            checkpoint(
                work, size=2, head=read(work).lines[1]["hash"], jws=token(size=2, head=read(work).lines[1]["hash"])
            ),
            work.ledger.write_bytes(work.ledger.read_bytes() + b"{"),
        ),
        "har 1 linjer som kontrollpunktet ikke kjenner",
    ),
    "no signature": (lambda work: checkpoint(work, jws=None), "ikke signert, enda noen har godkjent"),
    "signed by another": (
        lambda work: checkpoint(work, jws=jose.sign(b"{}", jose.new_key(), jose.CHECKPOINT)),
        "signatur godtas ikke",
    ),
    "signed for another use": (
        lambda work: checkpoint(work, jws=jose.sign(b"{}", KEY, jose.CERTIFICATE)),
        "signatur godtas ikke",
    ),
    "signed nonsense": (lambda work: checkpoint(work, jws=jose.sign(b"{", KEY, jose.CHECKPOINT)), "signatur godtas"),
    "signed for another end": (lambda work: checkpoint(work, jws=token(size=3, head="x")), "noe annet enn det som"),
    "signed and more": (
        lambda work: checkpoint(work, jws=token(size=3, head=read(work).head, more=1)),
        "noe annet enn det som",
    ),
    "a longer mark": (lambda work: write_json(work.ledger_mark, {"size": 4, "head": "x"}), "den har hatt 4 linjer"),
    "another mark": (lambda work: write_json(work.ledger_mark, {"size": 2, "head": "x"}), "den har hatt 2 linjer"),
    "a mark of no size": (lambda work: write_json(work.ledger_mark, {"size": 0}), "er satt tilbake"),
    "all gone but the checkpoint": (lambda work: work.ledger.unlink(), "avkortet: den har 0 linjer"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_does_not_hold_is_named_and_nothing_is_added_to_it(damage: str, work: WorkFolder) -> None:
    three(work)
    assert read(work).problem is None
    change, said = DAMAGES[damage]
    change(work)
    before = work.ledger.read_bytes() if work.ledger.is_file() else None
    assert said in str(read(work).problem)
    with pytest.raises(LedgerDamagedError, match=said[:12]):
        ledger.append(work, "decision", HOLD, KEY, [KEY])
    assert (work.ledger.read_bytes() if work.ledger.is_file() else None) == before


FIRST = {"event": "inputs", **INPUTS}


@pytest.mark.parametrize(
    "line",
    [
        {"event": "decision", **HOLD, "seq": 3},
        {"event": "decision", **HOLD, "previous": "0" * 64},
        {"event": "decision", **HOLD, "hash": "0" * 64},
        {"event": "decision", "decision": "HOLD", "state": "s"},
        {"event": "override", **HOLD},
        {"event": None, **HOLD},
        {**HOLD},
    ],
)
def test_the_chain_holds_up_to_the_first_line_that_does_not_fit(line: dict[str, Any], work: WorkFolder) -> None:
    rewrite(work, FIRST, line, FIRST)
    found = read(work)
    assert (len(found.lines), found.problem) == (1, "Hovedboken er endret: linje 2 passer ikke i kjeden.")


@pytest.mark.parametrize("text", [b"{", b"[]", b"1", b"", b'{ "event":"inputs"}', b"[" * 100_000, b"\xff"])
def test_a_line_that_is_none_breaks_the_chain(text: bytes, work: WorkFolder) -> None:
    work.ledger.parent.mkdir(parents=True)
    work.ledger.write_bytes(text + b"\n")
    assert "linje 1 passer ikke" in str(read(work).problem)


def test_the_first_line_may_stand_without_a_checkpoint_and_a_mark_then_says_that_it_was_longer(
    work: WorkFolder,
) -> None:
    rewrite(work, FIRST)
    assert (read(work).problem, read(work).unsigned, read(work).signed) == (None, 1, False)
    write_json(work.ledger_mark, {"size": 3, "head": "x"})
    assert "satt tilbake" in str(read(work).problem)
    write_json(work.ledger_mark, {"size": 1, "head": read(work).head})
    assert read(work).problem is None


def test_where_nothing_is_left_a_new_ledger_begins_and_the_old_mark_is_forgotten(work: WorkFolder) -> None:
    three(work)
    work.ledger.unlink()
    work.ledger_checkpoint.unlink()
    assert read(work).problem is None
    found = add(work, "inputs", INPUTS, key=None)
    assert (found.problem, len(found.lines), work.ledger_mark.exists()) == (None, 1, False)


@pytest.mark.parametrize("torn", [b"", b'{"half'])
def test_what_a_killed_run_left_is_completed_by_the_next_line(torn: bytes, work: WorkFolder) -> None:
    add(work, "inputs", INPUTS)
    before = work.ledger_checkpoint.read_bytes()
    whole = len(work.ledger.read_bytes())
    if torn:
        work.ledger.write_bytes(work.ledger.read_bytes() + torn)
        assert read(work) == Ledger(read(work).lines, None, 0, torn=True, whole_bytes=whole, signed=True)
    else:
        add(work, "decision", HOLD)
        work.ledger_checkpoint.write_bytes(before)
        assert (read(work).problem, read(work).unsigned) == ("Hovedboken er satt tilbake", 1) or read(
            work
        ).unsigned == 1
        work.ledger_mark.unlink()
    found = add(work, "lapse", LAPSE)
    assert (found.problem, found.unsigned, found.torn) == (None, 0, False)
    assert [line["event"] for line in found.lines] == ["inputs", *([] if torn else ["decision"]), "lapse"]


@pytest.mark.parametrize(
    ("event", "fields", "stands"),
    [
        ("approval", {"approval": {}}, False),
        ("decision", RELEASE, False),
        ("approval", {"approval": None}, True),
        ("decision", HOLD, True),
        ("lapse", LAPSE, True),
    ],
)
def test_a_line_beyond_the_signed_end_counts_unless_it_gives_leave(
    event: str, fields: dict[str, Any], stands: bool, work: WorkFolder
) -> None:
    add(work, "inputs", INPUTS)
    before = add(work, "decision", HOLD)
    files = {file: file.read_bytes() for file in (work.ledger_checkpoint, work.ledger_mark)}
    after = add(work, event, fields)
    for file, content in files.items():
        file.write_bytes(content)
    said = after if stands else before
    assert read(work) == Ledger(said.lines, None, int(stands), not stands, said.whole_bytes, signed=True)
    events = [line["event"] for line in add(work, "lapse", LAPSE).lines]
    assert events == ["inputs", "decision", *([event] if stands else []), "lapse"]


def told(*events: tuple[str, dict[str, Any]], unsigned: int = 0, **changed: Any) -> dict[str, str]:
    lines = tuple({"event": event, **fields} for event, fields in events)
    return ledger.standing_releases(Ledger(lines, unsigned=unsigned, **({"signed": True} | changed)))


def test_a_release_stands_until_a_hold_or_a_lapse_and_only_where_it_is_signed() -> None:
    release, hold, lapse = ("decision", RELEASE), ("decision", HOLD), ("lapse", LAPSE)
    second = ("decision", RELEASE | {"decision_sha256": "r2", "clearance_sha256": "c2"})
    assert told() == told(hold) == told(("approval", {})) == {}
    assert told(release) == told(release, ("inputs", INPUTS)) == {"r": "c"}
    assert told(release, second) == {"r": "c", "r2": "c2"}
    assert told(release, hold) == told(release, lapse) == {}
    assert told(release, lapse, second) == {"r2": "c2"}
    assert told(release, second, unsigned=1) == {"r": "c"}
    assert told(release, hold, unsigned=1) == told(release, lapse, unsigned=1) == {}
    assert told(release, signed=False) == told(release, problem="Den holder ikke.") == {}
