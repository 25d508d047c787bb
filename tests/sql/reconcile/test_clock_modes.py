from __future__ import annotations

from support.set_clocks import clock_log, drifting, one_step, steady

FINE = "reading_no = 2 AND width = 10 AND is_main"


def test_each_stretch_shows_the_level_that_its_clock_stood_at() -> None:
    found = one_step()[1].table("reconcile__clock_modes", "stretch, level_s", f"{FINE} AND slope = 0")
    levels = dict(found)
    assert levels[0] < 60 and 3600 < levels[max(levels)] < 3660


def test_a_drifting_clock_shows_its_pace_in_each_stretch() -> None:
    _, result = clock_log(drifting(4))
    found = result.table("reconcile__clock_modes", "slope", f"{FINE} AND abs(slope) > 0")
    assert found and all(abs(float(slope) - 4) < 0.5 for (slope,) in found)


def test_a_steady_clock_is_not_measured_by_stretches() -> None:
    assert steady()[1].table("reconcile__clock_modes") == []
