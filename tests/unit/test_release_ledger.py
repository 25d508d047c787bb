"""The ledger: whatever is done to its files shows, and a run that was killed while writing does no harm."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder, sha256_of, write_json
from meldingskontroll.release import jose, ledger
from meldingskontroll.release.ledger_check import check_ledger
from support.approved import KARI, OLA, Case


@pytest.fixture(scope="module")
def lapsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was released, renewed, and taken back."""
    case = Case(tmp_path_factory.mktemp("lapsed"))
    case.audit()
    case.release()
    case.audit(2)
    case.unfollow()
    case.audit(3)
    return case.root


@pytest.fixture
def case(lapsed: Path, tmp_path: Path) -> Case:
    return Case(tmp_path, like=lapsed)


def lines(case: Case) -> list[bytes]:
    return case.work.ledger.read_bytes().splitlines(keepends=True)


def rewrite(case: Case, changed: list[bytes]) -> None:
    case.work.ledger.write_bytes(b"".join(changed))


def chained(events: list[dict[str, Any]]) -> list[bytes]:
    """Lines whose hashes fit, as one makes them who knows how."""
    made, previous = [], "0" * 64
    for seq, event in enumerate(events, start=1):
        line = {name: value for name, value in event.items() if name != "hash"} | {"seq": seq, "previous": previous}
        line["hash"] = previous = hashlib.sha256(ledger.canonical(line)).hexdigest()
        made.append(ledger.canonical(line) + b"\n")
    return made


def forge(case: Case, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], token: str | None = None) -> None:
    """Rewrite the whole chain so that it fits, and the checkpoint as far as one can without the service's key."""
    made = chained(change([json.loads(line) for line in lines(case)]))
    rewrite(case, made)
    write_json(case.work.ledger_checkpoint, {"size": len(made), "head": json.loads(made[-1])["hash"], "jws": token})


def test_without_a_ledger_there_is_nothing_to_hold(tmp_path: Path) -> None:
    assert ledger.read_ledger(WorkFolder(tmp_path), ()) == ledger.Ledger()
    with pytest.raises(RefusedError, match="ingen hovedbok"):
        check_ledger(WorkFolder(tmp_path))


def test_the_ledger_tells_the_whole_story_in_order(case: Case) -> None:
    events = [line["event"] for line in case.ledger().lines]
    told = ["inputs", "decision", "approval", "decision", "approval", "decision", "decision"]
    assert events == [*told, "lapse", "inputs", "decision"]
    (lapse,) = case.ledger().of("lapse")
    assert lapse["released"] is True and lapse["causes"] == ["REQUIREMENTS_UNMET", "INPUTS_CHANGED"]
    changed = case.ledger().of("inputs")[-1]
    assert (changed["changed"], changed["added"], changed["removed"]) == (["followup/tiltak.csv"], [], [])
    assert "10 linjer, 2 godkjenninger, 1 tilbakekall. Siste beslutning er HOLD." in check_ledger(case.work)
    assert check_ledger(case.work, case.work.jwks) == check_ledger(case.work)


def test_a_ledger_without_approvals_holds_unsigned_and_says_so(tmp_path: Path) -> None:
    fresh = Case(tmp_path)
    fresh.audit()
    fresh.audit()
    assert "ikke signert" in check_ledger(fresh.work)


TAMPERINGS: dict[str, Callable[[Case], object]] = {
    "a line removed": lambda case: rewrite(case, lines(case)[:4] + lines(case)[5:]),
    "the first line removed": lambda case: rewrite(case, lines(case)[1:]),
    "the last line removed": lambda case: rewrite(case, lines(case)[:-1]),
    "half of it removed": lambda case: rewrite(case, lines(case)[:5]),
    "half a line removed": lambda case: case.work.ledger.write_bytes(case.work.ledger.read_bytes()[:-20]),
    "all of it removed": lambda case: case.work.ledger.unlink(),
    "emptied": lambda case: case.work.ledger.write_bytes(b""),
    "two lines swapped": lambda case: rewrite(
        case, [*lines(case)[:2], lines(case)[3], lines(case)[2], *lines(case)[4:]]
    ),
    "a line repeated": lambda case: rewrite(case, [*lines(case), lines(case)[-1]]),
    "a word changed": lambda case: case.work.ledger.write_bytes(
        case.work.ledger.read_bytes().replace(b'"decision":"HOLD"', b'"decision":"HALD"')
    ),
    "a blank added": lambda case: rewrite(case, [lines(case)[0].replace(b'":', b'": ', 1), *lines(case)[1:]]),
    "a line that is no JSON": lambda case: rewrite(case, [b"{\n", *lines(case)]),
    "a line of an event that there is not": lambda case: add(case, {"event": "override"}),
    "a decision that says nothing": lambda case: add(case, {"event": "decision"}),
    "a decision that is no text": lambda case: add(case, {"event": "decision", "decision": [], "decision_sha256": {}}),
    "an approval that is none": lambda case: add(case, {"event": "approval", "approval": None}),
    "an event that is no text": lambda case: add(case, {"event": ["decision"]}),
    "a checkpoint without end": lambda case: case.work.ledger_checkpoint.write_text("[" * 100_000),
    "two lines more": lambda case: forge_end(case, 2),
    "the lapse forged away": lambda case: forge(case, lambda told: [t for t in told if t["event"] != "lapse"]),
    "the lapse forged away, with the old signature": lambda case: forge(
        case, lambda told: [t for t in told if t["event"] != "lapse"], checkpoint(case)["jws"]
    ),
    "signed by another": lambda case: forge(case, lambda told: told[:7], signed_by_another(case)),
    "no checkpoint": lambda case: case.work.ledger_checkpoint.unlink(),
    "a checkpoint that says less": lambda case: write_json(
        case.work.ledger_checkpoint, checkpoint(case) | {"size": 9, "head": json.loads(lines(case)[8])["hash"]}
    ),
    "a checkpoint without signature": lambda case: write_json(
        case.work.ledger_checkpoint, checkpoint(case) | {"jws": None}
    ),
    "a checkpoint that is no JSON": lambda case: case.work.ledger_checkpoint.write_text("{"),
    "the certificate in its place": lambda case: write_json(
        case.work.ledger_checkpoint,
        checkpoint(case) | {"jws": jose.sign(b"{}", jose.read_private_file(case.work.service_key), jose.CERTIFICATE)},
    ),
}


def add(case: Case, event: dict[str, Any]) -> None:
    """One line more that fits the chain: what a killed run may leave, and what anybody may write."""
    rewrite(case, chained([*(json.loads(line) for line in lines(case)), event]))


def checkpoint(case: Case) -> dict[str, Any]:
    found = json.loads(case.work.ledger_checkpoint.read_text())
    assert isinstance(found, dict)
    return found


def signed_by_another(case: Case) -> str:
    made = chained([json.loads(line) for line in lines(case)][:7])
    end = {"size": 7, "head": json.loads(made[-1])["hash"]}
    return jose.sign(ledger.canonical(end), jose.new_key(), jose.CHECKPOINT)


def forge_end(case: Case, more: int) -> None:
    told = [json.loads(line) for line in lines(case)]
    rewrite(case, chained(told + told[-1:] * more))


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_is_done_to_the_ledger_shows_and_nothing_is_released_on_it(tampering: str, case: Case) -> None:
    TAMPERINGS[tampering](case)
    before = case.work.ledger.read_bytes() if case.work.ledger.exists() else None
    with pytest.raises(RefusedError):
        check_ledger(case.work)
    document = case.audit(4)
    assert (document["decision"], document["approvals"]) == ("HOLD", [])
    assert "CHECK_FAILED" in document["global_reasons"]
    assert "hovedboken holder ikke" in str(case.approve(KARI, 5))
    assert (case.work.ledger.read_bytes() if case.work.ledger.exists() else None) == before, "nothing is added to it"


def test_an_older_ledger_with_its_own_checkpoint_does_not_bring_approvals_back(tmp_path: Path) -> None:
    """Both files are put back as they were before the lapse: each is genuine, together they are a lie."""
    case = Case(tmp_path)
    case.release()
    older = {file: file.read_bytes() for file in (case.work.ledger, case.work.ledger_checkpoint, case.work.decision)}
    followup = (case.work.followup / "tiltak.csv").read_bytes()
    case.unfollow()
    case.audit(2)
    for file, content in older.items():
        file.write_bytes(content)
    (case.work.followup / "tiltak.csv").write_bytes(followup)
    case.judge(read=True)
    case.audit(3)
    assert (case.document["decision"], case.document["global_reasons"]) == ("HOLD", ["CHECK_FAILED"])


def test_where_all_results_are_gone_a_new_ledger_begins_without_approvals(case: Case) -> None:
    shutil.rmtree(case.work.root / "out" / "ledger")
    case.audit(4)
    assert case.document["approvals"] == [] and case.document["decision"] == "HOLD"
    assert "Hovedboken holder" in check_ledger(case.work)


def test_a_release_that_two_people_did_not_approve_is_seen_in_a_ledger_that_is_signed(tmp_path: Path) -> None:
    """Who holds the service's key can write anything; what it says must still be backed by the approvers' own keys."""
    case = Case(tmp_path)
    assert case.approve(KARI) is None
    told = [json.loads(line) for line in lines(case)]
    sign_as_the_service(case, [*told, told[-1] | {"decision": "RELEASE"}])
    assert case.audit(2)["global_reasons"] == ["CHECK_FAILED"]
    (approval,) = (line for line in told if line["event"] == "approval")
    for change in ({"name": OLA}, {"thumbprint": "x"}, {"as_of_utc": "2023-06-30T06:00:00Z"}, {"statement": "a.b.c"}):
        forged = approval | {"approval": approval["approval"] | change}
        sign_as_the_service(case, [*told, forged])
        assert case.audit(2)["global_reasons"] == ["CHECK_FAILED"], change


def sign_as_the_service(case: Case, told: list[dict[str, Any]]) -> None:
    made = chained(told)
    end = {"size": len(made), "head": json.loads(made[-1])["hash"]}
    token = jose.sign(ledger.canonical(end), jose.read_private_file(case.work.service_key), jose.CHECKPOINT)
    rewrite(case, made)
    write_json(case.work.ledger_checkpoint, {**end, "jws": token})
    case.work.ledger_mark.unlink(missing_ok=True)


@pytest.mark.parametrize("written", ["a whole line", "half a line"])
def test_a_run_killed_while_it_wrote_a_line_is_named_and_completed_by_the_next(written: str, case: Case) -> None:
    told = lines(case)
    head = json.loads(told[-2])["hash"]
    end = {"size": len(told) - 1, "head": head}
    key = jose.read_private_file(case.work.service_key)
    write_json(case.work.ledger_checkpoint, {**end, "jws": jose.sign(ledger.canonical(end), key, jose.CHECKPOINT)})
    case.work.ledger_mark.write_bytes(ledger.canonical(end))
    if written == "half a line":
        rewrite(case, [*told[:-1], told[-1][:50]])
    with pytest.raises(RefusedError, match="linje 10 er ikke signert"):
        check_ledger(case.work)
    case.audit(4)
    assert "Hovedboken holder" in check_ledger(case.work)
    assert lines(case)[: len(told) - 1] == told[:-1], "what stood is not touched"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda case: case.work.decision.write_text("{"), "kan ikke leses"),
        (lambda case: case.work.decision.unlink(), "mangler"),
        (lambda case: write_json(case.work.decision, case.document | {"decision": "RELEASE"}), "ikke en beslutning"),
        (lambda case: case.work.certificate.write_text("a.b.c"), "et sertifikat ligger"),
        (lambda case: case.work.ledger_state(case.ledger().of("inputs")[0]["state"]).unlink(), "Linje 1"),
        (lambda case: write_json(case.work.ledger_state(case.ledger().of("inputs")[1]["state"]), {}), "Linje 9"),
    ],
)
def test_results_that_are_not_what_was_decided_are_seen(
    damage: Callable[[Case], object], words: str, case: Case
) -> None:
    damage(case)
    with pytest.raises(RefusedError, match=words):
        check_ledger(case.work)


def test_a_certificate_that_is_gone_or_another_is_seen(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.release()
    first = case.work.certificate.read_bytes()
    case.audit(2)
    assert "Siste beslutning er RELEASE" in check_ledger(case.work)
    case.work.certificate.write_bytes(first)
    with pytest.raises(RefusedError, match=r"noe annet enn release\.json"):
        check_ledger(case.work)
    case.work.certificate.unlink()
    with pytest.raises(RefusedError, match=r"release\.jws mangler"):
        check_ledger(case.work)


def standing(case: Case) -> dict[str, str]:
    return ledger.standing_releases(ledger.read_ledger(case.work, ledger_keys(case)))


def ledger_keys(case: Case) -> Any:
    return jose.read_key_set(case.work.public_keys.read_bytes())


def test_a_release_stands_by_the_ledger_with_its_clearance_until_something_takes_it_back(tmp_path: Path) -> None:
    case = Case(tmp_path)
    assert ledger.standing_releases(ledger.read_ledger(case.work, ())) == {}
    case.release()
    first = {sha256_of(case.work.decision): sha256_of(case.work.clearance)}
    assert standing(case) == first
    case.audit(2)
    # Renewed: both stand, each for its own time, since nothing has been taken back.
    assert standing(case) == first | {sha256_of(case.work.decision): sha256_of(case.work.clearance)}
    case.unfollow()
    case.audit(3)
    assert standing(case) == {}


def test_a_release_beyond_what_is_signed_does_not_stand_while_a_hold_there_takes_back(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.release()
    found = ledger.read_ledger(case.work, ledger_keys(case))
    (stands,) = ledger.standing_releases(found)
    beyond = dataclasses.replace(found, unsigned=1)
    assert found.lines[-1]["decision"] == "RELEASE" and ledger.standing_releases(beyond) == {}
    hold = {"event": "decision", "decision": "HOLD", "decision_sha256": "0" * 64}
    for line in (hold, {"event": "lapse"}):
        taken = dataclasses.replace(found, lines=(*found.lines, line), unsigned=1)
        assert stands not in ledger.standing_releases(taken)
    assert ledger.standing_releases(dataclasses.replace(found, signed=False)) == {}
    assert ledger.standing_releases(dataclasses.replace(found, problem="Hovedboken er endret.")) == {}
