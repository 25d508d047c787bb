from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-40, -1), (-4, -1), (-2, 0), (0, 0), (1, 0), (2, 1), (20, 5), (3600, 16), (10**9, 25)]
)
def test_bins_widen_by_the_root_of_e_and_the_margin_of_half_a_minute_is_no_delay(seconds: int, expected: int) -> None:
    assert value("delay_bin($delay_ms)", {"delay_ms": (seconds + 30) * 1000}) == expected
