from __future__ import annotations

from support.stages import value


def test_blanks_around_a_value_are_not_part_of_it() -> None:
    assert value("written_text('  a b ')") == "a b"


def test_a_value_of_blanks_only_is_no_value() -> None:
    assert value("written_text('   ')") is None
    assert value("written_text('')") is None
