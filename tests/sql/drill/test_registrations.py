from __future__ import annotations

from support.drilled import NAMES, orderly_places, planted
from support.scene import Scene


def test_just_the_rows_that_name_or_answered_a_planted_loss_are_taken_away() -> None:
    scene = Scene()
    by_id, by_time = orderly_places(scene)
    scene.place("1813").send_each("a b").upload(period=None).by_id("a b")
    result = planted(scene)
    left = result.table("drill__registrations", "folder_no, message_id, received_utc")
    lost = {row[0] for row in result.table("drill__planted", "message_id")}
    sent = {row["sent_utc"]: row["message_id"] for row in by_time.messages.values()}
    assert {number for number, *_ in left} == {"1811", "1812"}
    assert {message for number, message, _ in left if number == "1811"} == {
        by_id.id_of(name) for name in NAMES.split()
    } - lost
    answered = {sent[received.replace(second=0)] for number, _, received in left if number == "1812"}
    assert answered == {by_time.id_of(name) for name in NAMES.split()} - lost


def test_a_second_row_that_names_a_planted_loss_is_taken_away_too() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c")
    place.upload().by_id("a b c").by_id("a b c", delay=3600)
    result = planted(scene)
    assert result.table("drill__planted", "count(*)") == [(1,)]
    assert result.table("drill__registrations", "count(*)") == [(4,)]
