from __future__ import annotations

from support.scene import Place, Scene

MANY = [f"m{number}" for number in range(120)]


def followed_at_once() -> Place:
    return Scene().place("1811").send_each(" ".join(MANY), days=1, first="2023-01-02T10:00:00", acknowledged=3)


def test_a_row_an_hour_after_the_acknowledgement_is_not_believed_where_all_others_follow_at_once() -> None:
    place = followed_at_once()
    place.upload().by_time(" ".join(MANY[:60] + MANY[61:]), delay=4).by_time(MANY[60], delay=3600)
    result = place.scene.reconcile()
    assert result.table("reconcile__unlikely_pairs", "count(*)") == [(1,)]
    assert result.table("reconcile__findings", "message_id", "outcome = 'lost'") == [(place.id_of(MANY[60]),)]


def test_where_many_are_late_a_late_one_is_believed() -> None:
    place = followed_at_once()
    upload = place.upload().by_time(" ".join(MANY[:100]), delay=4)
    upload.by_time(" ".join(MANY[100:]), delay=3600)
    result = place.scene.reconcile()
    assert result.table("reconcile__unlikely_pairs", "count(*)") == [(0,)]
    assert result.table("reconcile__findings", "count(*)", "outcome = 'lost'") == [(0,)]


def test_a_small_log_is_taken_by_the_deadline_alone() -> None:
    place = Scene().place("1811").send_each("a b c d", days=2, acknowledged=3)
    place.upload().by_time("a b c", delay=4).by_time("d", delay=3600)
    assert place.scene.reconcile().table("reconcile__findings", "count(*)", "outcome = 'registered'") == [(4,)]


def test_a_row_in_the_doubled_autumn_hour_is_believed_though_it_seems_an_hour_off() -> None:
    scene = Scene(as_of="2023-12-31T12:00:00")
    place = scene.place("1811", since="2023-01-01T00:00:00").send_each(" ".join(MANY[:110]), days=2, acknowledged=3)
    place.send("late", "2023-10-28T22:00:00", acknowledged=3 * 3600 + 1800)
    upload = place.upload(period=("2023-01-01T00:00:00", "2023-12-31T00:00:00"))
    upload.by_time(" ".join(MANY[:110]), delay=4, wall="oslo").by_time("late", delay=3 * 3600 + 1801, wall="oslo")
    result = scene.reconcile()
    assert result.table("reconcile__findings", "outcome", f"message_id = '{place.id_of('late')}'") == [("registered",)]
