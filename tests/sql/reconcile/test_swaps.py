from __future__ import annotations

from typing import Any

from support.scene import Scene, at


def swaps(gap: int, delay: int) -> list[tuple[Any, ...]]:
    """Two messages some seconds apart, and one row that answers the later."""
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00")
    place.send("b", at("2023-02-01T10:00:00", seconds=gap))
    place.upload().by_time("b", delay=delay)
    return scene.reconcile().table("reconcile__swaps", "lost_no, other_no, lost_delay_ms - other_delay_ms")


def test_a_neighbour_whose_row_could_be_the_lost_messages_may_be_the_lost_one_instead() -> None:
    assert swaps(gap=30, delay=20) == [(1, 2, 30_000)]


def test_a_message_hours_later_is_no_neighbour() -> None:
    assert swaps(gap=3 * 3600, delay=20) == []
