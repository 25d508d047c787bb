from __future__ import annotations

from uuid import uuid4

from support.scene import Scene


def test_rows_that_answer_no_message_are_listed_with_the_reason() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    upload = place.upload().by_id("a").by_id("a").by_time("b")
    upload.row("2023-05-01T10:00:00").row("2023-05-02T10:00:00", message_id=uuid4())
    upload.row("2023-05-03T10:00:00", item_type="letter")
    found = scene.reconcile().table("reconcile__extras", "file_row, reason")
    assert found == [(3, "REPEATED_ID"), (5, "NO_MESSAGE_IN_TIME"), (6, "ID_NOT_HELD")]


def test_a_log_that_answers_exactly_has_no_extras() -> None:
    scene = Scene()
    scene.place("1811").send_each("a b c").upload().by_id("a").by_time("b c")
    assert scene.reconcile().table("reconcile__extras") == []
