from __future__ import annotations

from typing import Any

from support.drilled import NAMES, orderly_places, planted
from support.scene import Scene


def orderly(scene: Scene) -> list[tuple[Any, ...]]:
    return planted(scene).table("drill__orderly", "entry_id, way")


def test_covered_logs_that_answer_in_one_way_can_carry_a_drill() -> None:
    scene = Scene()
    orderly_places(scene)
    assert orderly(scene) == [("1811", "id"), ("1812", "time")]


def test_logs_that_prove_nothing_mix_ids_and_time_refused_rows_or_replace_another_cannot() -> None:
    scene = Scene()
    unproven, mixed = scene.place("1811").send_each(NAMES), scene.place("1812").send_each(NAMES)
    refused, replaced = scene.place("1813").send_each(NAMES), scene.place("1815").send_each(NAMES)
    unproven.upload(period=None).by_id(NAMES)
    mixed.upload().by_id("m0 m1").by_time(NAMES.removeprefix("m0 m1 "))
    refused.upload(rows_rejected=1).by_id(NAMES)
    replaced.upload("one.csv", exported_utc="2023-06-01T00:00:00").by_id(NAMES)
    replaced.upload("two.csv", exported_utc="2023-06-02T00:00:00").by_id(NAMES)
    assert orderly(scene) == []


def test_a_hosts_file_for_several_cannot() -> None:
    scene = Scene()
    host = scene.place("0301", service="T1").send_each(NAMES)
    scene.place("1103", service="T1")
    host.upload(speaks_municipalities=["0301", "1103"]).by_id(NAMES)
    assert orderly(scene) == []


def test_a_log_of_dates_alone_can_by_id_and_never_by_time() -> None:
    scene = Scene()
    by_id, by_time = scene.place("1811").send_each(NAMES), scene.place("1812").send_each(NAMES)
    by_id.upload().by_id(NAMES, resolution_s=86400)
    by_time.upload().by_time(NAMES, resolution_s=86400)
    assert orderly(scene) == [("1811", "id")]


def test_a_log_by_time_whose_clock_is_not_identified_cannot() -> None:
    scene = Scene()
    place = scene.place("1812").send_each(NAMES)
    log = place.upload()
    for number, name in enumerate(NAMES.split()):
        log.by_time(name, delay=3600 * (1 + number % 6))
    result = planted(scene)
    assert result.table("reconcile__entries", "registered, clock_offset_s") == [(len(NAMES.split()), None)]
    assert result.table("drill__orderly") == result.table("drill__planted") == []
