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


def test_a_row_that_says_only_the_day_leaves_open_which_of_that_days_messages_was_lost() -> None:
    place = Scene().place("1811")
    for name, sent in (("a", "10T09"), ("b", "10T12"), ("c", "10T15"), ("d", "11T09"), ("e", "14T09")):
        place.send(name, f"2023-02-{sent}:00:00")
    upload = place.upload()
    for midnight in ("09", "09", "10", "13"):
        upload.row(f"2023-02-{midnight}T23:00:00", resolution_s=86400)
    result = place.scene.reconcile()
    assert sorted(result.table("reconcile__swaps", "other_no")) == [(2,), (3,)]
    shown = result.table("reconcile__findings", "candidate_group, round(loss_probability, 1)", "true")
    (group,) = {group for group, _ in shown[:3]}
    assert group and [probability for _, probability in shown[:3]] == [0.3, 0.3, 0.3]
    assert shown[3:] == [(None, 0.0), (None, 0.0)]
