"""Proven time counts once, lies within the period and the logs, and is the stated share to the second."""

from __future__ import annotations

from pathlib import Path

from support.checked import TWICE, faults

SOUND = {"0301-05": {}, "3805": {}}
SHORTEN = "UPDATE {} SET to_utc = to_utc - INTERVAL {} SECOND WHERE entry_id = '3805'"


def test_sound_coverage_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, "coverage") == SOUND


def test_an_interval_that_stands_twice_overlaps_and_inflates_the_proof(tmp_path: Path) -> None:
    found = faults(tmp_path, "coverage", TWICE.format("reconcile__proven"))["0301-05"]
    assert found["overlapping"] == 1
    assert found["share_off_seconds"] == 46_591_200


def test_one_second_outside_the_logs_or_the_period_is_seen(tmp_path: Path) -> None:
    found = faults(tmp_path, "coverage", SHORTEN.format("reconcile__coverage", 1))
    assert found == SOUND | {"3805": {"outside_coverage": 1}}
    two_days = SHORTEN.format("roster__periods", 54 * 3600 + 1)
    assert faults(tmp_path, "coverage", two_days) == SOUND | {"3805": {"outside_period": 1}}


def test_an_interval_that_spans_two_adjoining_ones_is_inside_them(tmp_path: Path) -> None:
    split = [
        "UPDATE reconcile__coverage SET to_utc = '2022-06-01' WHERE entry_id = '3805'",
        "INSERT INTO reconcile__coverage VALUES ('3805', '2022-06-01', '2023-06-29')",
    ]
    assert faults(tmp_path, "coverage", *split) == SOUND


def test_an_entry_that_was_never_reconciled_is_off(tmp_path: Path) -> None:
    found = faults(tmp_path, "coverage", "DELETE FROM reconcile__entries WHERE entry_id = '3805'")
    assert found["3805"]["share_off_seconds"] == -1
