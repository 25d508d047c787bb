"""Clocks that are set, drift or change their convention inside a log, and the hours that come twice or never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.scene import OSLO, Scene, at
from support.set_clocks import clock_log, drifting, one_step, periods, steady, stepping

FOLDS = ("2020-10-25", "2021-10-31", "2022-10-30")
GAPS = ("2021-03-28", "2022-03-27", "2023-03-26")


def test_a_steady_clock_has_one_period_and_one_offset() -> None:
    place, result = steady()
    assert [row[:4] for row in periods(result)] == [(1, 1, "oslo", True)]
    assert abs(result.entry(place)["clock_offset_s"] - 180) <= 30


def test_a_clock_set_an_hour_ahead_has_two_periods_and_no_one_offset() -> None:
    place, result = one_step()
    first, second = periods(result)
    assert first[1:4] == (2, "oslo", True) and abs(first[4]) <= 30
    assert second[3] is True and abs(second[4] - (3600 if second[2] == "oslo" else 0)) <= 30
    assert result.entry(place)["clock_offset_s"] is None


def test_only_the_truly_lost_are_lost_where_the_clock_was_set() -> None:
    place, result = one_step()
    assert result.called(place, "lost") == "m20 m80"


def test_rows_that_answer_nothing_leave_losses_open_where_a_clock_was_set_and_only_there() -> None:
    beside = ("2022-02-02T02:00:00",)
    unsteady, set_once = clock_log(stepping("2022-03-14T00:00:00", 3600), lost="m20 m80", beside=beside)
    even, never_set = clock_log(stepping("2022-03-14T00:00:00", 0), lost="m20 m80", beside=beside)
    assert [never_set.entry(even)[name] for name in ("lost_low", "lost")] == [2, 2]
    assert [set_once.entry(unsteady)[name] for name in ("lost_low", "lost")] == [1, 2]


def test_no_row_and_no_message_is_doubled_by_two_periods() -> None:
    place, result = one_step()
    rows = result.table("intake__registrations", "count(*)")
    for relation in ("reconcile__rows_in_time", "reconcile__time_rows"):
        assert result.table(relation, "count(*)") == rows
        assert result.table(relation, "count(DISTINCT row_no)") == rows
    assert result.table("reconcile__findings", "count(*), count(DISTINCT message_id)") == [(100, 100)]
    entry = result.entry(place)
    parts = ("registered", "printed", "not_delivered", "in_transit", "lost", "unknown")
    assert entry["sent"] == 100 == sum(entry[part] for part in parts)
    assert entry["uploads"] == 1 and entry["registrations"] == 98


def test_the_periods_of_a_log_follow_each_other_from_its_first_row_to_after_its_last() -> None:
    _, result = one_step()
    spans = result.table("reconcile__clocks", "from_local, to_local")
    assert [end for _, end in spans[:-1]] == [begin for begin, _ in spans[1:]]
    ((first, last),) = result.table("reconcile__rows_in_time", "min(written_at), max(written_at)")
    assert spans[0][0] == first and spans[-1][1] > last


@pytest.mark.parametrize("seconds", [-3600, -400, 400])
def test_a_row_is_never_moved_before_its_message_by_a_step(seconds: float) -> None:
    place, result = clock_log(stepping("2022-03-14T00:00:00", seconds))
    assert result.called(place, "lost") == ""
    assert result.table("reconcile__extras") == []
    assert len(periods(result)) == 2


def test_a_drift_is_found_with_its_pace() -> None:
    place, result = clock_log(drifting(-2.5), lost="m30")
    ((_, count, convention, identified, _, pace),) = periods(result)
    assert (count, convention, identified) == (1, "oslo", True) and abs(pace + 2.5) < 0.05
    assert result.entry(place)["clock_offset_s"] is None
    assert result.called(place, "lost") == "m30"


def test_a_convention_that_changes_is_found_where_it_changes() -> None:
    """Norwegian time until summer time did not come one spring, from then on winter time all year."""
    place, result = clock_log(lambda _: 0, wall=lambda moment: "oslo" if moment < at("2022-03-27T01:00:00") else "cet")
    first, second = periods(result)
    assert (first[2], second[2]) == ("oslo", "cet") and max(abs(first[4]), abs(second[4])) <= 30
    assert abs(result.entry(place)["clock_offset_s"]) <= 30
    assert result.called(place, "lost") == ""


def test_a_log_whose_days_have_no_time_has_one_period_that_is_not_identified() -> None:
    place, result = clock_log(lambda _: 0, resolution_s=86400)
    assert periods(result) == [(1, 1, "oslo", False, None, 0)]
    assert result.table("reconcile__rows_in_time", "DISTINCT clock_identified") == [(False,)]
    assert result.entry(place)["clock_offset_s"] is None


def of_one_night(instants: list[datetime], walls: list[datetime], convention: str) -> tuple[Scene, str, list[object]]:
    """A year's log by one convention with some rows of one night: what is lost, and what hour each row is marked by."""
    scene = Scene()
    place = scene.place("1811", since="2020-09-01T00:00:00")
    names = [f"m{number}" for number in range(30)]
    begin = instants[0] - timedelta(days=50)
    place.send_each(" ".join(names), first=begin.replace(hour=9).isoformat(), days=4)
    night = [f"n{number}" for number in range(len(instants))]
    for name, moment in zip(night, instants, strict=True):
        later = moment + timedelta(hours=1) if moment.hour == 0 and moment.month == 10 else moment
        place.send(name, moment, sent_later_utc=later)
    upload = place.upload(period=("2020-09-01T00:00:00", "2023-07-01T00:00:00"))
    upload.by_time(" ".join(names), wall=convention)
    for wall in walls:
        summer = timedelta(hours=2)
        early = wall - summer if wall.month == 10 else wall - timedelta(hours=1)
        upload.row(early, received_local=wall, received_utc=early, received_later_utc=wall - timedelta(hours=1))
    result = scene.reconcile()
    marks = result.table("reconcile__rows_in_time", "hour_occurs", "day(written_at) >= 25 AND hour(written_at) = 2")
    return scene, result.called(place, "lost"), [mark for (mark,) in marks]


@pytest.mark.parametrize("day", FOLDS)
@pytest.mark.parametrize("hour", [0, 1])
def test_a_row_in_the_doubled_hour_is_marked_and_finds_its_message_at_either_instant(day: str, hour: int) -> None:
    sent = at(f"{day}T00:{20 + hour}:00", hours=hour)
    _, lost, marks = of_one_night([sent], [at(f"{day}T02:{20 + hour}:20")], "oslo")
    assert (lost, marks) == ("", ["twice"])


@pytest.mark.parametrize("day", GAPS)
def test_a_row_in_the_hour_that_never_comes_is_marked_and_read_late(day: str) -> None:
    _, lost, marks = of_one_night([at(f"{day}T01:20:00")], [at(f"{day}T02:20:20")], "oslo")
    assert (lost, marks) == ("", ["never"])
    _, lost, _ = of_one_night([at(f"{day}T00:20:00")], [at(f"{day}T02:20:20")], "oslo")
    assert lost == ""


@pytest.mark.parametrize("day", [FOLDS[1], GAPS[1]])
@pytest.mark.parametrize(("convention", "hours"), [("utc", 0), ("cet", 1)])
def test_by_a_clock_without_summer_time_both_hours_are_ordinary(day: str, convention: str, hours: int) -> None:
    wall = at(f"{day}T02:20:20")
    sent = wall - timedelta(hours=hours, seconds=20)
    _, lost, marks = of_one_night([sent], [wall], convention)
    assert (lost, marks) == ("", [None])


def test_the_nights_are_those_on_which_norway_changed_its_clocks() -> None:
    for day in FOLDS + GAPS:
        noon = at(f"{day}T12:00:00").replace(tzinfo=UTC)
        assert noon.astimezone(OSLO).utcoffset() != (noon - timedelta(days=1)).astimezone(OSLO).utcoffset()
