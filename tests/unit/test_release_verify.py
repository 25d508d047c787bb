"""What KS does with a certificate: believes it only where signature, time, evidence and statements all hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from meldingskontroll.domain import Clock, RefusedError
from meldingskontroll.release import jose
from meldingskontroll.release.approvals import sign_statement
from meldingskontroll.release.approvers import Approver
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.verify import verify, verify_files

SERVICE = jose.new_key()
KARI, OLA = jose.new_key("Kari Ås"), jose.new_key("Ola Nordmann")
TWIN = jose.private_key(KARI.as_dict(private=True) | {"kid": "Per Dobbel"})
NOON = Clock.parse("2023-07-01T12:00:00Z")
STATED = {
    "state": "s" * 64,
    "findings_sha256": "f" * 64,
    "ruleset_version": "2023.1+abc",
    "roster_size": 2,
    "as_of_utc": "2023-07-01T05:00:00Z",
}


def approval(key: OKPKey, **changed: Any) -> dict[str, Any]:
    return sign_statement(Approver(str(key.kid), key), key, STATED | changed)


def document(**changed: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "decision": "RELEASE",
        "as_of_utc": "2023-07-01T06:00:00Z",
        "valid_until_utc": "2023-07-02T06:00:00Z",
        "roster_size": 2,
        "verified": 2,
        "blocking": [],
        "global_reasons": [],
        "drill": {"planted": 3, "found": 3, "false_alarms": 0},
        "checks": {"expected": 7, "run": 7, "failed": 0},
        "inputs": {"portal/messages.csv": "a" * 64},
        "ruleset_version": "2023.1+abc",
        "approvals": [approval(KARI), approval(OLA)],
    }
    return made | changed


def token(content: Any) -> bytes:
    return jose.sign(json.dumps(content).encode(), SERVICE, jose.CERTIFICATE).encode()


def refused(content: Any, clock: Clock = NOON) -> str:
    with pytest.raises(SignatureRefusedError) as refusal:
        verify(token(content), [SERVICE], clock)
    return refusal.value.code


def test_a_release_that_two_people_approved_is_valid_and_says_until_when_and_by_whom() -> None:
    found = verify(token(document()), [SERVICE], NOON, [KARI, OLA])
    assert found.sentence == "Gyldig: sletting er frigitt til 2023-07-02T06:00:00Z. Godkjent av Kari Ås, Ola Nordmann."


@pytest.mark.parametrize("content", [None, [], "RELEASE", {}, {"decision": "RELEASE"}, 1])
def test_what_is_signed_but_is_no_decision_is_refused(content: Any) -> None:
    assert refused(content) == "UNREADABLE"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"decision": "HOLD", "valid_until_utc": None}, "HOLD"),
        ({"decision": "release"}, "HOLD"),
        ({"valid_until_utc": "2023-07-02T06:00:01Z"}, "WRONG_TERM"),
        ({"valid_until_utc": "2023-07-01T06:00:00Z"}, "WRONG_TERM"),
        ({"valid_until_utc": None}, "UNREADABLE"),
        ({"valid_until_utc": "i morgen"}, "UNREADABLE"),
        ({"blocking": [{"municipality_no": "0301"}]}, "NOT_CARRIED"),
        ({"global_reasons": ["CHECK_FAILED"]}, "NOT_CARRIED"),
        ({"verified": 1}, "NOT_CARRIED"),
        ({"roster_size": 0, "verified": 0}, "NOT_CARRIED"),
        ({"drill": {"planted": 0, "found": 0, "false_alarms": 0}}, "NOT_CARRIED"),
        ({"drill": {"planted": 3, "found": 2, "false_alarms": 0}}, "NOT_CARRIED"),
        ({"drill": {"planted": 3, "found": 3, "false_alarms": 1}}, "NOT_CARRIED"),
        ({"checks": {"expected": 7, "run": 6, "failed": 0}}, "NOT_CARRIED"),
        ({"checks": {"expected": 0, "run": 0, "failed": 0}}, "NOT_CARRIED"),
        ({"checks": {"expected": 7, "run": 7, "failed": 1}}, "NOT_CARRIED"),
        ({"approvals": []}, "NOT_TWO_PEOPLE"),
        ({"approvals": [approval(KARI)]}, "NOT_TWO_PEOPLE"),
        ({"approvals": [approval(KARI), approval(KARI)]}, "NOT_TWO_PEOPLE"),
        ({"approvals": [approval(KARI), approval(jose.new_key("Kari Ås"))]}, "NOT_TWO_PEOPLE"),
        ({"approvals": [approval(KARI), approval(TWIN)]}, "NOT_TWO_PEOPLE"),
        ({"approvals": [approval(KARI), approval(OLA, state="t" * 64)]}, "OTHER_STATE"),
        ({"approvals": [approval(KARI), approval(OLA, ruleset_version="older")]}, "OTHER_STATE"),
        ({"approvals": [approval(KARI), approval(OLA, as_of_utc="2023-07-01T06:00:01Z")]}, "OTHER_STATE"),
        ({"approvals": [approval(KARI), approval(OLA, roster_size=3)]}, "OTHER_STATE"),
        ({"approvals": [approval(KARI), approval(OLA) | {"name": "Eva"}]}, "APPROVAL_ALTERED"),
        ({"approvals": [approval(KARI), approval(OLA) | {"thumbprint": "x"}]}, "APPROVAL_ALTERED"),
        ({"approvals": [approval(KARI), approval(OLA) | {"key": jose.public_jwk(KARI)}]}, "UNKNOWN_KEY"),
        ({"approvals": [approval(KARI), {"name": "Ola Nordmann"}]}, "APPROVAL_UNREADABLE"),
        ({"ruleset_version": "newer"}, "OTHER_STATE"),
    ],
)
def test_a_signed_release_that_its_own_content_does_not_carry_is_refused(changed: dict[str, Any], code: str) -> None:
    """Also where the service's key was in the wrong hands: it alone cannot make two people's statements."""
    assert refused(document(**changed)) == code


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2023-07-01T05:59:59Z", "NOT_YET_VALID"),
        ("2023-07-02T06:00:00Z", "EXPIRED"),
        ("2033-01-01T00:00:00Z", "EXPIRED"),
        ("2023-07-02T08:00:00+02:00", "EXPIRED"),
    ],
)
def test_outside_its_24_hours_a_certificate_is_worth_nothing(moment: str, code: str) -> None:
    assert refused(document(), Clock.parse(moment)) == code


def test_an_approver_that_ks_does_not_know_is_refused() -> None:
    for known in ([], [KARI], [KARI, jose.new_key("Ola Nordmann")]):
        with pytest.raises(SignatureRefusedError) as refusal:
            verify(token(document()), [SERVICE], NOON, known)
        assert refusal.value.code == "UNKNOWN_APPROVER"


def test_an_approval_or_a_checkpoint_is_no_certificate() -> None:
    for typ in (jose.APPROVAL, jose.CHECKPOINT):
        other = jose.sign(json.dumps(document()).encode(), SERVICE, typ)
        with pytest.raises(SignatureRefusedError) as refusal:
            verify(other.encode(), [SERVICE], NOON)
        assert refusal.value.code == "WRONG_TYPE"
    by_an_approver = jose.sign(json.dumps(document()).encode(), KARI, jose.CERTIFICATE)
    with pytest.raises(SignatureRefusedError):
        verify(by_an_approver.encode(), [SERVICE], NOON)


FILES: dict[str, Callable[[Path], object]] = {
    "no certificate": lambda folder: (folder / "release.jws").unlink(),
    "a folder in its place": lambda folder: ((folder / "release.jws").unlink(), (folder / "release.jws").mkdir()),
    "no keys": lambda folder: (folder / "jwks.json").unlink(),
    "keys that are none": lambda folder: (folder / "jwks.json").write_text("{"),
    "binary": lambda folder: (folder / "release.jws").write_bytes(b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("damage", FILES)
def test_files_that_are_missing_or_unreadable_are_refused_with_a_sentence(damage: str, tmp_path: Path) -> None:
    (tmp_path / "release.jws").write_bytes(token(document()))
    (tmp_path / "jwks.json").write_text(json.dumps(jose.key_set([SERVICE])))
    files = (tmp_path / "release.jws", tmp_path / "jwks.json")
    assert verify_files(*files, "2023-07-01T12:00:00Z").document["decision"] == "RELEASE"
    FILES[damage](tmp_path)
    with pytest.raises(RefusedError, match="Ikke gyldig"):
        verify_files(*files, "2023-07-01T12:00:00Z")


def test_a_file_that_is_missing_is_named_and_without_a_moment_it_is_now(tmp_path: Path) -> None:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(jose.key_set([SERVICE])))
    with pytest.raises(RefusedError, match=r"filen release\.jws finnes ikke"):
        verify_files(tmp_path / "release.jws", keys, None)
    (tmp_path / "release.jws").write_bytes(token(document()))
    with pytest.raises(RefusedError, match="gikk ut 2023-07-02"):
        verify_files(tmp_path / "release.jws", keys, None)


def test_approvers_in_a_file_are_those_who_are_known(tmp_path: Path) -> None:
    release, keys, approvers = (tmp_path / name for name in ("release.jws", "jwks.json", "approvers.json"))
    release.write_bytes(token(document()))
    keys.write_text(json.dumps(jose.key_set([SERVICE])))
    approvers.write_text(json.dumps(jose.key_set([KARI, OLA])))
    assert len(verify_files(release, keys, "2023-07-01T12:00:00Z", approvers).approvals) == 2
    approvers.write_text(json.dumps(jose.key_set([KARI])))
    with pytest.raises(RefusedError, match="står ikke blant godkjennerne"):
        verify_files(release, keys, "2023-07-01T12:00:00Z", approvers)


def test_the_least_that_carries_a_release_does_from_its_first_second() -> None:
    """One entry, one loss planted, one check, and an approval of that very moment."""
    one = {"roster_size": 1, "as_of_utc": "2023-07-01T06:00:00Z"}
    least = document(
        roster_size=1,
        verified=1,
        drill={"planted": 1, "found": 1, "false_alarms": 0},
        checks={"expected": 1, "run": 1, "failed": 0},
        approvals=[approval(KARI, **one), approval(OLA, **one)],
    )
    found = verify(token(least), [SERVICE], Clock.parse("2023-07-01T06:00:00Z"))
    assert found.valid_until == Clock.parse("2023-07-02T06:00:00Z").as_of


def test_verifying_loads_neither_the_database_nor_the_orchestrator() -> None:
    """KS runs it where nothing else of ours is installed or needed."""
    code = "import sys, meldingskontroll.release.verify; print(sorted({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "joserfc" in done.stdout
    assert not [name for name in ("duckdb", "airflow", "pandas", "pyarrow", "fastapi") if f"'{name}'" in done.stdout]
