from __future__ import annotations

from typing import Any

from support.scene import Scene


def answers(**declared: Any) -> list[tuple[Any, ...]]:
    scene = Scene()
    place = scene.place("0301")
    scene.place("0301", "05")
    scene.place("1103")
    place.upload(**declared)
    return scene.reconcile().table("reconcile__answers", "entry_id, speaks")


def test_a_file_speaks_for_the_whole_of_its_municipality_unless_it_says_less() -> None:
    assert answers() == [("0301", True), ("0301-05", True)]


def test_a_file_for_a_district_speaks_for_it_alone_though_rows_may_answer_the_municipalitys_entry() -> None:
    assert answers(speaks_districts=["05"]) == [("0301", False), ("0301-05", True)]


def test_a_file_for_all_districts_of_an_entry_speaks_for_it() -> None:
    assert ("0301", True) in answers(speaks_districts=["", "05"])


def test_a_hosts_file_speaks_for_those_it_names_and_a_file_of_another_place_for_none() -> None:
    assert answers(speaks_municipalities=["0301", "1103"]) == [("0301", True), ("0301-05", True), ("1103", True)]
    assert answers(speaks_municipalities=["4601"]) == []
