from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize("wall", ["2022-10-30 02:00:00", "2022-10-30 02:59:59", "2021-10-31 02:30:00"])
def test_the_hour_that_occurs_twice_is_known(wall: str) -> None:
    assert value("is_autumn_fold($wall::TIMESTAMP)", {"wall": wall}) is True


@pytest.mark.parametrize(
    "wall", ["2022-10-30 01:59:59", "2022-10-30 03:00:00", "2022-10-23 02:30:00", "2022-03-27 02:30:00"]
)
def test_no_other_hour_is_taken_for_it(wall: str) -> None:
    assert value("is_autumn_fold($wall::TIMESTAMP)", {"wall": wall}) is False
