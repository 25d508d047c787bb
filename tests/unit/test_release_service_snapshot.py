"""What the service believes: a RELEASE only where every file proves it, and every lack of proof by its name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meldingskontroll.release import jose
from meldingskontroll.release.service.snapshot import Files, ServiceReason, is_hold, judge
from support.released import AS_OF, Released, as_bytes


def files_of(folder: Released, content: bytes, **changes: Any) -> Files:
    made = Files(
        decision=content,
        certificate=jose.sign(content, folder.key, jose.CERTIFICATE).encode(),
        keys=as_bytes(jose.key_set([folder.key])),
        approvers=folder.work.approvers.read_bytes(),
        clearance_for=hashlib.sha256(content).hexdigest(),
        clearance_readable=True,
        clearance_sha256="2" * 64,
        standing={hashlib.sha256(content).hexdigest(): "2" * 64},
    )
    return replace(made, **changes)


@pytest.fixture
def folder(tmp_path: Path) -> Released:
    return Released(tmp_path)


@pytest.fixture
def release(folder: Released) -> Files:
    return files_of(folder, as_bytes(folder.document()))


def test_where_nothing_is_there_the_answer_is_hold() -> None:
    answer = judge(Files()).at(AS_OF)
    assert (answer.decision, answer.reason) == ("HOLD", ServiceReason.DECISION_MISSING)


def test_a_whole_release_is_believed_in_its_time_and_not_outside_it(release: Files) -> None:
    snapshot = judge(release)
    end = AS_OF + timedelta(hours=24)
    assert snapshot.at(AS_OF).is_release
    assert snapshot.at(end - timedelta(seconds=1)).is_release
    assert snapshot.at(AS_OF - timedelta(seconds=1)).reason == ServiceReason.NOT_YET_VALID
    assert snapshot.at(end).reason == ServiceReason.EXPIRED
    assert not snapshot.at(end).is_release


def test_a_hold_needs_nothing_beside_it(folder: Released) -> None:
    content = as_bytes(folder.document("HOLD"))
    answer = judge(Files(decision=content)).at(AS_OF)
    assert (answer.decision, answer.body, answer.reason) == ("HOLD", content, None)


def test_only_a_whole_hold_is_believed_without_looking_beside_it(folder: Released) -> None:
    hold, release = (as_bytes(folder.document(decision)) for decision in ("HOLD", "RELEASE"))
    assert is_hold(hold)
    for other in (None, b"", release, hold[:-3], hold.replace(b'"drill"', b'"frill"'), b"[" * 100_000, b"\xff"):
        assert not is_hold(other)


def test_what_is_served_is_what_was_signed_byte_for_byte(release: Files) -> None:
    answer = judge(release).at(AS_OF)
    assert answer.body == release.decision
    assert answer.certificate == (release.certificate or b"").decode()


def _unsigned(content: bytes, header: dict[str, str], signature: bytes = b"") -> bytes:
    parts = (json.dumps(header).encode(), content)
    head = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return head + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")


def _confused(folder: Released, content: bytes) -> bytes:
    """HS256 with the public key as the secret: what a careless verifier takes."""
    header = {"alg": "HS256", "kid": str(folder.key.kid), "typ": jose.CERTIFICATE}
    signed = _unsigned(content, header).rpartition(b".")[0]
    secret = base64.urlsafe_b64decode(jose.public_jwk(folder.key)["x"] + "==")
    return _unsigned(content, header, hmac.new(secret, signed, hashlib.sha256).digest())


def test_a_certificate_that_anybody_could_have_made_is_not_believed(folder: Released, release: Files) -> None:
    content, kid = release.decision or b"", str(folder.key.kid)
    forged = {
        "none": _unsigned(content, {"alg": "none", "kid": kid, "typ": jose.CERTIFICATE}),
        "confused": _confused(folder, content),
        "another key": jose.sign(content, jose.new_key(), jose.CERTIFICATE).encode(),
        "another key under our name": jose.sign(content, jose.new_key(kid), jose.CERTIFICATE).encode(),
        "another use": jose.sign(content, folder.key, jose.APPROVAL).encode(),
        "cut off": (release.certificate or b"")[:-8],
        "empty": b"",
        "no JWS": b"{}",
    }
    held = {name: judge(replace(release, certificate=made)).at(AS_OF) for name, made in forged.items()}
    assert {answer.decision for answer in held.values()} == {"HOLD"}
    assert {answer.reason for answer in held.values()} == {ServiceReason.SIGNATURE_INVALID}


def test_an_older_release_replayed_beside_a_newer_decision_is_not_believed(folder: Released, release: Files) -> None:
    newer = as_bytes(folder.document(as_of=AS_OF + timedelta(hours=1)))
    replayed = files_of(folder, newer, certificate=release.certificate)
    assert judge(replayed).at(AS_OF + timedelta(hours=2)).reason == ServiceReason.CERTIFICATE_DIFFERS


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"certificate": None}, ServiceReason.CERTIFICATE_MISSING),
        ({"keys": None}, ServiceReason.KEYS_UNREADABLE),
        ({"keys": b"[]"}, ServiceReason.KEYS_UNREADABLE),
        ({"keys": b'{"keys": []}'}, ServiceReason.SIGNATURE_INVALID),
        ({"clearance_readable": False, "clearance_for": None}, ServiceReason.CLEARANCE_UNREADABLE),
        ({"clearance_for": None}, ServiceReason.CLEARANCE_DIFFERS),
        ({"clearance_for": "0" * 64}, ServiceReason.CLEARANCE_DIFFERS),
        ({"clearance_sha256": "0" * 64}, ServiceReason.CLEARANCE_DIFFERS),
        ({"standing": {}}, ServiceReason.LEDGER_DIFFERS),
        ({"standing": {"0" * 64: "2" * 64}}, ServiceReason.LEDGER_DIFFERS),
    ],
)
def test_a_release_without_one_of_its_proofs_is_held(
    release: Files, changes: dict[str, Any], reason: ServiceReason
) -> None:
    answer = judge(replace(release, **changes)).at(AS_OF)
    assert (answer.decision, answer.reason, answer.certificate) == ("HOLD", reason, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"blocking": [{"municipality_no": "9901", "district_no": "", "reasons": ["LOG_COVERED"]}]},
        {"global_reasons": ["CHECK_FAILED"]},
        {"roster_size": 0, "verified": 0},
        {"verified": 1},
        {"drill": {"planted": 0, "found": 0, "false_alarms": 0}},
        {"checks": {"expected": 3, "run": 2, "failed": 0}},
        {"valid_until_utc": None},
        {"valid_until_utc": "2023-07-02T06:00:01Z"},
        {"valid_until_utc": "2023-07-01T06:00:00Z"},
        {"as_of_utc": None},
    ],
)
def test_a_signed_release_that_speaks_against_itself_is_held(folder: Released, changes: dict[str, Any]) -> None:
    content = as_bytes(folder.document(**changes))
    answer = judge(files_of(folder, content)).at(AS_OF)
    assert (answer.decision, answer.reason) == ("HOLD", ServiceReason.DECISION_CONTRADICTORY)


def test_without_two_people_who_still_are_approvers_a_signed_release_is_held(folder: Released) -> None:
    document = folder.document()
    ada, bo = folder.approvers
    stranger, twice = jose.new_key("eva"), jose.new_key("ada")
    other = document | {"ruleset_version": "2022.9+0123456789ab"}
    lacking = {
        "nobody": [],
        "one": folder.approvals(document, keys=[ada]),
        "one twice": folder.approvals(document, keys=[ada, ada]),
        "one name with two keys": folder.approvals(document, keys=[ada, twice]),
        "a stranger": folder.approvals(document, keys=[ada, stranger]),
        "of something else": folder.approvals(other),
        "later": folder.approvals(document, AS_OF + timedelta(hours=1)),
        "unsigned": [{**one, "statement": "a.b.c"} for one in folder.approvals(document)],
        "no approvals": [{"name": "ada"}, {"name": "bo"}],
    }
    for name, approvals in lacking.items():
        answer = judge(files_of(folder, as_bytes(document | {"approvals": approvals}))).at(AS_OF)
        assert (answer.decision, answer.reason) == ("HOLD", ServiceReason.APPROVALS_INVALID), name
    for approvers in (None, b"{", b'{"keys": []}', as_bytes(jose.key_set([bo]))):
        answer = judge(files_of(folder, as_bytes(document), approvers=approvers)).at(AS_OF)
        assert (answer.decision, answer.reason) == ("HOLD", ServiceReason.APPROVALS_INVALID)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"decision": "RELEASE"}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"decision": "HOLD", "decision": "RELEASE"}',
    ],
)
def test_a_decision_that_is_not_whole_is_held(content: bytes) -> None:
    answer = judge(Files(decision=content)).at(AS_OF)
    assert (answer.decision, answer.reason) == ("HOLD", ServiceReason.DECISION_UNREADABLE)


def test_every_member_of_the_decision_must_be_there_and_of_its_kind(folder: Released) -> None:
    document = folder.document()
    for name in document:
        for made in ({k: v for k, v in document.items() if k != name}, document | {name: object.__name__}):
            if made.get(name) == "object" and name == "ruleset_version":
                continue
            answer = judge(files_of(folder, as_bytes(made))).at(AS_OF)
            assert (answer.decision, answer.reason) == ("HOLD", ServiceReason.DECISION_UNREADABLE), name


def test_a_hold_that_says_until_when_is_not_read_as_anything_but_hold(folder: Released) -> None:
    content = as_bytes(folder.document("HOLD", valid_until_utc="2023-07-02T06:00:00Z"))
    assert judge(Files(decision=content)).at(AS_OF).reason == ServiceReason.DECISION_UNREADABLE


def test_a_held_document_has_the_form_of_the_decision_and_says_why(folder: Released, release: Files) -> None:
    for files in (Files(), replace(release, certificate=None)):
        document = json.loads(judge(files).at(AS_OF).body)
        assert document.keys() == folder.document().keys()
        assert (document["decision"], document["valid_until_utc"], document["approvals"]) == ("HOLD", None, [])
        assert len(document["global_reasons"]) == 1


@given(
    place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.sampled_from(["decision", "certificate"])
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_bit_changed_in_the_decision_or_its_certificate_holds(
    release: Files, place: float, bit: int, which: str
) -> None:
    content = bytearray(getattr(release, which))
    # The last letter of a signature in base64 has bits that say nothing.
    content[int(place * (len(content) - 1))] ^= 1 << bit
    answer = judge(replace(release, **{which: bytes(content)})).at(AS_OF)
    assert answer.decision == "HOLD"
    assert answer.certificate is None


@given(
    document=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5), data=st.data()
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_member_the_decision_is_judged_and_not_a_fault(
    folder: Released, document: Any, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(["HOLD", "RELEASE"]))
    whole = folder.document(kind)
    name = data.draw(st.sampled_from(sorted(whole)))
    if whole[name] != document:
        answer = judge(files_of(folder, as_bytes(whole | {name: document}))).at(AS_OF)
        assert answer.decision == "HOLD"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2023-07-01T06:00:00"])
def test_a_time_that_no_calendar_has_is_no_time(folder: Released, moment: str) -> None:
    content = as_bytes(folder.document("HOLD", as_of_utc=moment))
    assert judge(Files(decision=content)).at(AS_OF).reason == ServiceReason.DECISION_UNREADABLE


def test_a_hold_and_a_release_never_have_the_same_tag(folder: Released, release: Files) -> None:
    snapshot = judge(release)
    moments = (AS_OF - timedelta(1), AS_OF, AS_OF + timedelta(1))
    tags = [snapshot.at(moment).etag for moment in moments]
    assert len(set(tags)) == 3


def test_what_is_held_has_the_decisions_own_members_and_no_others(folder: Released) -> None:
    content = as_bytes(folder.document())
    answer = judge(Files(decision=content)).at(AS_OF)
    held = {"decision": "HOLD", "valid_until_utc": None, "global_reasons": ["CERTIFICATE_MISSING"], "approvals": []}
    assert answer.document == folder.document() | held
    assert answer.body == as_bytes(answer.document)
    assert answer.etag == f'"{hashlib.sha256(answer.body).hexdigest()}"'
    assert judge(Files()).standing.document == {
        "decision": "HOLD",
        "as_of_utc": None,
        "valid_until_utc": None,
        "roster_size": 0,
        "verified": 0,
        "blocking": [],
        "global_reasons": ["DECISION_MISSING"],
        "drill": {"planted": 0, "found": 0, "false_alarms": 0},
        "checks": {"expected": 0, "run": 0, "failed": 0},
        "inputs": {},
        "ruleset_version": "",
        "approvals": [],
    }
