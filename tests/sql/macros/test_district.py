from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize("written", [None, "", " ", "0", "00"])
def test_empty_and_00_both_mean_no_district(written: str | None) -> None:
    assert value("district($written::VARCHAR)", {"written": written}) == ""


@pytest.mark.parametrize(("written", "district"), [("5", "05"), ("05", "05"), (" 15 ", "15")])
def test_a_district_is_two_digits(written: str, district: str) -> None:
    assert value("district($written)", {"written": written}) == district
