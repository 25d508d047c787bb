from __future__ import annotations

from support.stages import roster_stage


def test_a_municipality_is_read_as_text_with_its_dates() -> None:
    given = [
        {"kommunenummer": "0301", "navn": "Oslo", "fylkesnummer": "03", "fylke": "Oslo", "gyldig_fra": "1838-01-01"}
    ]
    with roster_stage(municipalities=given) as connection:
        found = connection.execute(
            "SELECT municipality_no, name, county_no, valid_from::VARCHAR, valid_to FROM roster__municipalities"
        ).fetchall()
    assert found == [("0301", "Oslo", "03", "1838-01-01", None)]
