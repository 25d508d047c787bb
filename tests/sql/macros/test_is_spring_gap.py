from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize("wall", ["2021-03-28 02:00:00", "2022-03-27 02:30:00", "2023-03-26 02:59:59"])
def test_the_hour_that_never_comes_is_known(wall: str) -> None:
    assert value("is_spring_gap($wall::TIMESTAMP)", {"wall": wall}) is True


@pytest.mark.parametrize(
    "wall", ["2022-03-27 01:59:59", "2022-03-27 03:00:00", "2022-03-20 02:30:00", "2022-10-30 02:30:00"]
)
def test_no_other_hour_is_taken_for_it(wall: str) -> None:
    assert value("is_spring_gap($wall::TIMESTAMP)", {"wall": wall}) is False
