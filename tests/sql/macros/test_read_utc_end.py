from __future__ import annotations

from support.stages import value


def test_a_date_alone_counts_from_the_norwegian_midnight_that_ends_it() -> None:
    assert value("read_utc_end('2023-06-01')").isoformat() == "2023-06-01T22:00:00"
    assert value("read_utc_end(' 2022-12-31 ')").isoformat() == "2022-12-31T23:00:00"


def test_a_time_of_day_counts_from_itself() -> None:
    assert value("read_utc_end('2023-06-01T12:00:00')").isoformat() == "2023-06-01T10:00:00"
    assert value("read_utc_end('2023-06-01T12:00:00Z')").isoformat() == "2023-06-01T12:00:00"


def test_what_cannot_be_read_is_null() -> None:
    assert value("read_utc_end('2023-06-31')") is None
