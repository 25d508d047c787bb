from __future__ import annotations

from support.scene import Scene


def test_only_concern_reports_over_the_portal_svarinn_or_by_hand_answer_by_time() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    upload = place.upload().by_id("a")
    for changed in (
        {"item_type": "letter"},
        {"item_type": "minutes"},
        {"channel": "post"},
        {"municipality_no": "9999"},
    ):
        upload.row("2023-02-01T10:00:00", **changed)
    for channel in ("portal", "svarinn", "manual"):
        upload.row("2023-02-01T10:00:00", channel=channel)
    found = scene.reconcile().table("reconcile__time_rows", "channel, pool, pool_size")
    assert sorted(found) == [("manual", "1811", 1), ("portal", "1811", 1), ("svarinn", "1811", 1)]


def test_the_same_row_in_two_files_of_one_source_is_one_and_twice_in_one_file_is_two() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.upload("one.csv", period=None).row("2023-02-01T10:00:00").row("2023-02-01T10:00:00")
    place.upload("two.csv", period=None).row("2023-02-01T10:00:00")
    assert scene.reconcile().table("reconcile__time_rows", "count(*)") == [(2,)]


def test_the_importers_row_and_the_case_systems_row_are_two() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a")
    place.upload("one.csv").row("2023-02-01T10:00:00")
    place.upload("two.log", format="svarinn_importer").row("2023-02-01T10:00:00")
    assert scene.reconcile().table("reconcile__time_rows", "count(*)") == [(2,)]
