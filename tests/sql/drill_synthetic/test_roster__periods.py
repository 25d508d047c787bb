from __future__ import annotations

from support.synthetic import END, START, made


def test_the_synthetic_period_is_the_drills() -> None:
    assert made("roster__periods") == [{"entry_id": "0000", "from_utc": START, "to_utc": END}]
