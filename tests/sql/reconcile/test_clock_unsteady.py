from __future__ import annotations

from support.set_clocks import clock_log, one_step, steady, stepping


def test_a_steady_clock_is_not_looked_at_again() -> None:
    assert steady()[1].table("reconcile__clock_unsteady") == []


def test_a_clock_that_was_set_is() -> None:
    assert one_step()[1].table("reconcile__clock_unsteady", "rows") == [(98,)]


def test_fewer_than_sixty_rows_are_never_split_whatever_they_show() -> None:
    _, result = clock_log(stepping("2021-12-01T00:00:00", 3600), messages=59, days=16)
    assert result.table("reconcile__clock_unsteady") == []
    assert len(result.table("reconcile__clocks")) == 1
