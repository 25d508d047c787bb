"""What an answer states of each service that it speaks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import answer
from support.judged import surveyed


@pytest.mark.parametrize(
    ("number", "split", "alone", "together"),
    [
        ("3", "", {"A": None, "B": None, "C": None}, 3),
        ("3", "A=2|B=1", {"A": 2, "B": 1, "C": 0}, 0),
        ("3", "A=2", {"A": 2, "B": None, "C": None}, 1),
        ("", "A=2|B=1", {"A": 2, "B": 1, "C": 0}, 0),
        ("3", "A=2|B=0|C=1", {"A": 2, "B": 0, "C": 1}, 0),
    ],
)
def test_what_is_not_told_apart_is_stated_together(
    number: str, split: str, alone: dict[str, int | None], together: int, tmp_path: Path
) -> None:
    given = {"mangler_meldinger": "ja_kjent", "antall_meldinger": number, "antall_per_tjeneste": split}
    with surveyed(tmp_path, [answer("1", svarer_paa_vegne_av="A|B|C", **given)], ()) as connection:
        rows = connection.execute("SELECT service_id, stated, stated_together FROM survey__spoken_for").fetchall()
    assert {service: stated for service, stated, _ in rows} == alone
    assert {rest for _, _, rest in rows} == {together}


def test_no_losses_are_none_for_each_and_not_knowing_is_nothing_for_each(tmp_path: Path) -> None:
    lines = [
        answer("1", svarer_paa_vegne_av="A|B", mangler_meldinger="nei"),
        answer("2", svarer_paa_vegne_av="C|D", mangler_meldinger="vet_ikke"),
    ]
    with surveyed(tmp_path, lines, ()) as connection:
        rows = connection.execute("SELECT service_id, stated FROM survey__spoken_for ORDER BY ALL").fetchall()
    assert rows == [("A", 0), ("B", 0), ("C", None), ("D", None)]


@pytest.mark.parametrize(
    ("systems", "integrated", "denies"),
    [
        ("VISMA_FAMILIA", "ja", False),
        ("VISMA_FAMILIA", "nei", True),
        ("DIPS_BARNEVERN", "ja", True),
        ("VISMA_FAMILIA|VISMA_FAMILIA", "nei|ja", False),
        ("", "", False),
    ],
)
def test_an_answer_denies_the_integration_when_familia_is_not_among_its_integrated_systems(
    systems: str, integrated: str, denies: bool, tmp_path: Path
) -> None:
    line = answer("1", "A", mangler_meldinger="nei", fagsystem=systems, integrert=integrated)
    with surveyed(tmp_path, [line], ()) as connection:
        assert connection.execute("SELECT says_not_integrated FROM survey__spoken_for").fetchall() == [(denies,)]
