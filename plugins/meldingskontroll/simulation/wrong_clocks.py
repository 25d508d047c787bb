"""Clocks that go wrong inside a log: set forward or back, an hour off from some date on, or slowly drifting."""

from __future__ import annotations

import numpy as np

_DAY_S = 86_400
_MINUTES_SD_S = 240.0
_HOUR_S = 3_600.0
_FARTHEST_S = 5_400.0


def stepping(rng: np.random.Generator, at: np.ndarray) -> np.ndarray:
    """Seconds that a clock is ahead of where it began, at each of the moments `at` (s), set one to three times.

    A step is of minutes or of exactly an hour; it lies in the middle nine tenths of the log, two months from the next.
    """
    ahead = np.zeros(at.size)
    if not at.size:
        return ahead
    begin, end = float(at.min()), float(at.max())
    moments = np.sort(rng.uniform(begin + 0.05 * (end - begin), end - 0.05 * (end - begin), int(rng.integers(1, 4))))
    kept = np.concatenate([[True], np.diff(moments) > 60 * _DAY_S])
    total = 0.0
    for moment in moments[kept]:
        hour = rng.uniform() < 0.5
        size = float(rng.choice([-_HOUR_S, _HOUR_S])) if hour else float(rng.normal(0, _MINUTES_SD_S))
        size = -size if abs(total + size) > _FARTHEST_S else size
        total += size
        ahead[at >= moment] += size
    return ahead


def drifting(rng: np.random.Generator, at: np.ndarray, fastest_s_a_day: float) -> np.ndarray:
    """Seconds that a clock is ahead at each of the moments `at` (s), gaining or losing up to so many seconds a day.

    Half of the clocks are set right about once a year.
    """
    if not at.size:
        return np.zeros(0)
    days = (at - float(at.min())) / _DAY_S
    pace = float(rng.uniform(-fastest_s_a_day, fastest_s_a_day))
    since = days % float(rng.uniform(300, 430)) if rng.uniform() < 0.5 else days
    return pace * since
