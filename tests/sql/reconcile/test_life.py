from __future__ import annotations

from support.scene import Scene

PERIOD = ("2023-02-01T00:00:00", "2023-03-01T00:00:00")


def test_any_row_in_a_declared_stretch_is_a_sign_of_life_whatever_it_is() -> None:
    scene = Scene()
    place = scene.place("1811")
    upload = (
        place.upload(period=PERIOD).row("2023-01-31T23:59:59").row("2023-02-01T00:00:00").row("2023-03-01T00:00:00")
    )
    upload.row("2023-02-02T00:00:00", item_type="letter", channel="post")
    upload.row("2023-02-03T00:00:00", municipality_no="9999")
    place.upload("undeclared.csv", period=None).row("2023-02-04T00:00:00")
    found = scene.reconcile().table("reconcile__life", "strftime(at_utc, '%m-%d')")
    assert found == [("02-01",), ("02-02",), ("02-03",), ("02-04",)]


def test_rows_of_a_superseded_or_of_another_places_file_are_no_life() -> None:
    scene = Scene()
    place, other = scene.place("1811"), scene.place("1812")
    place.upload("one.csv", period=PERIOD, exported_utc="2023-03-02T00:00:00").row("2023-02-02T00:00:00")
    place.upload("two.csv", period=PERIOD, exported_utc="2023-03-03T00:00:00").row("2023-02-05T00:00:00")
    other.upload(period=None).row("2023-02-06T00:00:00")
    found = scene.reconcile().table("reconcile__life", "entry_id, strftime(at_utc, '%m-%d')")
    assert found == [("1811", "02-05")]
