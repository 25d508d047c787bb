from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2022-07-01 12:00:00", "2022-07-01T10:00:00"),
        ("2022-01-01 12:00:00", "2022-01-01T11:00:00"),
        ("2022-10-30 01:59:59", "2022-10-29T23:59:59"),
        ("2022-10-30 02:30:00", "2022-10-30T00:30:00"),
        ("2022-10-30 03:00:00", "2022-10-30T02:00:00"),
        ("2022-03-27 01:59:59", "2022-03-27T00:59:59"),
        ("2022-03-27 02:30:00", "2022-03-27T01:30:00"),
        ("2022-03-27 03:00:00", "2022-03-27T01:00:00"),
    ],
)
def test_norwegian_wall_clock_becomes_the_earlier_instant_of_utc(wall: str, utc: str) -> None:
    assert value("oslo_utc($wall::TIMESTAMP)", {"wall": wall}).isoformat() == utc
