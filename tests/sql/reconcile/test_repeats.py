from __future__ import annotations

from support.stages import yielded


def blocks(*message_numbers: int) -> list[int]:
    links = f"SELECT unnest({list(message_numbers)}::BIGINT[]) AS message_no"
    return sorted(block for (block,) in yielded("reconcile", "repeats", {"reconcile__links": links}))


def test_messages_that_are_named_once_repeat_nothing() -> None:
    assert blocks() == []
    assert blocks(*range(1, 200)) == []


def test_a_message_that_is_named_twice_marks_its_block_and_no_other() -> None:
    assert blocks(*range(1, 200), 31) == [0]
    assert blocks(*range(1, 200), 32, 32, 127) == [1, 3]
