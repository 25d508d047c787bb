from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2022-10-30 02:30:00", "2022-10-30T01:30:00"),
        ("2022-10-30 01:59:59", "2022-10-29T23:59:59"),
        ("2022-07-01 12:00:00", "2022-07-01T10:00:00"),
        ("2022-01-01 12:00:00", "2022-01-01T11:00:00"),
    ],
)
def test_only_the_doubled_hour_has_a_later_instant(wall: str, utc: str) -> None:
    assert value("oslo_utc_later($wall::TIMESTAMP)", {"wall": wall}).isoformat() == utc
