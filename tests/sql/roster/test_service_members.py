from __future__ import annotations

from support.stages import roster_stage


def test_a_place_that_a_service_serves_has_its_canonical_number_and_its_dates() -> None:
    given = [{"tjeneste_id": "T1", "kommunenummer": "0301", "bydelsnummer": "5", "gyldig_til": "2022-01-01"}]
    with roster_stage(service_members=given) as connection:
        found = connection.execute(
            "SELECT service_id, municipality_no, canonical_no, district_no, valid_from, valid_to::VARCHAR"
            " FROM roster__service_members"
        ).fetchall()
    assert found == [("T1", "0301", "0301", "05", None, "2022-01-01")]
