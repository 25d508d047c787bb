from __future__ import annotations

from typing import Any

from support.scene import Place, Scene

NAMES = "a b c d e f g h i j"


def runs(place: Place) -> list[tuple[Any, ...]]:
    columns = "messages, strftime(first_sent_utc, '%m-%d'), strftime(last_sent_utc, '%m-%d')"
    return place.scene.reconcile().table("reconcile__runs", columns)


def test_messages_without_registration_or_row_between_are_one_run() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload().by_id("a e f j")
    assert runs(place) == [(3, "01-14", "01-22"), (3, "02-03", "02-11")]


def test_a_row_of_any_kind_between_parts_a_run() -> None:
    place = Scene().place("1811").send_each("a b c d e f")
    place.upload().by_id("a f").row("2023-01-20T10:00:00", item_type="letter")
    assert [row[0] for row in runs(place)] == [2, 2]


def test_a_message_that_was_registered_late_parts_a_run_as_well() -> None:
    place = Scene().place("1811").send_each("a b c d e f")
    place.upload().by_id("a f").by_id("c", delay=30 * 86400)
    assert [row[0] for row in runs(place)] == [1, 2]


def test_printed_rejected_and_moving_messages_neither_count_nor_part_a_run() -> None:
    place = Scene().place("1811").send_each("a b c d e f")
    place.send("c", "2023-01-18T10:00:00", channel="PRINT").send("d", "2023-01-22T10:00:00", acknowledged=None)
    place.upload().by_id("a f")
    assert runs(place) == [(2, "01-14", "01-26")]
