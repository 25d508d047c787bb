from __future__ import annotations

from typing import Any

from support.stages import roster_stage

FAMILIA = {"kommunenummer": "1103", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
LEFT = [
    FAMILIA | {"integrert_til": "2022-01-01"},
    FAMILIA | {"fagsystem": "DIPS_BARNEVERN", "integrert_fra": "2022-01-01"},
]
RECIPIENT = {"bydelRessursId": "11111111-1111-4111-8111-111111111111", "kommunenummer": "1103"}


def conflicts(case_systems: list[dict[str, str]], said: str) -> list[tuple[Any, ...]]:
    with roster_stage(case_systems=case_systems, recipients=[RECIPIENT | {"fagsystem": said}]) as connection:
        return connection.execute("SELECT entry_id FROM roster__conflicts").fetchall()


def test_the_portal_saying_familia_where_the_registry_says_another_system_now_is_a_conflict() -> None:
    assert conflicts(LEFT, "VISMA_FAMILIA") == [("1103",)]


def test_the_same_system_in_both_is_no_conflict() -> None:
    assert conflicts([FAMILIA], "VISMA_FAMILIA") == []


def test_a_portal_that_says_another_system_or_nothing_is_no_conflict() -> None:
    assert conflicts(LEFT, "DIPS_BARNEVERN") == []
    assert conflicts(LEFT, "") == []
