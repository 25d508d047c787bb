from __future__ import annotations

from support.scene import Scene

EARLY = {"exported_utc": "2023-06-02T00:00:00"}
LATE = {"exported_utc": "2023-06-03T00:00:00"}


def test_an_id_goes_before_time_and_time_before_nothing() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c")
    place.upload().by_id("a").by_time("b")
    assert scene.reconcile().table("reconcile__answered", "matched_by") == [("id",), ("time",), (None,)]


def test_a_printed_message_is_answered_by_id_but_never_by_time() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b", channel="PRINT")
    place.upload().by_id("a").row(place.messages["b"]["sent_utc"])
    assert scene.reconcile().table("reconcile__answered", "matched_by") == [("id",), (None,)]


def test_what_only_a_superseded_file_registers_is_not_answered_and_is_marked() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c")
    place.upload("one.csv", **EARLY).by_id("a").by_time("b c")
    place.upload("two.csv", **LATE).by_time("c")
    found = scene.reconcile().table("reconcile__answered", "matched_by, only_superseded")
    assert [row for row in found if row[1]] == [(None, True), (None, True)]
    assert found[2] == ("time", False)


def test_a_message_in_both_logs_is_answered_by_the_case_systems_row() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a", channel="SVARINN")
    place.upload("importer.log", format="svarinn_importer").by_time("a", delay=5)
    system = place.upload("system.csv").by_time("a", delay=60)
    result = scene.reconcile()
    assert result.finding(place, "a")["upload_sha256"] == system.sha256
