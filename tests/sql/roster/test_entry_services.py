"""Which service acts for an entry on which day."""

from __future__ import annotations

from typing import Any

from support.stages import columns_wanted, roster_stage

FAMILIA = {"kommunenummer": "3001", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
SERVICES = [
    {"tjeneste_id": f"T{n}", "navn": f"T{n}", "vert_kommunenummer": host} for n, host in ((1, "3001"), (2, "3101"))
]
RENUMBERED = [{"old_no": "3101", "canonical_no": "3001"}]
EVER, OPEN = "1900-01-01", "9999-12-31"


def acting(*members: dict[str, str], **files: Any) -> list[tuple[Any, ...]]:
    given = {"case_systems": [FAMILIA], "services": SERVICES, "renumberings": RENUMBERED} | files
    with roster_stage(service_members=members, **given) as connection:
        return connection.execute(
            "SELECT entry_id, service_id, from_date::VARCHAR, to_date::VARCHAR FROM roster__entry_services"
        ).fetchall()


def member(service: str, since: str = "", until: str = "", **changed: str) -> dict[str, str]:
    place = {"tjeneste_id": service, "kommunenummer": "3001", "gyldig_fra": since, "gyldig_til": until}
    return place | changed


def test_a_place_that_no_service_serves_has_no_row() -> None:
    assert acting() == []
    assert acting(member("T1", kommunenummer="3002"), member("T1", bydelsnummer="05"), case_systems=[]) == []


def test_a_service_acts_from_the_day_that_it_takes_over() -> None:
    assert acting(member("T1", "2020-01-01", "2023-10-01"), member("T2", "2023-10-01")) == [
        ("3001", "T1", "2020-01-01", "2023-10-01"),
        ("3001", "T2", "2023-10-01", OPEN),
    ]


def test_before_the_first_service_nobody_acts_and_after_the_last_the_last_still_does() -> None:
    assert acting(member("T1", "2021-01-01", "2022-01-01"), member("T2", "2022-06-01", "2023-01-01")) == [
        ("3001", "T1", "2021-01-01", "2022-06-01"),
        ("3001", "T2", "2022-06-01", OPEN),
    ]


def test_of_two_that_are_valid_the_later_acts_and_two_from_one_day_are_nobody() -> None:
    assert acting(member("T1"), member("T2", "2022-01-01")) == [
        ("3001", "T1", EVER, "2022-01-01"),
        ("3001", "T2", "2022-01-01", OPEN),
    ]
    assert acting(member("T1", "2020-01-01", "2022-01-01"), member("T2", "2020-01-01")) == [
        ("3001", None, "2020-01-01", "2022-01-01"),
        ("3001", "T2", "2022-01-01", OPEN),
    ]


def test_a_districts_own_service_goes_before_the_municipalitys_only_while_it_is_valid() -> None:
    found = acting(
        member("T1"), member("T2", "2020-01-01", "2022-01-01", bydelsnummer="05"),
        case_systems=[FAMILIA | {"bydelsnummer": "05"}],
    )  # fmt: skip
    assert found == [
        ("3001-05", "T1", EVER, "2020-01-01"),
        ("3001-05", "T2", "2020-01-01", "2022-01-01"),
        ("3001-05", "T1", "2022-01-01", OPEN),
    ]


def test_a_renumbered_place_is_served_under_any_of_its_numbers_and_its_host_is_the_same() -> None:
    members = [member("T2", "2020-01-01", "2024-01-01"), member("T2", "2024-01-01", kommunenummer="3101")]
    assert {row[1] for row in acting(*members)} == {"T2"}
    with roster_stage(
        case_systems=[FAMILIA], services=SERVICES, renumberings=RENUMBERED, service_members=members
    ) as connection:
        hosts = connection.execute("SELECT DISTINCT host_canonical_no FROM roster__entry_services").fetchall()
        made = {row[0] for row in connection.execute("DESCRIBE roster__entry_services").fetchall()}
    assert hosts == [("3001",)]
    assert made == columns_wanted("roster__entry_services")
