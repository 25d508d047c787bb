from __future__ import annotations

from typing import Any

from support.stages import roster_stage

ONE = "11111111-1111-4111-8111-111111111111"
FAMILIA = {"kommunenummer": "1103", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2019-01-01"}
RECIPIENT = {"bydelRessursId": ONE, "kommunenummer": "4601", "bydelsnummer": "02"}
HEARD = [{"recipient_id": ONE, "sent_utc": "2021-01-01 10:00:00"}]


def places(**files: Any) -> list[tuple[Any, ...]]:
    columns = "canonical_no, district_no, case_system, made_from, from_utc::VARCHAR, to_utc::VARCHAR"
    with roster_stage(**files) as connection:
        return connection.execute(f"SELECT {columns} FROM roster__places").fetchall()  # noqa: S608


def test_nothing_is_in_scope_where_nothing_is_known() -> None:
    assert places() == []


def test_visma_familia_is_in_scope_from_the_start_of_the_fault_until_as_of() -> None:
    assert places(case_systems=[FAMILIA]) == [
        ("1103", "", "VISMA_FAMILIA", "registry", "2020-08-31 22:00:00", "2023-07-01 12:00:00")
    ]


def test_an_unknown_system_is_in_scope_from_the_start_of_the_fault_whatever_its_dates() -> None:
    found = places(case_systems=[FAMILIA | {"fagsystem": "UKJENT", "integrert_fra": "2022-01-01"}])
    assert [row[4] for row in found] == ["2020-08-31 22:00:00"]


def test_what_ended_before_the_fault_began_later_or_is_another_system_is_not_in_scope() -> None:
    ended, never = FAMILIA | {"integrert_til": "2020-09-01"}, FAMILIA | {"integrert_fra": ""}
    other, future = FAMILIA | {"fagsystem": "DIPS_BARNEVERN"}, FAMILIA | {"integrert_fra": "2023-07-02"}
    assert places(case_systems=[ended, never, other, future]) == []


def test_a_recipient_with_messages_in_a_municipality_that_the_registry_lacks_is_in_scope_as_unknown() -> None:
    found = places(case_systems=[FAMILIA], recipients=[RECIPIENT], messages=HEARD)
    assert found[1] == ("4601", "02", "UKJENT", "recipient", "2020-08-31 22:00:00", "2023-07-01 12:00:00")


def test_a_recipient_without_messages_or_of_a_municipality_that_the_registry_knows_makes_no_place() -> None:
    before = [{"recipient_id": ONE, "sent_utc": "2020-08-31 21:59:59"}]
    known = FAMILIA | {"kommunenummer": "4601", "fagsystem": "DIPS_BARNEVERN"}
    assert places(recipients=[RECIPIENT]) == []
    assert places(recipients=[RECIPIENT], messages=before) == []
    assert places(case_systems=[known], recipients=[RECIPIENT], messages=HEARD) == []
