"""Which intervals of the portal's log are fetched."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldingskontroll.portal.intervals import contiguous, days_again, instants, months, oslo_text, to_fetch

DAY = timedelta(days=1)
HOURS = st.integers(min_value=0, max_value=24 * 400)
START = datetime(2022, 3, 1)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def test_nothing_asked_gives_nothing_to_fetch() -> None:
    assert months(START, START) == []
    assert contiguous([]) is None


def test_months_are_cut_at_norwegian_midnights_on_both_sides_of_summer_time() -> None:
    pieces = months(datetime(2022, 2, 28, 23), datetime(2022, 5, 1))
    assert pieces == [
        (datetime(2022, 2, 28, 23), datetime(2022, 3, 31, 22)),
        (datetime(2022, 3, 31, 22), datetime(2022, 4, 30, 22)),
        (datetime(2022, 4, 30, 22), datetime(2022, 5, 1)),
    ]


def test_a_day_is_fetched_with_the_days_before_it_whose_acknowledgements_may_have_come() -> None:
    pieces = days_again(datetime(2022, 3, 28, 22), 2)
    # The night to summer time is 23 hours long.
    assert pieces == [
        (datetime(2022, 3, 25, 23), datetime(2022, 3, 26, 23)),
        (datetime(2022, 3, 26, 23), datetime(2022, 3, 27, 22)),
        (datetime(2022, 3, 27, 22), datetime(2022, 3, 28, 22)),
    ]


def test_during_the_day_the_last_day_fetched_is_yesterday() -> None:
    assert days_again(datetime(2022, 3, 29, 12), 0) == [(datetime(2022, 3, 27, 22), datetime(2022, 3, 28, 22))]


@given(st.lists(st.tuples(HOURS, HOURS), max_size=6), st.tuples(HOURS, HOURS))
def test_extracts_stay_disjoint_and_what_was_asked_for_is_covered(
    asked: list[tuple[int, int]], last: tuple[int, int]
) -> None:
    have: set[tuple[datetime, datetime]] = set()
    for one, other in [*asked, last]:
        if one == other:
            continue
        wanted = (at(min(one, other)), at(max(one, other)))
        pieces = to_fetch(wanted, have)
        have |= set(pieces)
        ordered = sorted(have)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(ordered))
        assert pieces == sorted(pieces)
        assert pieces[0][0] <= wanted[0]
        assert pieces[-1][1] >= wanted[1]
        assert all(before[1] == after[0] for before, after in itertools.pairwise(pieces))


def test_a_gap_ends_what_is_covered() -> None:
    assert contiguous([(at(48), at(72)), (at(0), at(24)), (at(24), at(30))]) == (at(0), at(30))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2022, 6, 30, 22), "2022-07-01T00:00:00"),
        (datetime(2022, 12, 31, 23), "2023-01-01T00:00:00"),
        (datetime(2022, 10, 30, 0, 30), "2022-10-30T02:30:00+02:00"),
        (datetime(2022, 10, 30, 1, 30), "2022-10-30T02:30:00+01:00"),
    ],
)
def test_a_moment_written_as_the_portal_does_is_read_back_as_the_same_moment(moment: datetime, text: str) -> None:
    assert oslo_text(moment) == text
    assert instants(text) == (moment, moment)


def test_the_doubled_hour_without_an_offset_means_either_of_two_moments() -> None:
    assert instants("2022-10-30T02:30:00") == (datetime(2022, 10, 30, 0, 30), datetime(2022, 10, 30, 1, 30))
