from __future__ import annotations

from datetime import date

import pytest

from support.stages import value


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (None, None),
        ("2023-06-30 21:59:59", date(2023, 6, 30)),
        ("2023-06-30 22:00:00", date(2023, 7, 1)),
        ("2023-12-31 22:59:59", date(2023, 12, 31)),
        ("2023-12-31 23:00:00", date(2024, 1, 1)),
    ],
)
def test_a_moment_belongs_to_the_day_that_it_is_in_norway(moment: str | None, day: date | None) -> None:
    assert value("norwegian_day($moment::TIMESTAMP)", {"moment": moment}) == day
