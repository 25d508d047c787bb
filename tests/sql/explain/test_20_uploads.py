"""The files that can answer for the place, and how their clocks were read."""

from __future__ import annotations

from support.explained import explained, named_scene
from support.scene import SINCE
from support.set_clocks import one_step


def test_a_file_says_whether_its_period_holds_the_message() -> None:
    _, place = named_scene()
    place.upload("short.csv", period=(SINCE, "2023-01-12T00:00:00"), exported_utc="2023-01-12T00:00:00").by_id("a")
    found = {row["file_name"]: row["holds"] for row in explained(place, "c").uploads}
    assert found == {"log.csv": True, "short.csv": False}


def test_a_file_without_a_declared_period_holds_no_message() -> None:
    _, place = named_scene()
    place.upload("bare.csv", period=None).by_id("a")
    found = {row["file_name"]: row["holds"] for row in explained(place, "c").uploads}
    assert found["bare.csv"] is False


def test_a_file_that_a_later_one_replaces_for_the_time_says_so() -> None:
    _, place = named_scene()
    place.upload("later.csv", exported_utc="2023-06-30T00:00:00").by_id("a b d")
    place.uploads[0].declared["exported_utc"] = "2023-06-20T00:00:00"
    found = {row["file_name"]: row["replaced"] for row in explained(place, "c").uploads}
    assert found == {"log.csv": True, "later.csv": False}


def test_the_clocks_offset_is_given_where_it_is_identified_and_only_there() -> None:
    _, place = named_scene()
    place.uploads.clear()
    place.upload("ahead.csv").by_id("a b d e", delay=320)
    found = explained(place, "c").uploads[0]
    assert found["identified"] is True
    assert 290 <= found["offset_s"] <= 320
    place.uploads.clear()
    place.upload("one.csv").by_id("a")
    found = explained(place, "c").uploads[0]
    assert (found["identified"], found["offset_s"]) == (False, None)


def test_a_clock_that_was_set_is_told_period_by_period_and_the_file_stands_once() -> None:
    place, result = one_step()
    (found,) = explained(place, "m80", result).uploads
    assert [period["identified"] for period in found["clock_periods"]] == [True, True]
    assert found["clock_periods"][0]["to_local"] == found["clock_periods"][1]["from_local"]
    assert (found["convention"], found["offset_s"]) == (
        found["clock_periods"][1]["convention"],
        found["clock_periods"][1]["offset_s"],
    )
    (early,) = explained(place, "m20", result).uploads
    assert early["offset_s"] == found["clock_periods"][0]["offset_s"]


def test_a_file_elsewhere_that_names_the_message_is_there_but_does_not_speak_for_the_place() -> None:
    scene, place = named_scene()
    other = scene.place("4601").send_each("x")
    other.upload("other.csv").by_id("x").row("2023-01-18T10:00:20", message_id=place.id_of("c"))
    found = {row["file_name"]: row["speaks"] for row in explained(place, "c").uploads}
    assert found == {"log.csv": True, "other.csv": False}
