from __future__ import annotations

from support.scene import Scene
from support.set_clocks import clock_log


def test_letters_and_days_without_a_time_say_nothing_of_the_clock() -> None:
    scene = Scene()
    upload = scene.place("1811").send("a", "2023-06-01T10:00:00").upload()
    upload.by_id("a", item_type="letter").by_id("a", resolution_s=86400)
    assert scene.reconcile().table("reconcile__clock_rows") == []


def test_fewer_than_sixty_rows_are_one_block_and_more_are_several_that_follow_each_other() -> None:
    _, few = clock_log(lambda _: 0, messages=59, days=3)
    assert few.table("reconcile__clock_rows", "DISTINCT block, stretch") == [(0, 0)]
    _, many = clock_log(lambda _: 0, messages=60, days=3)
    found = many.table("reconcile__clock_rows", "place, block, stretch")
    assert [place for place, *_ in found] == list(range(1, 61))
    assert [block for _, block, _ in found] == sorted(block for _, block, _ in found)
    assert {block for _, block, _ in found} == set(range(15)) and {stretch for *_, stretch in found} == {0, 1}


def test_a_row_in_summer_is_marked_so_and_one_in_winter_is_not() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00").send("b", "2023-06-01T10:00:00")
    place.upload().by_time("a b", wall="oslo")
    found = scene.reconcile().table("reconcile__clock_rows", "summer, base_utc::VARCHAR")
    assert found == [(False, "2023-02-01 10:00:20"), (True, "2023-06-01 11:00:20")]
