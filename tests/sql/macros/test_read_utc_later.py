from __future__ import annotations

from support.stages import value


def test_the_doubled_hour_is_read_as_its_later_instant() -> None:
    assert value("read_utc_later('2022-10-30T02:30:00')").isoformat() == "2022-10-30T01:30:00"


def test_a_zone_of_its_own_leaves_nothing_to_choose() -> None:
    assert value("read_utc_later('2022-10-30T02:30:00+02:00')").isoformat() == "2022-10-30T00:30:00"


def test_what_cannot_be_read_is_null() -> None:
    assert value("read_utc_later('snart')") is None
