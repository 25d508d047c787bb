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


def test_a_superseded_row_that_the_later_file_still_has_is_no_second_row() -> None:
    scene = Scene()
    place = scene.place("1811").send("lost", "2023-02-01T09:00:00").send("answered", "2023-02-01T10:00:00")
    place.upload("one.csv", exported_utc="2023-06-01T00:00:00").by_time("answered")
    place.upload("two.csv", exported_utc="2023-06-02T00:00:00").by_time("answered")
    result = scene.reconcile()
    assert result.table("reconcile__time_rows", "superseded") == [(False,)]
    assert result.outcomes(place) == {"lost": "lost", "answered": "registered"}


def test_a_superseded_row_without_id_is_none_beside_the_later_files_row_that_names_its_message() -> None:
    scene = Scene()
    place = scene.place("1811").send("lost", "2023-02-01T09:00:00").send("answered", "2023-02-01T10:00:00")
    place.upload("one.csv", exported_utc="2023-06-01T00:00:00").by_time("answered")
    place.upload("two.csv", exported_utc="2023-06-02T00:00:00").by_id("answered")
    result = scene.reconcile()
    assert result.table("reconcile__time_rows") == []
    assert result.outcomes(place) == {"lost": "lost", "answered": "registered"}
