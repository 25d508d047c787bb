from __future__ import annotations

import duckdb
import pytest

from support.stages import yielded

LINE = 1 << 44


def left(*events: tuple[int, int]) -> list[tuple[int, int | None]]:
    """What the pass over neighbours leaves of (key, id): the id, and the one that answers it directly, if any."""
    values = ", ".join(f"({key}, {number})" for key, number in events)
    table = f"SELECT key::BIGINT AS key, number::BIGINT AS id FROM (VALUES {values}) AS t(key, number)"  # noqa: S608
    return yielded("reconcile_rounds", "neighbours", {"reconcile_rounds__events": table}, "id, next_id")


def test_a_message_that_a_row_follows_directly_takes_the_row_with_it() -> None:
    assert left((10, 1), (31, 90)) == [(1, 90)]


def test_what_stands_around_a_pair_is_left_for_the_nesting() -> None:
    assert left((10, 1), (20, 2), (31, 90), (33, 91)) == [(1, None), (2, 90), (91, None)]


def test_the_last_message_of_all_and_the_first_row_of_all_are_not_forgotten() -> None:
    assert left((10, 1)) == [(1, None)]
    assert left((11, 90)) == [(90, None)]
    assert left((11, 90), (20, 1)) == [(90, None), (1, None)]


def test_neighbours_on_two_lines_are_none() -> None:
    assert left((LINE + 10, 1), (2 * LINE + 31, 90)) == [(1, None), (90, None)]


def test_events_out_of_order_stop_the_run_instead_of_pairing_wrongly() -> None:
    with pytest.raises(duckdb.Error, match="not in order"):
        left((20, 1), (10, 2))
