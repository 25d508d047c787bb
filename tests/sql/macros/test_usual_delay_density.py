from __future__ import annotations

import pytest

from support.stages import value

MASS = "(SELECT sum(usual_delay_density(exp(x / 100)) * exp(x / 100) / 100) FROM range({}, {}) AS t(x))"


def test_the_density_sums_to_one_over_all_delays() -> None:
    assert value(MASS.format(-800, 1800)) == pytest.approx(1, abs=0.001)


def test_nine_in_ten_come_within_two_minutes_and_one_in_a_hundred_after_three_hours() -> None:
    assert 0.90 < value(MASS.format(-800, 479)) < 0.96
    assert 0.005 < value(MASS.format(929, 1800)) < 0.015


def test_a_longer_delay_is_never_likelier_beyond_the_first_seconds() -> None:
    found = [value(f"usual_delay_density({seconds})") for seconds in (10, 60, 600, 3600, 36_000, 140_000)]
    assert found == sorted(found, reverse=True) and found[-1] > 0
