from __future__ import annotations

from support.stages import yielded


def paired(*events: tuple[int, int]) -> dict[int, int | None]:
    """Which event follows each message on its level; events are (id, key), even keys are messages."""
    values = ", ".join(f"(1, 'V', {number}, {key})" for number, key in events)
    table = f"SELECT * FROM (VALUES {values}) AS t(group_key, source, id, k)"  # noqa: S608
    found = yielded("reconcile_rounds", "brackets", {"reconcile_rounds__events": table}, "id, k, next_id, next_k")
    return {number: after if (next_k or 0) % 2 else None for number, k, after, next_k in found if k % 2 == 0}


def test_a_row_answers_the_most_recent_open_message() -> None:
    assert paired((1, 10), (2, 20), (90, 31)) == {1: None, 2: 90}


def test_one_lost_message_shifts_nobody() -> None:
    assert paired((1, 10), (90, 13), (2, 20), (3, 30), (91, 33), (4, 40), (92, 43)) == {1: 90, 2: None, 3: 91, 4: 92}


def test_nested_messages_are_all_answered() -> None:
    assert paired((1, 10), (2, 20), (90, 31), (91, 33)) == {1: 91, 2: 90}


def test_a_row_before_its_message_answers_nothing_and_the_last_message_is_not_forgotten() -> None:
    assert paired((90, 9), (1, 10)) == {1: None}
    assert paired((1, 10)) == {1: None}
