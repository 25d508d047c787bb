"""The time line around the message."""

from __future__ import annotations

from support.explained import explained, named_scene, names
from support.scene import Scene


def test_neighbours_stand_in_order_of_time_with_the_row_that_each_was_matched_with() -> None:
    _, place = named_scene()
    line = explained(place, "c").line
    messages = [row for row in line if row["what"] == "message"]
    assert names(place, messages) == ["a", "b", "c", "d", "e"]
    assert [row["file_row"] for row in messages] == [2, 3, None, 4, 5]
    assert [row["asked_for"] for row in messages] == [False, False, True, False, False]
    assert [row["at_utc"] for row in line] == sorted(row["at_utc"] for row in line)
    assert names(place, [row for row in line if row["what"] == "row"], "answers_id") == ["a", "b", "d", "e"]


def test_no_more_than_a_few_neighbours_are_shown() -> None:
    scene = Scene()
    place = scene.place("3805").send_each("a b c d e f g h i j k", days=2)
    place.upload().by_id("a b c d e f g h i j k")
    messages = [row for row in explained(place, "f").line if row["what"] == "message"]
    assert names(place, messages) == ["b", "c", "d", "e", "f", "g", "h", "i", "j"]


def test_rows_of_other_places_do_not_stand_on_the_line() -> None:
    scene, place = named_scene()
    scene.place("4601").send_each("x y z").upload("other.csv").by_id("x y z")
    files = {row["file_name"] for row in explained(place, "c").line if row["what"] == "row"}
    assert files == {"log.csv"}


def test_without_a_log_only_the_messages_stand_on_the_line() -> None:
    _, place = named_scene()
    place.uploads.clear()
    assert {row["what"] for row in explained(place, "c").line} == {"message"}


def test_of_a_file_elsewhere_only_the_row_that_answers_the_message_stands_on_the_line() -> None:
    scene, place = named_scene()
    other = scene.place("4601").send_each("x y")
    other.upload("other.csv").by_id("x y").row("2023-01-18T10:00:20", message_id=place.id_of("c"))
    rows = [row for row in explained(place, "c").line if row["file_name"] == "other.csv" and row["what"] == "row"]
    assert names(place, rows, "answers_id") == ["c"]
