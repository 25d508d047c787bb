"""Which answers count: not those of duty services, not those replaced, not those after the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.healthy import answer
from support.judged import surveyed


def answers(folder: Path, *lines: str) -> dict[str, tuple[bool, bool]]:
    with surveyed(folder, lines, ()) as connection:
        rows = connection.execute("SELECT answer_id, discarded, superseded FROM survey__answers").fetchall()
    return {answer_id: (discarded, superseded) for answer_id, discarded, superseded in rows}


def on_behalf(answer_id: str, service: str, others: str, **given: Any) -> str:
    return answer(answer_id, service, svarer_paa_vegne_av=others, mangler_meldinger="nei", **given)


def test_no_answers_are_no_rows(tmp_path: Path) -> None:
    assert answers(tmp_path) == {}


def test_a_duty_services_answer_is_discarded_and_replaces_nothing(tmp_path: Path) -> None:
    duty = on_behalf("2", "A", "", rolle="barnevernsvakt", mottatt="2023-06-20T10:00:00")
    assert answers(tmp_path, on_behalf("1", "A", ""), duty) == {"1": (False, False), "2": (True, False)}


def test_the_later_answer_for_the_same_services_replaces_the_earlier(tmp_path: Path) -> None:
    later = on_behalf("1", "", "B|A", mottatt="2023-06-14T10:00:01")
    assert answers(tmp_path, later, on_behalf("2", "", "A|B")) == {"1": (False, False), "2": (False, True)}


def test_naming_oneself_among_the_others_changes_nothing(tmp_path: Path) -> None:
    later = on_behalf("2", "A", "A|B", mottatt="2023-06-15")
    assert answers(tmp_path, on_behalf("1", "A", "B"), later) == {"1": (False, True), "2": (False, False)}


def test_another_set_of_services_replaces_nothing(tmp_path: Path) -> None:
    found = answers(tmp_path, on_behalf("1", "A", ""), on_behalf("2", "A", "B"), on_behalf("3", "", "A"))
    assert set(found.values()) == {(False, False)}


def test_an_answer_is_received_in_norwegian_time_and_none_after_the_clock(tmp_path: Path) -> None:
    found = answers(
        tmp_path,
        on_behalf("1", "A", "", mottatt="2023-07-01T08:00:00"),
        on_behalf("2", "B", "", mottatt="2023-07-01T08:00:01"),
        on_behalf("3", "C", "", mottatt="2023-07-01T05:59:59Z"),
    )
    assert set(found) == {"1", "3"}


def test_one_answer_in_two_exports_counts_once_in_its_latest_form(tmp_path: Path) -> None:
    lines = [on_behalf("1", "A", ""), answer("1", "A", mottatt="2023-06-20", mangler_meldinger="ja_ukjent")]
    with surveyed(tmp_path, lines, ()) as connection:
        assert connection.execute("SELECT missing, superseded FROM survey__answers").fetchall() == [
            ("ja_ukjent", False)
        ]
        assert connection.execute("SELECT source_row, code FROM survey__problems").fetchall() == [(2, "REPEATED_ID")]
