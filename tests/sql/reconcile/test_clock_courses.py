from __future__ import annotations

from support.set_clocks import clock_log, drifting, one_step, steady


def test_the_levels_before_and_after_a_step_are_among_the_lines() -> None:
    found = [
        float(level)
        for (level,) in one_step()[1].table("reconcile__clock_courses", "level_s", "is_level AND reading_no = 2")
    ]
    assert any(level < 60 for level in found) and any(3600 < level < 3660 for level in found)


def test_a_drift_is_a_line_that_all_stretches_agree_on() -> None:
    _, result = clock_log(drifting(4))
    best = result.rows(
        "SELECT drift, stretches FROM reconcile__clock_courses WHERE reading_no = 2 ORDER BY value DESC LIMIT 1"
    )
    assert abs(best[0]["drift"] - 4) < 0.1 and best[0]["stretches"] >= 3


def test_a_steady_clock_has_no_other_lines() -> None:
    assert steady()[1].table("reconcile__clock_courses") == []
