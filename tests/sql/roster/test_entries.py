from __future__ import annotations

from typing import Any

from support.stages import columns_wanted, roster_stage

FAMILIA = {"kommunenummer": "0301", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
SERVICES = [
    {"tjeneste_id": "T1", "navn": "Sentrum", "vert_kommunenummer": "0301"},
    {"tjeneste_id": "T2", "navn": "Øst", "vert_kommunenummer": "0301"},
]
NAMES = [{"kommunenummer": "0301", "navn": "Oslo"}]


def entries(columns: str, **files: Any) -> list[tuple[Any, ...]]:
    with roster_stage(**files) as connection:
        return connection.execute(f"SELECT {columns} FROM roster__entries").fetchall()  # noqa: S608


def member(service: str, **changed: str) -> dict[str, str]:
    return {"tjeneste_id": service, "kommunenummer": "0301"} | changed


def test_an_entry_has_its_name_and_the_service_that_serves_it() -> None:
    found = entries(
        "entry_id, name, service_id, host_municipality_no",
        case_systems=[FAMILIA], services=SERVICES, municipalities=NAMES, service_members=[member("T1")],
    )  # fmt: skip
    assert found == [("0301", "Oslo", "T1", "0301")]


def test_an_entry_that_no_service_or_name_is_known_for_is_still_an_entry() -> None:
    assert entries("entry_id, name, service_id", case_systems=[FAMILIA]) == [("0301", "0301", None)]


def test_a_service_of_the_own_district_goes_before_the_whole_municipalitys() -> None:
    members = [member("T1"), member("T2", bydelsnummer="05")]
    found = entries(
        "entry_id, service_id",
        case_systems=[FAMILIA, FAMILIA | {"bydelsnummer": "05"}], services=SERVICES, service_members=members,
    )  # fmt: skip
    assert found == [("0301", "T1"), ("0301-05", "T2")]


def test_the_service_that_serves_now_goes_before_the_one_that_did() -> None:
    members = [member("T1", gyldig_til="2022-01-01"), member("T2", gyldig_fra="2022-01-01")]
    assert entries("service_id", case_systems=[FAMILIA], services=SERVICES, service_members=members) == [("T2",)]


def test_two_services_for_one_entry_name_none_of_them() -> None:
    members = [member("T1"), member("T2")]
    assert entries("service_id", case_systems=[FAMILIA], services=SERVICES, service_members=members) == [(None,)]


def test_the_table_has_the_columns_that_other_rooms_read() -> None:
    with roster_stage(case_systems=[FAMILIA]) as connection:
        made = {row[0] for row in connection.execute("DESCRIBE roster__entries").fetchall()}
    assert columns_wanted("roster__entries") <= made


def test_an_empty_roster_is_an_empty_table() -> None:
    assert entries("*") == []
