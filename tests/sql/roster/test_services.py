from __future__ import annotations

from support.stages import roster_stage


def test_a_service_that_stands_twice_counts_once_as_first_written() -> None:
    given = [
        {"tjeneste_id": "T2", "navn": "Første", "vert_kommunenummer": "0301"},
        {"tjeneste_id": "T2", "navn": "Andre", "vert_kommunenummer": "1103"},
        {"tjeneste_id": "T1", "navn": "Alene", "vert_kommunenummer": "4601"},
    ]
    with roster_stage(services=given) as connection:
        found = connection.execute("SELECT * FROM roster__services").fetchall()
    assert found == [("T1", "Alene", "4601"), ("T2", "Første", "0301")]
