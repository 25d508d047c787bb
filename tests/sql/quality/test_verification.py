"""A verdict follows from its requirements, and every entry has all of both."""

from __future__ import annotations

from pathlib import Path

from support.checked import checked


def oslo(folder: Path, *damage: str) -> dict[str, object]:
    (row,) = (row for row in checked(folder, "verification", *damage) if row["entry_id"] == "0301-05")
    return row


def test_a_sound_entry_has_nine_requirements_and_a_verdict_that_follows(tmp_path: Path) -> None:
    assert oslo(tmp_path) == {
        "entry_id": "0301-05",
        "requirements": 9,
        "different_requirements": 9,
        "without_reason": 0,
        "verdicts": 1,
        "reasons_off_unmet": 0,
        "verdict_wrong": 0,
    }


def test_an_entry_that_was_not_judged_is_wrong_in_every_way(tmp_path: Path) -> None:
    row = oslo(tmp_path, "DELETE FROM verification__requirements", "DELETE FROM verification__verdicts")
    assert (row["requirements"], row["verdicts"], row["without_reason"], row["verdict_wrong"]) == (0, 0, 1, 1)


def test_verified_with_an_unmet_requirement_is_wrong(tmp_path: Path) -> None:
    unmet = (
        "UPDATE verification__requirements SET met = FALSE WHERE entry_id = '0301-05' AND requirement = 'LOG_COVERED'"
    )
    row = oslo(tmp_path, unmet)
    assert (row["verdict_wrong"], row["reasons_off_unmet"]) == (1, -1)


def test_not_verified_with_everything_met_is_wrong(tmp_path: Path) -> None:
    assert oslo(tmp_path, "UPDATE verification__verdicts SET verdict = 'not_verified'")["verdict_wrong"] == 1
