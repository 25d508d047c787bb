from __future__ import annotations

from support.scene import Scene


def test_a_row_is_compared_with_the_message_it_names_under_every_reading_of_its_clock() -> None:
    scene = Scene()
    scene.place("1811").send("a", "2023-06-01T10:00:00").upload().by_id("a", delay=20, wall="oslo")
    found = scene.reconcile().table("reconcile__clock_samples", "convention, reference, difference_s")
    assert sorted(found) == [
        ("cet", "acknowledged", 3615), ("cet", "sent", 3620), ("oslo", "acknowledged", 15), ("oslo", "sent", 20),
        ("utc", "acknowledged", 7215), ("utc", "sent", 7220),
    ]  # fmt: skip


def test_a_time_with_its_own_zone_has_one_reading() -> None:
    scene = Scene()
    scene.place("1811").send("a", "2023-06-01T10:00:00").upload().by_time("a", delay=20)
    found = scene.reconcile().table("reconcile__clock_samples", "DISTINCT convention")
    assert found == [("zoned",)]


def test_a_row_without_id_is_compared_with_the_messages_of_its_kind_and_place_within_some_hours() -> None:
    scene = Scene()
    place = (
        scene.place("1811")
        .send("near", "2023-06-01T10:00:00")
        .send("other kind", "2023-06-01T10:00:00", kind="private")
    )
    place.send("far", "2023-06-01T22:00:00")
    scene.place("1812").send("elsewhere", "2023-06-01T10:00:00")
    place.upload().row("2023-06-01T10:00:20")
    found = scene.reconcile().table("reconcile__clock_samples", "difference_s", "reference = 'sent'")
    assert found == [(20,)]


def test_letters_and_days_without_a_time_say_nothing_of_the_clock() -> None:
    scene = Scene()
    upload = scene.place("1811").send("a", "2023-06-01T10:00:00").upload()
    upload.by_id("a", item_type="letter").by_id("a", resolution_s=86400)
    assert scene.reconcile().table("reconcile__clock_samples") == []
