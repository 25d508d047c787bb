from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene

NAMES = " ".join(f"m{number}" for number in range(30))


def clock(names: str = NAMES, **row: Any) -> tuple[Any, ...]:
    """The clock of a log of messages five days apart, in winter and in summer."""
    scene = Scene()
    place = scene.place("1811").send_each(names, first="2023-01-03T10:00:00", days=5)
    place.upload().by_time(names, **row)
    (found,) = scene.reconcile().table("reconcile__clocks", "convention, identified, offset_s")
    return found


@pytest.mark.parametrize("convention", ["oslo", "utc", "cet"])
def test_the_convention_of_a_clock_is_found_and_taken_out(convention: str) -> None:
    found, identified, offset = clock(wall=convention, delay=20)
    same = {"cet": {"cet", "utc"}}.get(convention, {convention})
    assert identified and found in same
    assert abs(offset - (3600 if found == "utc" and convention == "cet" else 0)) <= 60


@pytest.mark.parametrize("ahead", [300, -240, 1200])
def test_a_clock_that_is_ahead_or_behind_is_measured_within_a_minute(ahead: int) -> None:
    found, identified, offset = clock(wall="oslo", delay=20 + ahead)
    assert (found, identified) == ("oslo", True)
    assert abs(offset - ahead) <= 60


def test_times_with_a_zone_are_read_as_they_say() -> None:
    found, identified, offset = clock(delay=20)
    assert (found, identified) == ("zoned", True) and abs(offset) <= 60


def test_too_few_rows_or_days_without_a_time_identify_nothing() -> None:
    assert clock("a b", wall="oslo") == ("oslo", False, None)
    assert clock(wall="oslo", resolution_s=86400) == ("oslo", False, None)


def test_a_log_without_rows_has_no_clock() -> None:
    scene = Scene()
    scene.place("1811").upload()
    assert scene.reconcile().table("reconcile__clocks") == []
