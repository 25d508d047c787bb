from __future__ import annotations

from support.stages import value


def test_a_time_is_written_to_the_second_with_z() -> None:
    assert value("iso_z(TIMESTAMP '2023-07-01 06:05:04.9')") == "2023-07-01T06:05:04Z"


def test_no_time_is_written_as_nothing() -> None:
    assert value("iso_z(NULL::TIMESTAMP)") is None
