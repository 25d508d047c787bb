from __future__ import annotations

from typing import Any

from support.stages import roster_stage

FAMILIA = {"kommunenummer": "0301", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
RECIPIENTS = [
    {
        "bydelRessursId": f"{number}0000000-0000-4000-8000-000000000000",
        "kommunenummer": "0301",
        "bydelsnummer": f"0{number}",
    }
    for number in (0, 1, 2)
]


def held(*districts: str) -> list[tuple[Any, ...]]:
    rows = [FAMILIA | {"bydelsnummer": district} for district in districts]
    with roster_stage(case_systems=rows, recipients=RECIPIENTS) as connection:
        query = "SELECT entry_id, left(recipient_id::VARCHAR, 1) FROM roster__entry_recipients"
        return connection.execute(query).fetchall()


def test_an_entry_of_the_whole_municipality_holds_every_recipient_of_it() -> None:
    assert held("") == [("0301", "0"), ("0301", "1"), ("0301", "2")]


def test_a_district_claims_its_own_recipient_and_the_municipality_holds_the_rest() -> None:
    assert held("", "02") == [("0301", "0"), ("0301", "1"), ("0301-02", "2")]


def test_a_recipient_that_no_entry_claims_is_held_by_none() -> None:
    assert held("01") == [("0301-01", "1")]
