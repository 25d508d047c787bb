"""Actions that count: readable, and done no later than the clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from support.healthy import LOST
from support.judged import surveyed


def actions(folder: Path, *lines: str) -> list[tuple[Any, ...]]:
    with surveyed(folder, (), lines) as connection:
        return connection.execute(
            "SELECT canonical_no, message_id::VARCHAR, candidate_group, action, action_date, done_by_present "
            "FROM followup__actions ORDER BY source_row"
        ).fetchall()


def test_no_follow_up_is_no_rows(tmp_path: Path) -> None:
    assert actions(tmp_path) == []


def test_an_action_keeps_what_and_when_and_not_who(tmp_path: Path) -> None:
    rows = actions(
        tmp_path, f"3805;{LOST.upper()};;meldt_på_nytt;20.06.2023;Navn Navnesen", "0712;;g;GJENOPPRETTET;2023-06-21;"
    )
    assert rows == [
        ("3805", LOST, None, "meldt_på_nytt", date(2023, 6, 20), True),
        ("3805", None, "g", "gjenopprettet", date(2023, 6, 21), False),
    ]


def test_a_number_whose_zero_a_spreadsheet_took_away_is_the_municipalitys(tmp_path: Path) -> None:
    assert [row[0] for row in actions(tmp_path, "712;;g;gjenopprettet;2023-06-21;")] == ["3805"]


@pytest.mark.parametrize(
    ("written", "counts"),
    [("2023-07-01", True), ("2023-07-01T08:00:00", True), ("2023-07-01T08:00:01", False), ("2023-07-02", False)],
)
def test_an_action_after_the_clock_is_none(written: str, counts: bool, tmp_path: Path) -> None:
    assert len(actions(tmp_path, f"3805;;g;gjenopprettet;{written};")) == counts
