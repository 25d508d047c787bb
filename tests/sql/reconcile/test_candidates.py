from __future__ import annotations

from support.scene import Scene


def test_only_messages_that_time_may_still_answer_are_candidates() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("named printed rejected open unacknowledged")
    place.send("printed", "2023-01-14T10:00:00", channel="PRINT")
    place.send("unacknowledged", "2023-01-26T10:00:00", acknowledged=None)
    place.event("rejected", "AVVIST_PRINT", "2023-01-20T00:00:00")
    place.upload().by_id("named")
    result = scene.reconcile()
    found = result.table("reconcile__candidates JOIN reconcile__messages USING (message_no)", "message_id")
    assert found == [(place.id_of("open"),), (place.id_of("unacknowledged"),)]


def test_a_message_that_only_a_superseded_row_names_may_still_be_answered_by_time() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a")
    place.upload("one.csv", exported_utc="2023-06-02T00:00:00").by_id("a")
    place.upload("two.csv", exported_utc="2023-06-03T00:00:00").by_time("a")
    result = scene.reconcile()
    assert result.table("reconcile__candidates", "count(*)") == [(1,)]
    assert result.finding(place, "a")["matched_by"] == "time"
