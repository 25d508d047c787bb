"""The decision when everything is met, and when there is nobody (contract §2 `release.json`, "Approval")."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from contract.answer import Answer, audit
from contract.conftest import Audits
from contract.folder import PORTAL_HEADER, Folder
from contract.release_cases import build, group, nobody

FOLDERS = {"all met": build, "group": group, "nobody": nobody}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["all met"]


def test_with_everything_met_the_audit_holds_and_awaits_approval(answer: Answer) -> None:
    release = answer.release
    assert release["blocking"] == []
    assert release["global_reasons"] == ["AWAITING_APPROVAL"]
    assert (release["decision"], release["valid_until_utc"], release["approvals"]) == ("HOLD", None, [])
    assert release["roster_size"] == release["verified"] == 6


def test_an_entry_with_everything_met_is_verified(answer: Answer) -> None:
    for row in answer.municipalities:
        assert (row["verdict"], row["reasons"]) == ("verified", "")
    assert {row["met"] for row in answer.requirement_rows} == {"true"}


def test_nothing_may_be_deleted_before_two_people_have_approved(answer: Answer) -> None:
    assert {row["clearance"] for row in answer.clearance.values()} == {"keep"}
    assert set(answer.clearance) == {message.id for message in answer.folder.messages}


def test_a_municipality_is_called_by_its_name_in_the_registry(answer: Answer) -> None:
    number = answer.folder.cases["plain"].number
    page = answer.out / "overview/kommuner" / f"{number}.html"
    assert f"Prøvevik {number}" in page.read_text(encoding="utf-8")


def test_the_approvers_are_no_input(answer: Answer) -> None:
    """Whoever may approve, the inputs are the same."""
    assert (answer.root / "registry/approvers.json").is_file()
    assert "registry/approvers.json" not in answer.release["inputs"]
    assert "registry/fixes.csv" in answer.release["inputs"]


def test_again_and_elsewhere_the_same_inputs_give_the_same_bytes(audits: Audits, tmp_path: Path) -> None:
    """A copy of the folder with its results in it, at another path, audited on top of them."""
    group = audits["group"]
    copy = tmp_path / "copy"
    shutil.copytree(group.out.parent, copy)
    assert audit(copy).returncode == 0
    for name in ("findings.parquet", "municipalities.csv", "requirements.csv", "overview/overview.json"):
        assert (copy / "out" / name).read_bytes() == (group.out / name).read_bytes(), name
    inputs = json.loads((copy / "out/release.json").read_text(encoding="utf-8"))["inputs"]
    assert inputs == group.release["inputs"]


def test_a_loss_without_a_name_is_followed_up_by_its_group(audits: Audits, tmp_path: Path) -> None:
    """The group's name is made of its members' ids only, so it is the same in the next run."""
    before = audits["group"]
    assert not before.met("group", "LOSSES_FOLLOWED_UP")
    name = before.finding("group", "first")["candidate_group"]
    assert name is not None and name == before.finding("group", "second")["candidate_group"]
    copy = tmp_path / "copy"
    shutil.copytree(before.root, copy, ignore=shutil.ignore_patterns("out", "receipts"))
    number = before.folder.cases["group"].number
    (copy / "followup").mkdir()
    (copy / "followup/svar.csv").write_text(
        "kommunenummer;bekymringsmeldingId;gruppe;tiltak;dato;utført_av\n"
        f"{number};;{name};ikke_mulig_å_gjenopprette;2023-06-20;Kari Test\n",
        encoding="utf-8",
    )
    after = Answer(Folder(copy, cases=before.folder.cases), audit(copy))
    assert after.finding("group", "first")["candidate_group"] == name
    assert after.met("group", "LOSSES_FOLLOWED_UP")


def test_the_absence_of_fixes_survey_and_followup_is_a_finding_not_an_error(audits: Audits) -> None:
    """This folder has none of the three: exit 0, and each requirement that rests on them is unmet."""
    answer = audits["group"]
    assert answer.process.returncode == 0
    unmet = (
        "FIX_INSTALLED",
        "CLEAN_SINCE_FIX",
        "SURVEY_ANSWERED",
        "SURVEY_AGREES",
        "LOSSES_FOLLOWED_UP",
        "DEVIATION_REPORTED",
    )
    for requirement in unmet:
        assert not answer.met("group", requirement), requirement
    assert answer.release["decision"] == "HOLD"


def test_an_empty_roster_holds(audits: Audits) -> None:
    """Nobody to verify is not everybody verified; the drill is planted all the same."""
    release = audits["nobody"].release
    assert release["decision"] == "HOLD"
    assert "ROSTER_EMPTY" in release["global_reasons"]
    assert "AWAITING_APPROVAL" not in release["global_reasons"]
    assert (release["roster_size"], release["verified"]) == (0, 0)
    assert release["drill"]["planted"] > 0
    log = (audits["nobody"].root / "portal/messages_1.csv").read_bytes()
    assert log.decode().strip() == PORTAL_HEADER
    assert release["inputs"]["portal/messages_1.csv"] == hashlib.sha256(log).hexdigest()
