from __future__ import annotations

from support.stages import yielded


def test_every_convention_is_measured_against_sending_and_against_acknowledgement() -> None:
    found = yielded("reconcile", "clock_readings", {}, "convention, reference, zoned")
    assert len(found) == len(set(found)) == 8
    assert {convention for convention, _, zoned in found if zoned} == {"zoned"}


def test_norwegian_time_takes_the_summer_hour_out_and_utc_never_does() -> None:
    found = yielded("reconcile", "clock_readings", {}, "DISTINCT convention, winter_s, summer_s")
    assert sorted(found) == [("cet", 0, 0), ("oslo", 0, -3600), ("utc", 3600, 3600), ("zoned", 0, 0)]
