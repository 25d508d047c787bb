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


def test_a_districts_row_speaks_for_its_recipient_while_it_is_in_force_and_the_municipalitys_after_it() -> None:
    district = FAMILIA | {"bydelsnummer": "02"}
    municipality = FAMILIA | {"fagsystem": "DIPS_BARNEVERN"}
    recipient = RECIPIENT | {"bydelsnummer": "02", "fagsystem": "VISMA_FAMILIA"}
    for until, expected in (("", []), ("2022-01-01", [("1103-02",)])):
        rows = [district | {"integrert_til": until}, municipality]
        with roster_stage(case_systems=rows, recipients=[recipient]) as connection:
            assert connection.execute("SELECT entry_id FROM roster__conflicts").fetchall() == expected


def test_only_what_the_registry_says_of_the_place_itself_and_of_now_contradicts_the_portal() -> None:
    # The registry's days begin at midnight in Norway; as_of is noon UTC, 14:00 in Norway.
    for until, expected in (("2023-07-01T14:00:00", []), ("2023-07-01T14:00:01", [("1103",)])):
        dips = FAMILIA | {"fagsystem": "DIPS_BARNEVERN", "integrert_til": until}
        assert conflicts([LEFT[0], dips], "VISMA_FAMILIA") == expected
    elsewhere = LEFT[1] | {"kommunenummer": "1106"}
    assert conflicts([LEFT[0], elsewhere], "VISMA_FAMILIA") == []
    assert conflicts([FAMILIA, LEFT[1]], "VISMA_FAMILIA") == []
