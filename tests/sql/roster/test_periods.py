from __future__ import annotations

from typing import Any

from support.stages import roster_stage

FAMILIA = {"kommunenummer": "1103", "fagsystem": "VISMA_FAMILIA"}


def periods(*spans: tuple[str, str]) -> list[tuple[Any, ...]]:
    rows = [FAMILIA | {"integrert_fra": begin, "integrert_til": end} for begin, end in spans]
    with roster_stage(case_systems=rows) as connection:
        return connection.execute(
            "SELECT entry_id, from_utc::DATE::VARCHAR, to_utc::DATE::VARCHAR FROM roster__periods"
        ).fetchall()


def test_familia_away_and_back_is_one_entry_with_two_stretches() -> None:
    found = periods(("2021-01-01", "2021-06-01"), ("2022-01-01", ""))
    assert found == [("1103", "2020-12-31", "2021-05-31"), ("1103", "2021-12-31", "2023-07-01")]


def test_stretches_that_touch_or_overlap_are_one() -> None:
    assert periods(("2021-01-01", "2021-06-01"), ("2021-06-01", "2022-01-01"), ("2021-03-01", "2021-04-01")) == [
        ("1103", "2020-12-31", "2021-12-31")
    ]


def test_a_district_is_an_entry_of_its_own() -> None:
    rows = [FAMILIA | {"bydelsnummer": number, "integrert_fra": "2021-01-01"} for number in ("02", "", "01")]
    with roster_stage(case_systems=rows) as connection:
        found = connection.execute("SELECT entry_id FROM roster__periods").fetchall()
    assert found == [("1103",), ("1103-01",), ("1103-02",)]
