"""Every entry of the roster comes out of the reconciliation once, and holds its own period and recipients."""

from __future__ import annotations

from pathlib import Path

from support.checked import TWICE, checked


def row_of(rows: list[dict[str, object]], entry_id: str) -> dict[str, object]:
    (row,) = (row for row in rows if row["entry_id"] == entry_id)
    return row


def test_a_sound_roster_has_each_entry_once_on_both_sides(tmp_path: Path) -> None:
    for row in checked(tmp_path, "roster"):
        assert (row["in_roster"], row["in_reconciliation"], row["entries_of_place"]) == (1, 1, 1)


def test_an_empty_roster_has_no_rows(tmp_path: Path) -> None:
    assert checked(tmp_path, "roster", "DELETE FROM roster__entries", "DELETE FROM reconcile__entries") == []


def test_an_entry_that_was_lost_on_the_way_and_one_that_came_from_nowhere_are_rows(tmp_path: Path) -> None:
    rows = checked(tmp_path, "roster", "UPDATE reconcile__entries SET entry_id = '9999' WHERE entry_id = '3805'")
    assert (row_of(rows, "3805")["in_roster"], row_of(rows, "3805")["in_reconciliation"]) == (1, 0)
    assert (row_of(rows, "9999")["in_roster"], row_of(rows, "9999")["in_reconciliation"]) == (0, 1)


def test_periods_that_overlap_by_a_second_are_seen_and_those_that_touch_are_not(tmp_path: Path) -> None:
    touching = "INSERT INTO roster__periods VALUES ('3805', '2021-01-01', '2022-01-01')"
    assert row_of(checked(tmp_path, "roster", touching), "3805")["overlapping_periods"] == 0
    overlapping = "INSERT INTO roster__periods VALUES ('3805', '2021-01-01', '2022-01-01 00:00:01')"
    assert row_of(checked(tmp_path, "roster", overlapping), "3805")["overlapping_periods"] == 1


def test_an_entry_that_stands_twice_is_counted(tmp_path: Path) -> None:
    assert row_of(checked(tmp_path, "roster", TWICE.format("roster__entries")), "0301-05")["in_roster"] == 2
