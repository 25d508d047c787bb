from __future__ import annotations

from support.stages import roster_stage


def test_the_interval_of_an_integration_is_norwegian_and_half_open() -> None:
    row = {"kommunenummer": "1103", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
    rows = [row | {"integrert_til": "2022-07-01"}, row | {"integrert_fra": "", "fagsystem": "UKJENT"}]
    with roster_stage(case_systems=rows) as connection:
        found = connection.execute(
            "SELECT canonical_no, case_system, from_utc::VARCHAR, to_utc::VARCHAR, source_row FROM roster__case_systems"
        ).fetchall()
    assert found == [
        ("1103", "VISMA_FAMILIA", "2020-12-31 23:00:00", "2022-06-30 22:00:00", 2),
        ("1103", "UKJENT", None, None, 3),
    ]
