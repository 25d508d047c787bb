from __future__ import annotations

from support.scene import Scene


def test_a_pair_within_the_deadline_is_found_and_one_beyond_it_is_not() -> None:
    for delay, found in ((40 * 3600, 1), (40 * 3600 + 61, 0)):
        scene = Scene()
        place = scene.place("1811").send("a", "2023-02-01T10:00:00")
        place.upload().by_time("a", delay=delay, reporter=None)
        result = scene.reconcile()
        assert result.table("reconcile_rounds__found", "count(*)") == [(found,)]


def test_a_row_long_before_a_message_never_answers_it() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00")
    place.upload().by_time("a", delay=-600, reporter=None)
    assert scene.reconcile().table("reconcile_rounds__found") == []
