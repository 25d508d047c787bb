from __future__ import annotations

from support.synthetic import END, START, made


def test_the_synthetic_extract_is_complete_for_the_period() -> None:
    (row,) = made("portal__extract")
    assert row["declared"] and row["declared_total"] == row["unique_ids"] == row["rows_read"] == 60
    assert (row["from_utc"], row["to_utc"], row["invalid_rows"], row["conflicting_ids"]) == (START, END, 0, 0)
