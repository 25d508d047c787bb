from __future__ import annotations

from support.scene import Scene
from support.stages import yielded


def test_the_table_of_pairs_begins_empty() -> None:
    assert yielded("reconcile", "pairs", {}) == []


def test_a_row_answers_one_message_and_a_message_is_answered_once_a_source() -> None:
    scene = Scene()
    place = scene.place("1811")
    for second in range(6):
        place.send(f"m{second}", f"2023-02-01T10:00:{second * 7:02d}")
    place.upload("one.csv").by_time("m0 m2 m3 m5")
    place.upload("two.log", format="svarinn_importer").by_time("m1 m2")
    found = scene.reconcile().table("reconcile__pairs", "row_no, message_no, source")
    assert len(found) == 6
    assert len({row for row, *_ in found}) == 6 and len({(message, source) for _, message, source in found}) == 6
