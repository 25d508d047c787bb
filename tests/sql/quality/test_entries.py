"""An entry's counts add up, its bounds hold its losses, and an entry without counts is not sound."""

from __future__ import annotations

from pathlib import Path

from support.checked import checked


def larvik(folder: Path, *damage: str) -> dict[str, object]:
    (row,) = (row for row in checked(folder, "entries", *damage) if row["entry_id"] == "3805")
    return row


def test_a_sound_entry_accounts_for_every_message(tmp_path: Path) -> None:
    row = larvik(tmp_path)
    assert (row["sent"], row["accounted"], row["unaccounted"]) == (5, 5, 0)
    assert (row["lost_low"], row["lost"], row["lost_high"], row["coverage_share"]) == (1, 1, 2, 1.0)


def test_a_message_that_went_missing_is_unaccounted_for(tmp_path: Path) -> None:
    assert larvik(tmp_path, "UPDATE reconcile__entries SET registered = registered - 1")["unaccounted"] == 1


def test_an_entry_without_counts_breaks_every_rule(tmp_path: Path) -> None:
    row = larvik(tmp_path, "DELETE FROM reconcile__entries WHERE entry_id = '3805'")
    assert row["sent"] != row["accounted"]
    assert row["unaccounted"] == row["smallest"] == row["coverage_share"] == row["unknown_outside_required"] == -1
    assert row["lost_low"] > row["lost"] > row["lost_high"]  # type: ignore[operator]


def test_a_count_that_is_not_there_is_not_zero(tmp_path: Path) -> None:
    row = larvik(tmp_path, "UPDATE reconcile__entries SET in_transit = NULL")
    assert row["unaccounted"] == -1
