"""Every loss counts once, however many answers speak of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import answer
from support.judged import surveyed


def lost(answer_id: str, service: str, number: int, others: str = "", split: str = "") -> str:
    said = {"mangler_meldinger": "ja_kjent", "antall_meldinger": str(number), "antall_per_tjeneste": split}
    return answer(answer_id, service, svarer_paa_vegne_av=others, **said)


def test_no_answers_give_one_row_of_zeros(tmp_path: Path) -> None:
    with surveyed(tmp_path, (), ()) as connection:
        assert connection.execute("SELECT * FROM survey__totals").fetchall() == [(0,) * 8]


@pytest.mark.parametrize(
    ("lines", "stated", "losses"),
    [
        ([lost("1", "A", 2), lost("2", "B", 3)], 5, 5),
        ([lost("1", "A", 2), lost("2", "", 2, "A")], 4, 2),
        ([lost("1", "A", 1), lost("2", "", 4, "A")], 5, 1),
        ([lost("1", "", 1, "A"), lost("2", "B", 4, "A")], 5, 4),
        ([lost("1", "", 24, "A|B|C|D"), lost("2", "A", 3)], 27, 24),
        ([lost("1", "", 24, "A|B"), lost("2", "A", 3), lost("3", "B", 4)], 31, 7),
        ([lost("1", "A", 24, "B|C"), lost("2", "B", 20, "A|C")], 44, 24),
        ([lost("1", "", 24, "A|B|C"), lost("2", "", 5, "A|B")], 29, 24),
        ([lost("1", "", 3, "A|B|C", "A=2|B=1"), lost("2", "A", 2)], 5, 3),
        ([lost("1", "", 3, "A|B|C", "A=2"), lost("2", "A", 2)], 5, 3),
    ],
)
def test_overlapping_losses_count_once(lines: list[str], stated: int, losses: int, tmp_path: Path) -> None:
    with surveyed(tmp_path, lines, ()) as connection:
        assert connection.execute("SELECT losses_stated, losses FROM survey__totals").fetchall() == [(stated, losses)]


def test_discarded_and_replaced_answers_state_nothing(tmp_path: Path) -> None:
    lines = [
        answer("1", "A", mangler_meldinger="ja_kjent", antall_meldinger="9", rolle="barnevernsvakt"),
        answer("2", "B", mangler_meldinger="ja_kjent", antall_meldinger="8"),
        answer("3", "B", mangler_meldinger="nei", mottatt="2023-06-15", fagsystem="VISMA_FAMILIA", integrert="ja"),
    ]
    with surveyed(tmp_path, lines, ()) as connection:
        assert connection.execute("SELECT * FROM survey__totals").fetchall() == [(3, 1, 1, 1, 1, 0, 0, 0)]
