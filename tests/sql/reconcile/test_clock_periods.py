from __future__ import annotations

from datetime import datetime

from support.scene import at
from support.set_clocks import clock_log, one_step, steady, stepping


def boundary(ahead: object) -> datetime:
    _, result = clock_log(ahead)  # type: ignore[arg-type]
    (_, (begin,)) = result.table("reconcile__clock_periods", "from_at")
    assert isinstance(begin, datetime)
    return begin


def test_periods_follow_each_other_without_a_gap_and_have_no_outer_end() -> None:
    first, second = one_step()[1].table("reconcile__clock_periods", "from_at, to_at, certain")
    assert first == (None, second[0], True) and second[1:] == (None, True)


def test_a_clock_set_ahead_is_taken_out_only_from_the_first_row_that_shows_it() -> None:
    rows = [row for (row,) in one_step()[1].table("reconcile__clock_rows", "written_at")]
    begin = boundary(stepping("2022-03-14T00:00:00", 3600))
    assert begin >= min(row for row in rows if row >= at("2022-03-14T00:00:00"))


def test_a_clock_set_back_is_taken_out_from_the_last_row_that_shows_the_old_time() -> None:
    assert boundary(stepping("2022-03-14T00:00:00", -3600)) <= at("2022-03-14T00:00:00")


def test_a_steady_clock_has_no_periods_to_find() -> None:
    assert steady()[1].table("reconcile__clock_periods") == []
