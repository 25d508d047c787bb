from __future__ import annotations

import pytest

from support.stages import value


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2022-03-01T09:24:45", "2022-03-01T08:24:45"),
        ("2022-03-01T09:24:45Z", "2022-03-01T09:24:45"),
        ("2022-07-01T09:24:45+05:00", "2022-07-01T04:24:45"),
        ("2022-10-30T02:30:00", "2022-10-30T00:30:00"),
        ("2022-10-30T02:30:00+01:00", "2022-10-30T01:30:00"),
        (" 2022-07-01 ", "2022-06-30T22:00:00"),
    ],
)
def test_a_written_time_is_norwegian_unless_it_says_its_zone(written: str, utc: str) -> None:
    assert value("read_utc($written)", {"written": written}).isoformat() == utc


@pytest.mark.parametrize("written", ["", "i går", "2022-13-01T00:00:00", "2022-02-30", None])
def test_what_cannot_be_read_is_null_and_never_a_time(written: str | None) -> None:
    assert value("read_utc($written::VARCHAR)", {"written": written}) is None
