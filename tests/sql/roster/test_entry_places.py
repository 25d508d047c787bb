from __future__ import annotations

from typing import Any

from support.stages import roster_stage

FAMILIA = {"kommunenummer": "1103", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}


def entries(*rows: dict[str, str]) -> list[tuple[Any, ...]]:
    with roster_stage(case_systems=rows) as connection:
        return connection.execute(
            "SELECT entry_id, case_system, ended_utc::VARCHAR FROM roster__entry_places"
        ).fetchall()


def test_several_rows_for_one_place_are_one_entry() -> None:
    assert entries(FAMILIA | {"integrert_til": "2021-06-01"}, FAMILIA | {"integrert_fra": "2022-01-01"}) == [
        ("1103", "VISMA_FAMILIA", None)
    ]


def test_one_unknown_stretch_makes_the_entry_unknown() -> None:
    assert entries(FAMILIA, FAMILIA | {"fagsystem": "UKJENT", "integrert_fra": ""}) == [("1103", "UKJENT", None)]


def test_an_entry_has_ended_only_when_its_last_stretch_ended_before_as_of() -> None:
    one, two = FAMILIA | {"integrert_til": "2021-06-01"}, FAMILIA | {"integrert_til": "2023-07-01"}
    assert entries(one, two) == [("1103", "VISMA_FAMILIA", "2023-06-30 22:00:00")]
    assert entries(one, FAMILIA | {"integrert_til": "2023-07-02"}) == [("1103", "VISMA_FAMILIA", None)]
