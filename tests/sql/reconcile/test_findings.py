from __future__ import annotations

from datetime import datetime

from support.scene import Scene


def test_every_message_is_found_once_with_the_evidence_it_stands_on() -> None:
    scene = Scene()
    place = scene.place("1811", service="T7").send_each("a b c d", kind="private")
    upload = place.upload().by_id("a", delay=60).by_time("c d", delay=60)
    result = scene.reconcile()
    a, b, c = (result.finding(place, name) for name in "abc")
    assert len(result.table("reconcile__findings")) == 4
    assert (a["outcome"], a["matched_by"], a["upload_sha256"], a["file_row"]) == ("registered", "id", upload.sha256, 2)
    assert (b["outcome"], b["matched_by"], b["upload_sha256"], b["cause"]) == ("lost", None, None, "lost")
    assert (c["outcome"], c["matched_by"], c["file_row"]) == ("registered", "time", 3)
    assert (a["municipality_no"], a["district_no"], a["service_id"], a["form_type"]) == ("1811", "", "T7", "private")
    assert a["sent_at_utc"] == datetime(2023, 1, 10, 10)
    assert [row["loss_probability"] for row in (a, b, c)] == [0, 1, 0] and b["covered"] and b["required"]


def test_in_a_group_the_likeliest_is_lost_and_the_others_registered_by_time() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00").send("b", "2023-02-01T10:00:10")
    place.send_each("c d e f", first="2023-03-01T10:00:00")
    place.upload().by_time("b c d e f")
    result = scene.reconcile()
    a, b = result.finding(place, "a"), result.finding(place, "b")
    assert (a["outcome"], b["outcome"], b["matched_by"]) == ("lost", "registered", "time")
    assert a["candidate_group"] == b["candidate_group"] is not None
    assert a["loss_probability"] > b["loss_probability"] > 0
    assert abs(a["loss_probability"] + b["loss_probability"] - 1) < 1e-9


def test_messages_of_nobodys_entry_are_not_found() -> None:
    scene = Scene()
    scene.place("1811", since="2023-02-01T00:00:00").send("before", "2023-01-01T00:00:00")
    assert scene.reconcile().table("reconcile__findings") == []
