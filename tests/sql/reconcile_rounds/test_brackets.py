from __future__ import annotations

from support.stages import yielded

LINE = 1 << 44


def paired(*events: tuple[int, int], followed: str = "false") -> dict[int, int | None]:
    """Which row closes each message on its level; events are (id, key), even keys are messages."""
    values = ", ".join(f"({number}, {key})" for number, key in events)
    table = f"SELECT id::BIGINT AS id, key::BIGINT AS key, 0::BIGINT AS until_ms, 1 AS resolution_s, {followed} AS followed FROM (VALUES {values}) AS t(id, key)"  # noqa: E501, S608
    found = yielded(
        "reconcile_rounds", "brackets", {"reconcile_rounds__neighbours": table}, "id, key, next_id, next_key"
    )
    return {number: after if (next_key or 0) % 2 else None for number, key, after, next_key in found if key % 2 == 0}


def test_a_row_answers_the_most_recent_open_message() -> None:
    assert paired((1, 10), (2, 20), (90, 31)) == {1: None, 2: 90}


def test_one_lost_message_shifts_nobody() -> None:
    assert paired((1, 10), (90, 13), (2, 20), (3, 30), (91, 33), (4, 40), (92, 43)) == {1: 90, 2: None, 3: 91, 4: 92}


def test_nested_messages_are_all_answered() -> None:
    assert paired((1, 10), (2, 20), (90, 31), (91, 33)) == {1: 91, 2: 90}


def test_a_row_before_its_message_answers_nothing_and_the_last_message_is_not_forgotten() -> None:
    assert paired((90, 9), (1, 10)) == {1: None}
    assert paired((1, 10)) == {1: None}


def test_a_row_answers_no_message_of_another_line() -> None:
    assert paired((1, LINE + 10), (90, 2 * LINE + 31)) == {1: None}


def test_what_its_neighbour_answered_takes_no_part() -> None:
    assert paired((1, 10), (90, 31), followed="id = 1") == {}
