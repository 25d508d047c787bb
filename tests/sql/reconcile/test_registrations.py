from __future__ import annotations

from typing import Any
from uuid import uuid4

from support.scene import Result, Scene

EARLY = {"period": ("2023-01-01T00:00:00", "2023-04-01T00:00:00"), "exported_utc": "2023-04-02T00:00:00"}
LATE = {"period": ("2023-01-01T00:00:00", "2023-06-01T00:00:00"), "exported_utc": "2023-06-02T00:00:00"}


def pools(result: Result) -> list[list[str]]:
    return [row[0] for row in result.table("reconcile__registrations", "entries")]


def test_a_row_that_names_a_place_can_answer_for_that_place_only() -> None:
    scene = Scene()
    host = scene.place("0301", service="T1")
    scene.place("1103", service="T1")
    scene.place("4601", service="T2")
    upload = host.upload(speaks_municipalities=["0301", "1103"])
    for number in ("1103", "0301", "4601", None):
        upload.row("2023-02-01T10:00:00", municipality_no=number)
    assert pools(scene.reconcile()) == [["1103"], ["0301"], [], ["0301", "1103"]]


def test_a_host_whose_folder_has_another_of_its_numbers_names_its_members_all_the_same() -> None:
    """The registry knows the host by the number of 2020, its folder has that of 2024."""
    for renumbered, expected in (({"3301": "3005"}, [["3006"], []]), ({}, [[], []])):
        scene = Scene(renumbered=renumbered)
        host = scene.place("3005", service="T1")
        scene.place("3006", service="T1")
        scene.place("3007", service="T2")
        upload = host.upload(folder_no="3301", speaks_municipalities=["3005"])
        for number in ("3006", "3007"):
            upload.row("2023-02-01T10:00:00", municipality_no=number)
        assert pools(scene.reconcile()) == expected


def test_a_row_that_names_a_district_answers_for_it_else_for_the_municipality() -> None:
    scene = Scene()
    place = scene.place("0301")
    scene.place("0301", "05")
    upload = place.upload()
    for district in ("05", "07", None):
        upload.row("2023-02-01T10:00:00", municipality_no="0301", district_no=district)
    upload.row("2023-02-01T10:00:00", district_no="05")
    assert pools(scene.reconcile()) == [["0301-05"], ["0301"], ["0301", "0301-05"], ["0301-05"]]


def test_only_rows_of_files_that_count_are_read() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a")
    place.upload("rejected.csv", status="rejected").by_id("a")
    assert pools(scene.reconcile()) == []


def test_ids_that_are_not_the_portals_are_taken_for_no_ids() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c d e")
    upload = place.upload()
    for name in place.messages:
        upload.by_time(name, message_id=uuid4())
    result = scene.reconcile()
    assert result.table("reconcile__registrations", "count(*), count(message_id)") == [(5, 0)]
    assert result.called(place, "registered") == "a b c d e"


def superseded(result: Result) -> list[tuple[Any, ...]]:
    return result.table("reconcile__registrations", "upload_sha256, file_row, superseded_by IS NOT NULL")


def test_rows_of_the_earlier_file_are_superseded_where_the_later_one_declares_the_time() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00").send("b", "2023-05-01T10:00:00")
    one, two = place.upload("one.csv", **EARLY), place.upload("two.csv", **LATE)
    one.by_id("a").row("2022-12-31T23:59:59").row("2023-04-01T00:00:00")
    two.by_id("a")
    found = superseded(scene.reconcile())
    assert {(row, gone) for sha, row, gone in found if sha == one.sha256} == {(2, True), (3, False), (4, False)}
    assert [gone for sha, _, gone in found if sha == two.sha256] == [False]


def test_a_row_that_can_answer_for_others_too_is_superseded_only_where_all_of_them_are() -> None:
    scene = Scene()
    host = scene.place("0301", service="T1")
    other = scene.place("1103", service="T1")
    both = host.upload("both.csv", speaks_municipalities=["0301", "1103"], **EARLY).row("2023-02-01T10:00:00")
    other.upload("other.csv", **LATE)
    assert superseded(scene.reconcile()) == [(both.sha256, 2, False)]
