"""The published files say what the tables say."""

from __future__ import annotations

from pathlib import Path

from support.checked import only


def test_sound_files_differ_in_nothing(tmp_path: Path) -> None:
    assert set(only(tmp_path, "published").values()) == {0}


def test_equal_counts_with_other_outcomes_differ(tmp_path: Path) -> None:
    row = only(tmp_path, "published", "UPDATE published__findings SET outcome = 'registered'")
    assert (row["findings_off"], row["findings_different"]) == (0, 1)


def test_a_row_too_few_or_a_message_too_many_is_seen(tmp_path: Path) -> None:
    fewer = "DELETE FROM published__municipalities WHERE municipality_no = '3805'"
    row = only(tmp_path, "published", fewer)
    assert (row["municipalities_off"], row["sent_off"]) == (-1, -5)
