from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize(
    "written",
    ["2022-03-01T09:24:45Z", "2022-03-01T09:24:45+01:00", "2022-03-01 09:24+0100", " 2022-03-01T09:24:45.5-02 "],
)
def test_a_time_with_a_zone_of_its_own_is_known(written: str) -> None:
    assert value("has_offset($written)", {"written": written}) is True


@pytest.mark.parametrize("written", ["2022-03-01T09:24:45", "2022-03-01", "2022-03-01 09:24:45.123", ""])
def test_a_date_or_a_time_without_a_zone_has_none(written: str) -> None:
    assert value("has_offset($written)", {"written": written}) is False
