from __future__ import annotations

from typing import Any

from support.scene import Result, Scene

COLUMNS = "acknowledged_in_time, print_rejected, printed, in_transit, required"


def seen(result: Result) -> list[tuple[Any, ...]]:
    return result.table("reconcile__messages", COLUMNS)


def test_an_acknowledgement_counts_to_the_second_of_the_deadline_and_only_before_as_of() -> None:
    scene = Scene(as_of="2023-07-01T12:00:00")
    place = scene.place("1811")
    place.send("in time", "2023-02-01T10:00:00", acknowledged=40 * 3600)
    place.send("late", "2023-02-02T10:00:00", acknowledged=40 * 3600 + 1)
    place.send("never", "2023-02-03T10:00:00", acknowledged=None)
    place.send("after as_of", "2023-06-30T22:00:00", acknowledged=14 * 3600)
    result = scene.reconcile()
    assert [row[0] for row in seen(result)] == [True, False, False, False]
    assert result.table("reconcile__messages", "acknowledged_utc")[3] == (None,)


def test_a_message_is_in_transit_until_the_deadline_has_passed() -> None:
    scene = Scene(as_of="2023-07-01T12:00:00")
    scene.place("1811").send("old", "2023-06-29T20:00:00").send("young", "2023-06-29T20:00:01")
    assert [row[3] for row in seen(scene.reconcile())] == [False, True]


def test_what_went_by_post_is_printed_and_a_rejected_print_that_was_not_delivered_later_is_rejected() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("channel event rejected delivered future", channel="FIKS_IO")
    place.send("channel", "2023-01-10T10:00:00", channel="PRINT")
    place.event("event", "SENDT_PRINT", "2023-01-16T00:00:00")
    place.event("rejected", "SENDT_PRINT", "2023-01-20T00:00:00").event(
        "rejected", "AVVIST_PRINT", "2023-01-21T00:00:00"
    )
    place.event("delivered", "AVVIST_PRINT", "2023-01-24T00:00:00").event("delivered", "LEVERT", "2023-01-25T00:00:00")
    place.event("future", "SENDT_PRINT", "2023-07-02T00:00:00")
    found = [(rejected, printed) for _, rejected, printed, *_ in seen(scene.reconcile())]
    assert found == [(False, True), (False, True), (True, True), (False, False), (False, False)]


def test_only_messages_of_an_entrys_own_time_are_held_and_those_of_the_required_period_are_marked() -> None:
    scene = Scene()
    place = scene.place("1811", since="2023-01-01T00:00:00", until="2023-06-01T00:00:00")
    place.send("before", "2022-12-31T23:59:59").send("first", "2023-01-01T00:00:00").send(
        "after", "2023-06-01T00:00:00"
    )
    lasting = scene.place("1812").send("required", "2023-06-24T11:59:59").send("fresh", "2023-06-24T12:00:00")
    result = scene.reconcile()
    assert result.table("reconcile__messages", "message_id, required") == [
        (place.id_of("first"), True), (lasting.id_of("required"), True), (lasting.id_of("fresh"), False),
    ]  # fmt: skip


def test_a_roster_without_messages_gives_no_row() -> None:
    scene = Scene()
    scene.place("1811")
    assert seen(scene.reconcile()) == []
