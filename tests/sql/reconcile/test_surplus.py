from __future__ import annotations

from support.scene import Scene, at
from support.set_clocks import clock_log, stepping


def test_a_row_that_answers_nothing_is_surplus_and_one_that_answers_is_not() -> None:
    place = Scene().place("1811").send_each("a b c d")
    place.upload().by_time("a b c d").row(at("2023-03-01T12:00:00"))
    result = place.scene.reconcile()
    assert result.table("reconcile__surplus", "at_utc") == [(at("2023-03-01T11:59:45"),)]


def test_a_row_that_names_a_message_by_id_is_never_surplus() -> None:
    place = Scene().place("1811").send_each("a b")
    place.upload().by_id("a b")
    assert place.scene.reconcile().table("reconcile__surplus", "row_no") == []


def test_a_missing_message_just_after_an_unused_row_of_an_unknown_clock_is_unknown_not_lost() -> None:
    place = Scene().place("1811").send("a", "2023-03-01T12:00:00")
    place.upload().row(at("2023-03-01T11:55:00"))
    result = place.scene.reconcile()
    assert result.table("reconcile__surplus", "clock_identified") == [(False,)]
    assert result.table("reconcile__missing", "cause") == [("clock_not_identified",)]
    assert result.table("reconcile__entries", "lost, unknown, lost_high") == [(0, 1, 1)]


def test_it_is_said_of_a_row_whether_its_logs_clock_kept_to_one_line() -> None:
    beside = ("2022-02-02T02:00:00",)
    for seconds, steady in ((3600, False), (0, True)):
        _, result = clock_log(stepping("2022-03-14T00:00:00", seconds), beside=beside)
        assert result.table("reconcile__surplus", "clock_steady") == [(steady,)]


def test_an_unused_row_hours_before_excuses_nothing() -> None:
    place = Scene().place("1811").send("a", "2023-03-01T12:00:00")
    place.upload().row(at("2023-03-01T06:00:00"))
    assert place.scene.reconcile().table("reconcile__missing", "cause") == [("lost",)]
