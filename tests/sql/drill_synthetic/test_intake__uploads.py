from __future__ import annotations

from support.synthetic import END, START, made


def test_the_synthetic_upload_declares_the_whole_period_as_proof() -> None:
    (row,) = made("intake__uploads")
    assert (row["status"], row["period_is_proof"], row["same_bytes_as"]) == ("accepted", True, None)
    assert (row["period_from_utc"], row["period_to_utc"]) == (START, END)
    assert (row["rows_read"], row["rows_accepted"], row["rows_rejected"]) == (57, 57, 0)
    assert (row["speaks_municipalities"], row["speaks_districts"]) == (["0000"], [])
