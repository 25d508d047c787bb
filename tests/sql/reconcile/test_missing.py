from __future__ import annotations

from typing import Any

from support.scene import Place, Scene

EARLY = {"exported_utc": "2023-06-02T00:00:00"}
LATE = {"exported_utc": "2023-06-03T00:00:00"}


def causes(place: Place) -> dict[str, str]:
    result = place.scene.reconcile()
    found = result.table("reconcile__missing JOIN reconcile__messages USING (message_no)", "message_id, cause")
    names = {place.id_of(name): name for name in place.messages}
    return {names[message]: cause for message, cause in found}


def test_a_covered_message_without_registration_is_lost_and_an_uncovered_one_is_not() -> None:
    place = Scene().place("1811").send_each("a b c d")
    place.upload(period=("2023-01-01T00:00:00", "2023-01-20T00:00:00")).by_id("a")
    assert causes(place) == {"b": "lost", "c": "not_covered", "d": "not_covered"}


def test_without_a_declared_period_nothing_is_lost() -> None:
    place = Scene().place("1811").send_each("a b c d")
    place.upload(period=None).by_id("a")
    assert causes(place) == dict.fromkeys("bcd", "not_covered")


def test_a_silent_stretch_makes_its_messages_unknown_with_that_cause() -> None:
    place = Scene().place("1811").send_each("a b c d e f g h")
    place.upload().by_id("a b h")
    assert causes(place) == dict.fromkeys("cdefg", "silent")


def test_what_only_a_superseded_file_registers_is_unknown_not_lost() -> None:
    place = Scene().place("1811").send_each("a b c")
    place.upload("one.csv", **EARLY).by_id("a b c")
    place.upload("two.csv", **LATE).by_id("a c")
    assert causes(place) == {"b": "superseded"}


def rejected(rows: int, **declared: Any) -> list[str]:
    place = Scene().place("1811").send_each("a b c d e f")
    place.upload(rows_rejected=rows, **declared).by_id("a c e f")
    return sorted(causes(place).values())


def test_as_many_missing_messages_as_rejected_rows_are_unknown() -> None:
    assert rejected(0) == ["lost", "lost"]
    assert rejected(1) == ["lost", "rejected_row"]
    assert rejected(5) == ["rejected_row", "rejected_row"]


def test_a_message_that_is_unknown_anyway_uses_up_no_rejected_row() -> None:
    place = Scene().place("1811").send_each("a b c d e f g h i j")
    place.upload(rows_rejected=1).by_id("d e f h i j")
    assert causes(place) == {"a": "not_covered", "b": "not_covered", "c": "not_covered", "g": "rejected_row"}


def test_an_incomplete_extract_does_not_turn_a_loss_into_innocence() -> None:
    place = Scene(extract={"declared_total": 99}).place("1811").send_each("a b c")
    place.upload().by_id("a c")
    assert causes(place) == {"b": "lost"}
