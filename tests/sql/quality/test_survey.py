"""The survey's tables agree on which answers there are and which count."""

from __future__ import annotations

from pathlib import Path

from support.checked import TWICE, only


def test_a_sound_survey_has_no_faults(tmp_path: Path) -> None:
    assert set(only(tmp_path, "survey").values()) == {0}


def test_no_answers_at_all_are_no_fault(tmp_path: Path) -> None:
    gone = ["DELETE FROM survey__answers", "DELETE FROM survey__by_service"]
    zero = "UPDATE survey__totals SET received = 0, answers = 0, losses = 0, losses_stated = 0"
    assert set(only(tmp_path, "survey", *gone, zero).values()) == {0}


def test_a_service_for_which_two_answers_count_is_a_fault(tmp_path: Path) -> None:
    assert only(tmp_path, "survey", TWICE.format("survey__by_service"))["services_not_counted_once"] == 1


def test_totals_that_are_not_there_are_a_fault(tmp_path: Path) -> None:
    row = only(tmp_path, "survey", "DELETE FROM survey__totals")
    assert row["answers_unaccounted"] == row["losses_beyond_stated"] == -1
