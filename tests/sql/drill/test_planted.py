from __future__ import annotations

from support.drilled import orderly_places, planted
from support.scene import Scene


def test_losses_of_each_way_of_matching_are_planted_far_apart_and_alike_in_every_run() -> None:
    chosen = []
    for shuffled in (False, True):
        scene = Scene(shuffled=shuffled)
        orderly_places(scene)
        chosen.append(planted(scene).table("drill__planted", "entry_id, way, message_id"))
    assert [(entry, way) for entry, way, _ in chosen[0]] == [("1811", "id")] * 3 + [("1812", "time")] * 3
    assert chosen[0] == chosen[1]


def test_at_most_three_entries_of_a_way_are_drilled() -> None:
    scene = Scene()
    for number in ("1811", "1812", "1813", "1815", "1816"):
        scene.place(number).send_each("a b c").upload().by_id("a b c")
    result = planted(scene)
    assert result.table("drill__planted", "count(*), count(DISTINCT entry_id)") == [(3, 3)]


def test_where_no_entry_can_carry_a_drill_nothing_is_planted() -> None:
    scene = Scene()
    scene.place("1811").send_each("a b c").upload(period=None).by_id("a b c")
    assert planted(scene).table("drill__planted") == []
