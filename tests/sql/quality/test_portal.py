"""What is wrong with the portal's extract, counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.checked import TWICE, checked, only


def test_a_sound_extract_has_nothing_wrong(tmp_path: Path) -> None:
    assert set(only(tmp_path, "portal").values()) == {0}


def test_no_extract_is_no_row(tmp_path: Path) -> None:
    assert checked(tmp_path, "portal", "DELETE FROM portal__extract") == []


@pytest.mark.parametrize("total", [9, 11])
def test_a_total_that_differs_either_way_is_off_by_as_much(total: int, tmp_path: Path) -> None:
    damage = f"UPDATE portal__extract SET declared_total = {total}"  # noqa: S608
    assert only(tmp_path, "portal", damage)["rows_off_total"] == 1


def test_an_undeclared_total_is_no_defect_of_the_rows(tmp_path: Path) -> None:
    damage = "UPDATE portal__extract SET declared = FALSE, declared_total = NULL"
    assert set(only(tmp_path, "portal", damage).values()) == {0}


def test_a_message_that_stands_twice_is_counted(tmp_path: Path) -> None:
    row = only(tmp_path, "portal", TWICE.format("portal__messages"))
    assert (row["repeated_ids"], row["messages_off_count"]) == (1, -1)
