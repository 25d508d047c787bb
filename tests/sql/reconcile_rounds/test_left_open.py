from __future__ import annotations

from support.scene import Scene


def test_a_message_left_open_is_kept_with_its_time_line_and_superseded_rounds_open_nothing() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00").send("b", "2023-02-01T10:00:10")
    place.upload("one.csv", exported_utc="2023-06-01T00:00:00").by_time("a b")
    place.upload("two.csv", exported_utc="2023-06-02T00:00:00").by_time("b")
    result = scene.reconcile()
    opened = result.table("reconcile__opened JOIN reconcile__messages USING (message_no)", "message_id, source")
    assert sorted(opened) == sorted([(place.id_of("a"), "VISMA_FAMILIA"), (place.id_of("b"), "VISMA_FAMILIA")])
