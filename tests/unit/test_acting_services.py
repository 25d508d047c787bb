"""Which service acts for a place, by the SQL and by a plain walk through the days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from support.stages import roster_stage

FIRST, LAST = date(2023, 1, 1), date(2023, 1, 9)
PLACES = ("", "05")
days = st.integers(0, 8).map(lambda number: (FIRST + timedelta(days=number)).isoformat())
members = st.fixed_dictionaries(
    {
        "tjeneste_id": st.sampled_from(["T1", "T2", "T3"]),
        "kommunenummer": st.just("1103"),
        "bydelsnummer": st.sampled_from(PLACES),
        "gyldig_fra": st.one_of(st.just(""), days),
        "gyldig_til": st.one_of(st.just(""), days),
    }
)


def walked(rows: list[dict[str, str]], district: str) -> list[str | None]:
    """The acting service on each day: the place's own before the whole or a part, the latest row; else who did before."""
    acting: str | None = None
    found = []
    # Rows without a beginning were valid before the first day that is looked at.
    for day in [date(1900, 1, 1), *(FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))]:
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


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(members, max_size=6))
def test_on_each_day_the_same_service_acts_as_by_a_walk_through_the_days(rows: list[dict[str, str]]) -> None:
    familia = {"kommunenummer": "1103", "fagsystem": "VISMA_FAMILIA", "integrert_fra": "2021-01-01"}
    entries = [familia | {"bydelsnummer": district} for district in PLACES]
    with roster_stage(case_systems=entries, service_members=rows) as connection:
        made: list[tuple[Any, ...]] = connection.execute("""
            SELECT entry.district_no, acting.service_id
            FROM roster__entry_places AS entry
            CROSS JOIN range(DATE '2023-01-01', DATE '2023-01-10', INTERVAL 1 DAY) AS days(day)
            LEFT JOIN roster__entry_services AS acting
                ON acting.entry_id = entry.entry_id AND acting.from_date <= days.day AND days.day < acting.to_date
            ORDER BY entry.district_no, days.day
        """).fetchall()
    expected = [(district, service) for district in PLACES for service in walked(rows, district)]
    assert made == expected
