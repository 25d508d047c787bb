"""Only the rows of the files that concern the place are read."""

from __future__ import annotations

from meldingskontroll import sql
from support.explained import named_scene
from support.stages import file_of


def test_only_files_that_can_answer_for_the_place_are_read() -> None:
    scene, place = named_scene()
    other = scene.place("4601").send_each("x y z")
    other.upload("other.csv").by_id("x y z")
    result = scene.reconcile()
    sql.run_file(result.connection, file_of("explain", "registrations"), {"message_id": place.id_of("c")})
    assert result.table("explain__registrations", "DISTINCT folder_no, count(*) OVER ()") == [("3805", 4)]


def test_a_file_elsewhere_that_names_the_message_is_read_too() -> None:
    scene, place = named_scene()
    other = scene.place("4601").send_each("x")
    other.upload("other.csv").by_id("x").row("2023-01-18T10:00:20", message_id=place.id_of("c"))
    result = scene.reconcile()
    sql.run_file(result.connection, file_of("explain", "registrations"), {"message_id": place.id_of("c")})
    assert sorted(result.table("explain__registrations", "DISTINCT folder_no")) == [("3805",), ("4601",)]


def test_where_there_is_no_log_there_are_no_rows() -> None:
    scene, place = named_scene()
    place.uploads.clear()
    result = scene.reconcile()
    sql.run_file(result.connection, file_of("explain", "registrations"), {"message_id": place.id_of("c")})
    assert result.table("explain__registrations") == []
