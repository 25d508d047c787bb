"""Which service acts for a place, by the SQL and by a plain walk through the days."""

from __future__ import annotations

import random
from datetime import date, timedelta

from support.stages import roster_stage

FIRST, DAYS = date(2023, 1, 1), 9
PLACES = ("", "05")
NUMBERS = [str(number) for number in range(9000, 9300)]


def member(chance: random.Random, number: str) -> dict[str, str]:
    """A membership of three services' that begins and ends on some day, or is open; some end before they begin."""
    begins, ends = ((FIRST + timedelta(days=chance.randrange(DAYS))).isoformat() for _ in range(2))
    return {
        "tjeneste_id": chance.choice(["T1", "T2", "T3"]),
        "kommunenummer": number,
        "bydelsnummer": chance.choice(PLACES),
        "gyldig_fra": chance.choice(["", begins, begins]),
        "gyldig_til": chance.choice(["", ends]),
    }


def walked(rows: list[dict[str, str]], district: str) -> list[str | None]:
    """The acting service on each day: the place's own first, then the latest row; else who did before."""
    acting: str | None = None
    found = []
    # Rows without a beginning were valid before the first day that is looked at.
    for day in [date(1900, 1, 1), *(FIRST + timedelta(days=number) for number in range(DAYS))]:
        now = day.isoformat()
        valid = [
            row
            for row in rows
            if (row["gyldig_fra"] or "1900-01-01") <= now < (row["gyldig_til"] or "9999-12-31")
            and (not district or row["bydelsnummer"] in ("", district))
        ]
        if valid:
            rank = max((row["bydelsnummer"] == district, row["gyldig_fra"] or "1900-01-01") for row in valid)
            best = {
                row["tjeneste_id"]
                for row in valid
                if (row["bydelsnummer"] == district, row["gyldig_fra"] or "1900-01-01") == rank
            }
            acting = best.pop() if len(best) == 1 else None
        found.append(acting)
    return found[1:]


def test_on_each_day_the_same_service_acts_as_by_a_walk_through_the_days() -> None:
    chance = random.Random(20231001)
    rows = {number: [member(chance, number) for _ in range(chance.randrange(7))] for number in NUMBERS}
    familia = {"fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
    entries = [familia | {"kommunenummer": n, "bydelsnummer": district} for n in NUMBERS for district in PLACES]
    with roster_stage(
        case_systems=entries, service_members=[row for each in rows.values() for row in each]
    ) as connection:
        made = connection.execute("""
            SELECT entry.municipality_no, entry.district_no, acting.service_id
            FROM roster__entry_places AS entry
            CROSS JOIN range(DATE '2023-01-01', DATE '2023-01-10', INTERVAL 1 DAY) AS days(day)
            LEFT JOIN roster__entry_services AS acting
                ON acting.entry_id = entry.entry_id AND acting.from_date <= days.day AND days.day < acting.to_date
            ORDER BY entry.municipality_no, entry.district_no, days.day
        """).fetchall()
    assert made == [
        (n, district, service) for n in NUMBERS for district in PLACES for service in walked(rows[n], district)
    ]
    assert {service for *_, service in made} == {"T1", "T2", "T3", None}
