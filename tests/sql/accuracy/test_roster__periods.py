from __future__ import annotations

from support.measured import one


def test_each_entry_has_one_period_of_33_months() -> None:
    assert one("SELECT min(date_sub('month', from_utc, to_utc)) FROM roster__periods") == 33
