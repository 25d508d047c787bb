from __future__ import annotations

from support.scene import Scene


def test_a_row_is_compared_with_the_message_it_names_as_if_winter_lasted() -> None:
    scene = Scene()
    scene.place("1811").send("a", "2023-06-01T10:00:00").upload().by_id("a", delay=20, wall="oslo")
    found = scene.reconcile().table("reconcile__clock_pairs", "zoned, summer, sent_s, acknowledged_s")
    assert found == [(False, True, 3620, 3615)]


def test_a_time_with_its_own_zone_is_read_as_it_says() -> None:
    scene = Scene()
    scene.place("1811").send("a", "2023-06-01T10:00:00").upload().by_time("a", delay=20)
    assert scene.reconcile().table("reconcile__clock_pairs", "zoned, sent_s") == [(True, 20)]


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
    assert scene.reconcile().table("reconcile__clock_pairs", "sent_s") == [(20,)]


def test_no_row_gives_no_pair() -> None:
    scene = Scene()
    scene.place("1811").send("a", "2023-06-01T10:00:00").upload()
    assert scene.reconcile().table("reconcile__clock_pairs") == []
