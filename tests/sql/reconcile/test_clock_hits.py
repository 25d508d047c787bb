from __future__ import annotations

from support.set_clocks import one_step, steady


def test_a_row_lies_by_the_line_of_its_own_time_and_not_by_the_others() -> None:
    found = one_step()[1].table("reconcile__clock_hits", "max(place)::BIGINT", "line_no = 0")
    places = one_step()[1].table("reconcile__clock_rows", "max(place)::BIGINT", "written_at < '2022-03-14'")
    assert found == places


def test_a_row_speaks_once_for_a_line() -> None:
    assert one_step()[1].table("reconcile__clock_hits", "count(*) - count(DISTINCT (line_no, row_no))") == [(0,)]


def test_a_steady_clock_has_no_lines_to_lie_by() -> None:
    assert steady()[1].table("reconcile__clock_hits") == []
