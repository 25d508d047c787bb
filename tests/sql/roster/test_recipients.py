from __future__ import annotations

from support.stages import roster_stage

ONE = "11111111-1111-4111-8111-111111111111"


def test_a_recipient_stands_once_with_its_place_in_plain_form() -> None:
    row = {"bydelRessursId": ONE, "kommunenummer": "0301", "bydelsnummer": "1", "fagsystem": "visma familia"}
    with roster_stage(recipients=[row, row | {"bydelRessursId": ONE.upper()}]) as connection:
        found = connection.execute(
            "SELECT recipient_id::VARCHAR, municipality_no, district_no, case_system, org_id FROM roster__recipients"
        ).fetchall()
    assert found == [(ONE, "0301", "01", "VISMA_FAMILIA", None)]


def test_of_two_rows_for_one_recipient_the_one_that_says_familia_stands() -> None:
    row = {"bydelRessursId": ONE, "kommunenummer": "0301", "fagsystem": "DIPS_BARNEVERN"}
    with roster_stage(recipients=[row, row | {"fagsystem": "VISMA_FAMILIA"}]) as connection:
        assert connection.execute("SELECT case_system FROM roster__recipients").fetchall() == [("VISMA_FAMILIA",)]
