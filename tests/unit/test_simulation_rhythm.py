"""Messages are sent when Norwegians send them, and every time is a real instant, also when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from meldingskontroll.simulation import rhythm
from meldingskontroll.simulation.rhythm import OSLO


def test_local_times_are_those_of_the_time_zone_database_all_through_the_period() -> None:
    instants = np.arange(rhythm.instant("2020-09-01"), rhythm.instant("2023-07-01"), 1800, dtype=np.int64)
    expected = [
        datetime.fromtimestamp(second, OSLO).replace(tzinfo=None).isoformat(timespec="seconds")
        for second in instants.tolist()
    ]
    assert rhythm.local_text(instants).tolist() == expected


def test_no_instant_reads_as_the_hour_that_does_not_exist_in_spring() -> None:
    rng = np.random.default_rng(1)
    sent = rhythm.sample(rng, [date(2021, 3, 28)], 4000)
    assert not any("T02:" in text for text in rhythm.local_text(sent).tolist())


def test_the_doubled_hour_in_autumn_is_read_both_ways() -> None:
    sent = rhythm.sample(np.random.default_rng(1), [date(2021, 10, 31)], 20_000)
    doubled = {
        datetime.fromtimestamp(second, UTC).hour
        for second, text in zip(sent.tolist(), rhythm.local_text(sent).tolist(), strict=True)
        if "T02:" in text
    }
    assert doubled == {0, 1}


def test_sampled_times_are_on_the_days_that_were_asked_for() -> None:
    days = rhythm.days_between("2022-05-01", "2022-06-01")
    texts = rhythm.local_text(rhythm.sample(np.random.default_rng(2), days, 5000)).tolist()
    assert {text[:10] for text in texts} <= {day.isoformat() for day in days}
    assert len(days) == 31


def test_working_days_and_hours_carry_most_of_the_traffic() -> None:
    days = rhythm.days_between("2022-01-10", "2022-01-17")
    wall = rhythm.wall_clock(rhythm.sample(np.random.default_rng(3), days, 20_000))
    hours = (wall // 3600) % 24
    weekday = np.array([datetime.fromtimestamp(int(w), UTC).weekday() < 5 for w in wall])
    assert weekday.mean() > 0.85
    assert ((hours >= 8) & (hours < 16)).mean() > 0.6
    assert (hours < 6).mean() < 0.06


def test_a_holiday_is_as_quiet_as_a_sunday_and_july_is_quiet() -> None:
    assert rhythm.day_weight(date(2022, 5, 17)) == rhythm.day_weight(date(2022, 5, 15))
    assert rhythm.day_weight(date(2022, 5, 16)) > 3 * rhythm.day_weight(date(2022, 5, 17))
    assert rhythm.day_weight(date(2022, 7, 12)) < rhythm.day_weight(date(2022, 5, 10))


def test_nothing_is_sampled_where_nothing_is_asked() -> None:
    assert len(rhythm.sample(np.random.default_rng(0), [date(2022, 1, 3)], 0)) == 0
