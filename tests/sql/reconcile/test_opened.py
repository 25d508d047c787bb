from __future__ import annotations

from support.scene import Scene
from support.stages import yielded


def test_the_table_of_opened_messages_begins_empty() -> None:
    assert yielded("reconcile", "opened", {}) == []


def test_every_message_that_rows_could_answer_stood_on_a_time_line() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.send("post", "2023-03-01T10:00:00", channel="PRINT")
    place.upload().by_time("a")
    found = scene.reconcile().table(
        "reconcile__opened JOIN reconcile__messages USING (message_no)", "DISTINCT message_id"
    )
    assert sorted(found) == sorted([(place.id_of("a"),), (place.id_of("b"),)])
