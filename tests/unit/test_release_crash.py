"""A process killed at any point: what is left is a HOLD, or a whole RELEASE that two recorded approvals carry."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from meldingskontroll import publishing
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose
from meldingskontroll.release.approvals import are_two_people, derive
from meldingskontroll.release.decide import decide
from meldingskontroll.release.ledger_check import check_ledger
from support.approved import KARI, OLA, Case
from support.killed import killed_at


def assert_no_unjustified_release(case: Case) -> None:
    """What a reader finds in `out/` at this moment."""
    document = case.document
    if document["decision"] == "HOLD":
        return
    active = derive(case.ledger()).active
    assert are_two_people(active), "a RELEASE that two recorded approvals do not carry"
    assert [approval["statement"] for approval in document["approvals"]] == [a.statement for a in active]
    keys = jose.read_key_set(case.work.jwks.read_bytes())
    if case.work.certificate.is_file():
        signed = json.loads(jose.verified(case.work.certificate.read_bytes(), keys, jose.CERTIFICATE))
        assert signed["decision"] == "RELEASE"


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One person has approved."""
    case = Case(tmp_path_factory.mktemp("half"))
    assert case.approve(KARI) is None
    return case.root


@pytest.fixture(scope="module")
def whole(half: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both have."""
    case = Case(tmp_path_factory.mktemp("whole"), like=half)
    assert case.approve(OLA, 1) is None
    return case.root


def test_an_approval_killed_anywhere_leaves_a_hold_or_a_whole_release(
    half: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endings = []
    for moment in range(100):
        case = Case(tmp_path / str(moment), like=half)
        with killed_at(moment) as made:
            case.approve(OLA, 1)
        assert_no_unjustified_release(case)
        recorded = len(case.ledger().of("approval"))
        case.audit(2)
        assert_no_unjustified_release(case)
        assert "Hovedboken holder" in check_ledger(case.work)
        endings.append((recorded, case.document["decision"]))
        if case.document["decision"] == "HOLD":
            assert case.said == ("HOLD", ["AWAITING_APPROVAL"])
            assert case.approve(OLA, 3) is None, "whoever was cut off can approve again"
        assert case.said == ("RELEASE", [])
        assert len(case.ledger().of("approval")) == 2, "and nobody has approved twice"
        if made[-1:] != ["killed"]:
            break
    else:
        pytest.fail("the approval never came to its end")
    assert len(endings) > 10
    assert {(1, "HOLD"), (2, "HOLD"), (2, "RELEASE")} == set(endings)


def test_a_hold_killed_anywhere_leaves_no_release_once_it_was_told(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence is put back after the kill: what had been told as a hold does not become a release again."""
    told = 0
    for moment in range(100):
        case = Case(tmp_path / str(moment), like=whole)
        extra = case.work.inbox("0301") / "logg.csv"
        before = extra.read_bytes()
        extra.write_text("meldingsid;mottatt\n\n")
        with killed_at(moment) as made:
            case.audit(2)
        assert_no_unjustified_release(case)
        withdrawn = "withdrawn" in made
        extra.write_bytes(before)
        case.audit(3)
        assert_no_unjustified_release(case)
        assert case.document["decision"] == ("HOLD" if withdrawn else "RELEASE")
        told += withdrawn
        if made[-1:] != ["killed"]:
            break
    else:
        pytest.fail("the audit never came to its end")
    assert told > 5


def test_a_full_disk_takes_the_release_away_though_no_hold_can_be_written(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(tmp_path, like=whole)
    case.leave(OLA)
    staged = case.begin(2)
    write = publishing.write_bytes

    def refused(target: Path, content: bytes) -> None:
        if target == WorkFolder(case.work.root).decision:
            raise OSError(28, "No space left on device")
        write(target, content)

    monkeypatch.setattr(publishing, "write_bytes", refused)
    with pytest.raises(OSError, match="No space"):
        decide(staged, case.clock(2), case.settings)
    assert not case.work.decision.exists() and not case.work.certificate.exists()


def test_a_publication_that_was_ready_is_completed_with_the_decision_last(whole: Path, tmp_path: Path) -> None:
    case = Case(tmp_path, like=whole)
    staged = case.begin(2)
    document = decide(staged, case.clock(2), case.settings)
    publishing.publish(case.work)
    assert case.document == document and case.work.certificate.is_file()
    metadata = pq.read_metadata(case.work.clearance).metadata
    assert len(metadata[b"decision_sha256"]) == 64
