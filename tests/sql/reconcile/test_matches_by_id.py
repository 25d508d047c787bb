from __future__ import annotations

from support.scene import Scene

EARLY = {"period": ("2023-01-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-02T00:00:00"}
LATE = {"period": ("2023-01-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-03T00:00:00"}


def test_a_registration_answers_by_id_always_and_once() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.upload(period=None).by_id("a", delay=90 * 86400, item_type="letter", channel="post").by_id("a")
    found = scene.reconcile().table("reconcile__matches_by_id", "message_id, superseded, elsewhere")
    assert found == [(place.id_of("a"), False, False)]


def test_a_registration_in_another_place_answers_and_is_marked() -> None:
    scene = Scene()
    home = scene.place("1811").send_each("a")
    away = scene.place("1812")
    upload = away.upload()
    upload.row("2023-02-01T10:00:00", message_id=home.id_of("a"))
    assert scene.reconcile().table("reconcile__matches_by_id", "message_id, elsewhere") == [(home.id_of("a"), True)]


def test_a_registration_elsewhere_within_the_same_service_is_not_marked() -> None:
    scene = Scene()
    home = scene.place("1811", service="T1").send_each("a")
    upload = scene.place("1812", service="T1").upload()
    upload.row("2023-02-01T10:00:00", message_id=home.id_of("a"))
    assert scene.reconcile().table("reconcile__matches_by_id", "elsewhere") == [(False,)]


def test_a_superseded_row_answers_only_where_no_other_names_the_message_and_is_marked() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.upload("one.csv", **EARLY).by_id("a b")
    place.upload("two.csv", **LATE).by_id("b")
    found = scene.reconcile().table("reconcile__matches_by_id", "message_id, superseded")
    assert found == [(place.id_of("a"), True), (place.id_of("b"), False)]


def test_a_row_without_an_id_names_nothing() -> None:
    scene = Scene()
    scene.place("1811").send_each("a").upload().by_time("a")
    assert scene.reconcile().table("reconcile__matches_by_id") == []
