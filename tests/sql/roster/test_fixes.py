from __future__ import annotations

from support.stages import roster_stage


def test_a_version_is_kept_as_numbers_and_a_date_counts_from_its_end() -> None:
    row = {"kommunenummer": "1103", "versjon": "Familia 23.10.1", "installert": "2023-05-31", "bekreftet_av": "Visma"}
    with roster_stage(fixes=[row | {"bekreftet_tidspunkt": "2023-06-01T10:00:00"}]) as connection:
        found = connection.execute(
            "SELECT version_parts, installed_utc::VARCHAR, confirmed_by, confirmed_utc::VARCHAR FROM roster__fixes"
        ).fetchall()
    assert found == [([23, 10, 1], "2023-05-31 22:00:00", "Visma", "2023-06-01 08:00:00")]


def test_a_fix_that_nobody_confirmed_says_so() -> None:
    with roster_stage(fixes=[{"kommunenummer": "1103", "versjon": "23.2", "bekreftet_av": " "}]) as connection:
        found = connection.execute("SELECT installed_utc, confirmed_by, confirmed_utc FROM roster__fixes").fetchall()
    assert found == [(None, None, None)]
