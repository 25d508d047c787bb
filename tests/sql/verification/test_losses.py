"""Which losses, named or in a group, were followed up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.healthy import LARVIK, LOST, OSLO, message_id, tables
from support.judged import judged


def losses(folder: Path, *actions: str, **given: Any) -> list[tuple[Any, ...]]:
    with judged(folder, actions_taken=actions, **given) as connection:
        return connection.execute(
            "SELECT entry_id, message_id::VARCHAR, candidate_group, is_followed FROM verification__losses ORDER BY ALL"
        ).fetchall()


def grouped() -> list[dict[str, Any]]:
    rows = tables()["reconcile__findings"]
    for row in rows:
        if row["entry_id"] == LARVIK and row["message_id"] in (LOST, message_id(LARVIK, 4)):
            row |= {"candidate_group": "g1", "loss_probability": 0.5}
    return rows


def test_without_losses_there_are_no_rows(tmp_path: Path) -> None:
    found = [row | {"outcome": "registered"} for row in tables()["reconcile__findings"]]
    assert losses(tmp_path, reconcile__findings=found) == []


def test_a_named_loss_is_followed_up_by_its_id(tmp_path: Path) -> None:
    assert losses(tmp_path) == [(LARVIK, LOST, None, False)]
    assert losses(tmp_path, f"3805;{LOST};;gjenopprettet;2023-06-20;") == [(LARVIK, LOST, None, True)]


def test_a_renumbered_municipality_follows_up_under_its_old_number(tmp_path: Path) -> None:
    assert losses(tmp_path, f"0712;{LOST};;gjenopprettet;2023-06-20;") == [(LARVIK, LOST, None, True)]


def test_another_municipality_or_another_act_follows_nothing_up(tmp_path: Path) -> None:
    assert losses(tmp_path, f"0301;{LOST};;gjenopprettet;2023-06-20;") == [(LARVIK, LOST, None, False)]
    assert losses(tmp_path, f"3805;{LOST};;offentlig_varslet;2023-06-20;") == [(LARVIK, LOST, None, False)]
    assert losses(tmp_path, f"3805;{LOST};;gjenopprettet;2023-07-02;") == [(LARVIK, LOST, None, False)]


@pytest.mark.parametrize(
    ("number", "day", "is_followed"),
    [
        ("3801", "2023-06-14", True),
        ("3801", "2023-06-15", False),
        ("3802", "2023-06-14", False),
        ("3802", "2023-06-15", True),
    ],
)
def test_the_host_of_that_day_follows_up_for_its_member(
    number: str, day: str, is_followed: bool, tmp_path: Path
) -> None:
    hosts = [
        {"entry_id": LARVIK, "host_canonical_no": "3801", "from_date": "1900-01-01", "to_date": "2023-06-15"},
        {"entry_id": LARVIK, "host_canonical_no": "3802", "from_date": "2023-06-15", "to_date": "9999-12-31"},
    ]
    found = losses(tmp_path, f"{number};{LOST};;meldt_på_nytt;{day};", roster__entry_services=hosts)
    assert found == [(LARVIK, LOST, None, is_followed)]


def test_a_group_is_one_loss_and_is_followed_up_by_its_name(tmp_path: Path) -> None:
    by_id = losses(tmp_path, f"3805;{LOST};;gjenopprettet;2023-06-20;", reconcile__findings=grouped())
    assert by_id == [(LARVIK, None, "g1", False)]
    by_group = losses(tmp_path, "3805;;g1;gjenopprettet;2023-06-20;", reconcile__findings=grouped())
    assert by_group == [(LARVIK, None, "g1", True)]


def test_a_loss_of_another_entry_stays_open(tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"]
    rows[0] |= {"outcome": "lost"}
    found = losses(tmp_path, f"3805;{LOST};;gjenopprettet;2023-06-20;", reconcile__findings=rows)
    assert found == [(OSLO, message_id(OSLO, 1), None, False), (LARVIK, LOST, None, True)]
