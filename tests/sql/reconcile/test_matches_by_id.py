from __future__ import annotations

from typing import Any

from support.scene import Result, Scene

EARLY = {"period": ("2023-01-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-02T00:00:00"}
LATE = {"period": ("2023-01-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-03T00:00:00"}


def named(result: Result, columns: str) -> list[tuple[Any, ...]]:
    """What was matched by id, in the order of the messages."""
    named_messages = "reconcile__matches_by_id JOIN reconcile__messages USING (message_no) ORDER BY message_no"
    return [tuple(row.values()) for row in result.rows(f"SELECT {columns} FROM {named_messages}")]  # noqa: S608


def test_a_registration_answers_by_id_always_and_once() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.upload(period=None).by_id("a", delay=90 * 86400, item_type="letter", channel="post").by_id("a")
    found = named(scene.reconcile(), "message_id, superseded, elsewhere")
    assert found == [(place.id_of("a"), False, False)]


def test_a_registration_in_another_place_answers_and_is_marked() -> None:
    scene = Scene()
    home = scene.place("1811").send_each("a")
    away = scene.place("1812")
    upload = away.upload()
    upload.row("2023-02-01T10:00:00", message_id=home.id_of("a"))
    assert named(scene.reconcile(), "message_id, elsewhere") == [(home.id_of("a"), True)]


def test_a_registration_elsewhere_within_the_same_service_is_not_marked() -> None:
    scene = Scene()
    home = scene.place("1811", service="T1").send_each("a")
    upload = scene.place("1812", service="T1").upload()
    upload.row("2023-02-01T10:00:00", message_id=home.id_of("a"))
    assert named(scene.reconcile(), "elsewhere") == [(False,)]


def test_a_superseded_row_answers_only_where_no_other_names_the_message_and_is_marked() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.upload("one.csv", **EARLY).by_id("a b")
    place.upload("two.csv", **LATE).by_id("b")
    found = named(scene.reconcile(), "message_id, superseded")
    assert found == [(place.id_of("a"), True), (place.id_of("b"), False)]


def test_a_row_without_an_id_names_nothing() -> None:
    scene = Scene()
    scene.place("1811").send_each("a").upload().by_time("a")
    assert scene.reconcile().table("reconcile__matches_by_id") == []


def test_of_many_registrations_of_one_message_the_first_at_home_answers_and_its_neighbours_keep_their_own() -> None:
    scene = Scene()
    home, away = scene.place("1811").send_each("a b c"), scene.place("1812")
    away.upload().row("2023-01-03T10:00:00", message_id=home.id_of("b"))
    home.upload().by_id("a b c").by_id("b", delay=90).by_id("b", delay=10)
    result = scene.reconcile()
    rows = "reconcile__registrations AS row JOIN reconcile__matches_by_id AS named ON named.row_no = row.row_no"
    query = f"SELECT row.received_utc - message.sent_utc AS delay, named.elsewhere FROM {rows}"  # noqa: S608
    found = result.rows(f"{query} JOIN reconcile__messages AS message USING (message_no) ORDER BY message_no")
    assert [(row["delay"].total_seconds(), row["elsewhere"]) for row in found] == [
        (20, False),
        (10, False),
        (20, False),
    ]
