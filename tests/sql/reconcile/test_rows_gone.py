from __future__ import annotations

from support.scene import Scene

EARLY = {"period": ("2023-01-01T00:00:00", "2023-04-01T00:00:00"), "exported_utc": "2023-04-02T00:00:00"}
LATE = {"period": ("2023-01-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-02T00:00:00"}


def test_rows_that_the_later_file_lacks_are_counted_by_id_and_by_content() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c d")
    one, two = place.upload("one.csv", **EARLY), place.upload("two.csv", **LATE)
    one.by_id("a b").by_time("c d")
    two.by_id("b").by_time("d")
    found = scene.reconcile().table("reconcile__rows_gone", "later_sha256, earlier_sha256, folder_no, rows")
    assert found == [(two.sha256, one.sha256, "1811", 2)]


def test_one_of_two_equal_rows_that_is_gone_is_seen() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a")
    place.upload("one.csv", **EARLY).by_time("a").by_time("a")
    place.upload("two.csv", **LATE).by_time("a")
    assert scene.reconcile().table("reconcile__rows_gone", "rows") == [(1,)]


def test_a_later_file_with_all_rows_and_more_has_none_gone() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c")
    place.upload("one.csv", **EARLY).by_id("a").by_time("b")
    place.upload("two.csv", **LATE).by_time("b c").by_id("a")
    assert scene.reconcile().table("reconcile__rows_gone") == []
