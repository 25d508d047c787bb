"""Clocks that go wrong in a known way, as the accuracy table needs them."""

from __future__ import annotations

import numpy as np

from meldingskontroll.simulation.wrong_clocks import drifting, stepping

DAYS = np.arange(0, 1000) * 86_400.0


def test_a_clock_that_is_set_begins_right_and_is_never_far_off() -> None:
    for seed in range(50):
        ahead = stepping(np.random.default_rng(seed), DAYS)
        assert ahead[0] == 0 and 1 <= np.count_nonzero(np.diff(ahead)) <= 3
        assert np.abs(ahead).max() <= 5_400


def test_a_drifting_clock_keeps_its_pace_between_the_times_it_is_set_right() -> None:
    paces = set()
    for seed in range(50):
        steps = np.diff(drifting(np.random.default_rng(seed), DAYS, 5))
        usual = np.median(steps)
        assert abs(usual) <= 5 and (np.abs(steps - usual) > 1e-6).sum() <= 3
        paces.add(round(float(usual), 3))
    assert len(paces) > 40


def test_no_rows_have_no_clock() -> None:
    none = np.zeros(0)
    assert stepping(np.random.default_rng(1), none).size == drifting(np.random.default_rng(1), none, 5).size == 0
