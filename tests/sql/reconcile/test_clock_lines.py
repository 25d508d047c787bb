from __future__ import annotations

from datetime import datetime

from support.scene import at
from support.set_clocks import FIRST, clock_log, one_step, steady


def set_right_once(received: datetime) -> float:
    """Gains three seconds a day, and is set right after five hundred days."""
    return 3.0 * ((received - at(FIRST)).days % 500)


def test_the_reading_of_the_whole_log_is_the_first_line() -> None:
    ((reading, drift),) = one_step()[1].table("reconcile__clock_lines", "reading_no, drift", "line_no = 0")
    assert reading in (2, 3) and drift == 0


def test_a_drifting_clock_that_is_set_right_is_offered_lines_of_the_same_pace() -> None:
    _, result = clock_log(set_right_once)
    drifts = [float(drift) for (drift,) in result.table("reconcile__clock_lines", "drift", "abs(drift) > 1")]
    assert sum(abs(drift - 3) < 0.2 for drift in drifts) >= 2


def test_a_steady_clock_is_offered_none() -> None:
    assert steady()[1].table("reconcile__clock_lines") == []
