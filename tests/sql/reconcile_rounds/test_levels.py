from __future__ import annotations

import duckdb
import pytest

from support.stages import nested

LINE = 1 << 44


def levels(*events: tuple[int, int], followed: int = 0) -> list[tuple[int, int]]:
    """The id and the level of each event, in the order they stand in."""
    return nested(events, followed, "levels", "id, level")


def test_a_registration_stands_on_the_level_of_the_message_it_closes() -> None:
    assert levels((1, 10), (2, 20), (90, 31), (91, 33)) == [(1, 1), (91, 1), (2, 2), (90, 2)]


def test_what_its_neighbour_answered_stands_on_no_level() -> None:
    assert levels((1, 10), (90, 33), followed=1) == [(90, 0)]


def test_lines_stand_one_after_the_other_whatever_their_levels() -> None:
    assert levels((1, LINE + 10), (2, LINE + 12), (90, 2 * LINE + 11)) == [(1, 1), (2, 2), (90, 2)]


def test_events_out_of_order_stop_the_run_instead_of_pairing_wrongly() -> None:
    with pytest.raises(duckdb.Error, match="not in order"):
        levels((1, 20), (2, 10))
