"""For each service one answer counts: its own, else the one that states most."""

from __future__ import annotations

from pathlib import Path

from support.healthy import answer
from support.judged import surveyed


def counted(folder: Path, *lines: str) -> dict[str, str]:
    with surveyed(folder, lines, ()) as connection:
        return dict(connection.execute("SELECT service_id, answer_id FROM survey__by_service WHERE counted").fetchall())


def lost(answer_id: str, service: str, number: int, others: str = "", **given: str) -> str:
    said = {"mangler_meldinger": "ja_kjent" if number else "nei", "antall_meldinger": str(number)}
    return answer(answer_id, service, svarer_paa_vegne_av=others, **said, **given)


def test_without_answers_nothing_counts(tmp_path: Path) -> None:
    assert counted(tmp_path) == {}


def test_the_own_answer_counts_before_a_larger_one_of_another(tmp_path: Path) -> None:
    assert counted(tmp_path, lost("1", "", 9, "A|B"), lost("2", "A", 1)) == {"A": "2", "B": "1"}


def test_among_others_the_largest_counts_and_then_the_latest(tmp_path: Path) -> None:
    assert counted(tmp_path, lost("1", "B", 2, "A"), lost("2", "C", 5, "A"))["A"] == "2"
    later = lost("2", "C", 5, "A", mottatt="2023-06-15")
    assert counted(tmp_path, lost("1", "B", 5, "A"), later)["A"] == "2"


def test_an_own_answer_that_knows_nothing_still_counts(tmp_path: Path) -> None:
    own = answer("2", "A", mangler_meldinger="vet_ikke")
    assert counted(tmp_path, lost("1", "", 3, "A"), own) == {"A": "2"}
