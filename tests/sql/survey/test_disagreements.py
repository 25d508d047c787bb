"""When two answers of one service cannot both be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import answer
from support.judged import surveyed

NO = {"mangler_meldinger": "nei"}
SOME = {"mangler_meldinger": "ja_ukjent"}
TWO = {"mangler_meldinger": "ja_kjent", "antall_meldinger": "2"}
THREE = {"mangler_meldinger": "ja_kjent", "antall_meldinger": "3"}
UNSURE = {"mangler_meldinger": "vet_ikke"}
SILENT = {"mangler_meldinger": ""}


@pytest.mark.parametrize(
    ("own", "others", "given", "disagreement"),
    [
        (TWO, "A", TWO, None),
        (TWO, "A", THREE, "DIFFERENT_NUMBERS"),
        (NO, "A", TWO, "DIFFERENT_NUMBERS"),
        (NO, "A", NO, None),
        (NO, "A", SOME, "NONE_AND_SOME"),
        (TWO, "A", SOME, None),
        (TWO, "A", UNSURE, "SAYS_NOTHING"),
        (SILENT, "A", NO, "SAYS_NOTHING"),
        (TWO, "A|B", THREE, None),
        (THREE, "A|B", TWO, "DIFFERENT_NUMBERS"),
        (NO, "A|B", TWO, None),
        (TWO, "A|B", NO, "DIFFERENT_NUMBERS"),
        (TWO, "A|B", THREE | {"antall_per_tjeneste": "A=1|B=2"}, "DIFFERENT_NUMBERS"),
        (TWO, "A|B", THREE | {"antall_per_tjeneste": "A=2"}, None),
    ],
)
def test_the_own_answer_and_a_shared_one(
    own: dict[str, str], others: str, given: dict[str, str], disagreement: str | None, tmp_path: Path
) -> None:
    lines = [answer("1", "A", **own), answer("2", svarer_paa_vegne_av=others, **given)]
    with surveyed(tmp_path, lines, ()) as connection:
        rows = connection.execute("SELECT service_id, disagreement FROM survey__disagreements").fetchall()
    assert rows == ([("A", disagreement)] if disagreement else [])


def test_two_shared_answers_for_the_same_services_must_state_the_same(tmp_path: Path) -> None:
    lines = [answer("1", "A", svarer_paa_vegne_av="B", **TWO), answer("2", "B", svarer_paa_vegne_av="A", **THREE)]
    with surveyed(tmp_path, lines, ()) as connection:
        rows = connection.execute("SELECT service_id, disagreement FROM survey__disagreements ORDER BY ALL").fetchall()
    assert rows == [("A", "DIFFERENT_NUMBERS"), ("B", "DIFFERENT_NUMBERS")]


def test_one_answer_disagrees_with_nobody(tmp_path: Path) -> None:
    with surveyed(tmp_path, [answer("1", "A", **UNSURE)], ()) as connection:
        assert connection.execute("SELECT count(*) FROM survey__disagreements").fetchone() == (0,)
