from __future__ import annotations

from typing import Any

from support.scene import Scene

JANUARY = ("2023-01-01T00:00:00", "2023-02-01T00:00:00")


def proven(extract: dict[str, Any]) -> list[tuple[str, str]]:
    scene = Scene(as_of="2023-07-01T12:00:00", extract=extract)
    place = scene.place("1811", since="2023-01-10T00:00:00").send("a", "2023-01-20T10:00:00")
    place.upload(period=JANUARY).by_id("a")
    return scene.reconcile().stretches("reconcile__proven", place)


def test_a_stretch_is_proven_where_the_log_the_portal_and_the_entrys_own_time_meet() -> None:
    assert proven({}) == [("2023-01-10T00:00:00", "2023-01-30T08:00:00")]


def test_an_incomplete_or_undeclared_extract_proves_nothing() -> None:
    assert proven({"declared": False}) == []
    assert proven({"declared_total": 2}) == []
    assert proven({"invalid_rows": 1}) == []
