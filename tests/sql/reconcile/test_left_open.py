from __future__ import annotations

from support.scene import Scene
from support.stages import yielded


def test_the_table_of_messages_left_open_begins_empty() -> None:
    assert yielded("reconcile", "left_open", {}) == []


def test_only_what_a_round_left_without_an_answer_is_kept_in_it() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c")
    place.upload().by_time("a c")
    found = scene.reconcile().table("reconcile__left_open JOIN reconcile__messages USING (message_no)", "message_id")
    assert set(found) == {(place.id_of("b"),)}
