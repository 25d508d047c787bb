from __future__ import annotations

from support.stages import value


def test_a_repeat_is_likeliest_within_minutes_and_never_impossible() -> None:
    in_minutes, in_hours, next_day = (value(f"repeat_density({seconds})") for seconds in (300, 20_000, 90_000))
    assert in_minutes > 100 * in_hours > 100 * next_day > 0
    assert value("repeat_density(0)") == value("repeat_density(1)") > next_day
