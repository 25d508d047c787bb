"""The time that the outcome rests on."""

from __future__ import annotations

from meldingskontroll.explain.facts import Facts
from support.explained import explained, named_scene
from support.scene import SINCE, Scene


def holding(facts: Facts) -> set[str]:
    return {row["kind"] for row in facts.coverage if row["holds"]}


def test_a_covered_message_lies_in_the_places_time_the_logs_and_the_portals_extract() -> None:
    _, place = named_scene()
    assert holding(explained(place, "c")) == {"period", "required", "logs", "portal"}


def test_without_a_log_nothing_but_the_portal_covers_the_message() -> None:
    _, place = named_scene()
    place.uploads.clear()
    assert holding(explained(place, "c")) == {"period", "required", "portal"}


def test_an_incomplete_extract_covers_nothing() -> None:
    scene, place = named_scene()
    scene.extract = {"declared_total": 99}
    assert "portal" not in {row["kind"] for row in explained(place, "c").coverage}


def test_a_message_in_the_last_hours_of_a_log_lies_there() -> None:
    _, place = named_scene()
    place.uploads.clear()
    place.upload(period=(SINCE, "2023-01-19T00:00:00")).by_id("a b")
    assert holding(explained(place, "c")) == {"period", "required", "last_hours", "portal"}


def test_a_message_in_a_silent_stretch_lies_there() -> None:
    scene = Scene()
    place = scene.place("3805").send_each("a b c d e f g h i")
    place.upload().by_id("a b h i")
    found = explained(place, "e")
    assert holding(found) == {"period", "required", "silent", "portal"}


def test_a_message_beyond_where_a_period_was_cut_lies_there() -> None:
    scene = Scene()
    place = scene.place("3805").send_each("a b c d e f")
    place.upload().by_id("a b c")
    found = explained(place, "e")
    assert "cut_at_end" in holding(found)
    assert "logs" not in holding(found)
