"""What could not be used is a row with its place and a code, and none of its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import answer
from support.judged import surveyed


def problems(folder: Path, lines: list[str], actions: list[str]) -> list[tuple[str, int, str]]:
    with surveyed(folder, lines, actions) as connection:
        return connection.execute("SELECT * FROM survey__problems").fetchall()


def test_sound_answers_have_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, [answer("1", "A", mangler_meldinger="nei")], []) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"svar_id": ""}, "ID_MISSING"),
        ({"mottatt": "i går"}, "TIME_UNREADABLE"),
        ({"mottatt": ""}, "TIME_UNREADABLE"),
        ({"mottatt": "2023-08-01"}, "AFTER_AS_OF"),
        ({"tjeneste": ""}, "SERVICE_MISSING"),
        ({"tjeneste": "A|B"}, "SERVICE_UNREADABLE"),
        ({"rolle": "leder"}, "ROLE_UNKNOWN"),
        ({"fagsystem": "VISMA_FAMILIA", "integrert": ""}, "CASE_SYSTEMS_UNREADABLE"),
        ({"fagsystem": "VISMA_FAMILIA", "integrert": "kanskje"}, "CASE_SYSTEMS_UNREADABLE"),
        ({"mangler_meldinger": "ja"}, "MISSING_UNREADABLE"),
        ({"antall_meldinger": "to"}, "COUNT_UNREADABLE"),
        ({"antall_meldinger": "-1"}, "COUNT_UNREADABLE"),
        ({"antall_per_tjeneste": "A"}, "SPLIT_UNREADABLE"),
        ({"antall_per_tjeneste": "B=1"}, "SPLIT_UNREADABLE"),
        ({"antall_per_tjeneste": "A=1|A=1"}, "SPLIT_UNREADABLE"),
        ({"antall_meldinger": "2"}, "CONTRADICTS_ITSELF"),
        ({"mangler_meldinger": "ja_kjent", "antall_meldinger": "0"}, "CONTRADICTS_ITSELF"),
        (
            {"mangler_meldinger": "ja_kjent", "antall_meldinger": "3", "antall_per_tjeneste": "A=2"},
            "CONTRADICTS_ITSELF",
        ),
    ],
)
def test_an_answer_in_doubt_does_not_count(given: dict[str, str], code: str, tmp_path: Path) -> None:
    row = {"answer_id": "1", "service": "A", "mangler_meldinger": "nei"}
    line = answer(**{**row, **given})  # type: ignore[arg-type]
    with surveyed(tmp_path, [line], ()) as connection:
        assert connection.execute("SELECT * FROM survey__problems").fetchall() == [("responses.csv", 2, code)]
        assert connection.execute("SELECT count(*) FROM survey__answers").fetchone() == (0,)


def test_a_service_that_the_registry_lacks_is_named_as_a_problem_and_the_answer_is_still_one(tmp_path: Path) -> None:
    line = answer("1", "A", svarer_paa_vegne_av="X|Y", mangler_meldinger="nei")
    with surveyed(tmp_path, [line], ()) as connection:
        assert connection.execute("SELECT code FROM survey__problems").fetchall() == [("SERVICE_UNKNOWN",)]
        assert connection.execute("SELECT count(*) FROM survey__answers").fetchone() == (1,)


def test_an_unknown_choice_is_left_out_and_the_answer_counts(tmp_path: Path) -> None:
    line = answer("1", "A", mangler_meldinger="nei", informert="brevdue|lokal_media", melder_avvik="senere")
    with surveyed(tmp_path, [line], ()) as connection:
        assert connection.execute("SELECT code FROM survey__problems").fetchall() == [("CHOICE_UNKNOWN",)]
        assert connection.execute("SELECT informed, deviation FROM survey__answers").fetchall() == [
            (["lokal_media"], "")
        ]


def test_personal_data_in_the_free_text_is_flagged_and_kept_nowhere(tmp_path: Path) -> None:
    text = "ring kari@eksempel.no"
    line = answer("1", "A", mangler_meldinger="nei", fritekst=text)
    with surveyed(tmp_path, [line], ()) as connection:
        assert connection.execute("SELECT code FROM survey__problems").fetchall() == [("PERSONAL_DATA",)]
        for table in ("survey__answers", "survey__problems", "survey__spoken_for"):
            assert "kari" not in str(connection.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608


def test_unusable_actions_are_problems_too(tmp_path: Path) -> None:
    actions = [
        "38;;g;gjenopprettet;2023-06-20;",
        "3805;;g;fikset;2023-06-20;",
        "3805;ikke-en-id;;gjenopprettet;2023-06-20;",
        "3805;;;gjenopprettet;2023-06-20;",
        "3805;;g;gjenopprettet;;",
        "3805;;g;gjenopprettet;2023-07-02;",
        "3805;;g;gjenopprettet;2023-06-20;navn;for;mye",
    ]
    codes = ["MUNICIPALITY_UNREADABLE", "ACTION_UNKNOWN", "MESSAGE_ID_UNREADABLE", "TARGET_MISSING"]
    codes += ["DATE_UNREADABLE", "AFTER_AS_OF", "ROW_UNREADABLE"]
    assert problems(tmp_path, [], actions) == [("tiltak.csv", row, code) for row, code in enumerate(codes, start=2)]
