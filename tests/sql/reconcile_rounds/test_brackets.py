from __future__ import annotations

import duckdb
import pytest

from support.stages import nested, yielded

LINE = 1 << 44


def paired(*events: tuple[int, int], followed: int = 0) -> dict[int, int | None]:
    """Which event each event goes with; events are (id, key) in the order of their keys, even keys are messages."""
    return dict(nested(events, followed, "brackets", "id, other_id"))


def test_a_row_answers_the_most_recent_open_message() -> None:
    assert paired((1, 10), (2, 20), (90, 31)) == {1: None, 2: 90, 90: 2}


def test_one_lost_message_shifts_nobody() -> None:
    assert paired((1, 10), (90, 13), (2, 20), (3, 30), (91, 33), (4, 40), (92, 43)) == {
        1: 90, 90: 1, 2: None, 3: 91, 91: 3, 4: 92, 92: 4,
    }  # fmt: skip


def test_nested_messages_are_all_answered() -> None:
    assert paired((1, 10), (2, 20), (90, 31), (91, 33)) == {1: 91, 2: 90, 90: 2, 91: 1}


def test_a_row_before_its_message_answers_nothing_and_the_last_message_is_not_forgotten() -> None:
    assert paired((90, 9), (1, 10)) == {90: None, 1: None}
    assert paired((1, 10)) == {1: None}


def test_a_row_answers_no_message_of_another_line() -> None:
    assert paired((1, LINE + 10), (90, 2 * LINE + 31)) == {1: None, 90: None}


def test_what_its_neighbour_answered_takes_no_part() -> None:
    assert paired((1, 10), (90, 33), followed=1) == {90: None}


def test_levels_out_of_order_stop_the_run_instead_of_pairing_wrongly() -> None:
    table = "SELECT * FROM (VALUES (30::BIGINT, 1::BIGINT, 1::BIGINT), (20, 2, 1)) AS t(key, id, level)"
    with pytest.raises(duckdb.Error, match="not in order"):
        yielded("reconcile_rounds", "brackets", {"reconcile_rounds__levels": table})
