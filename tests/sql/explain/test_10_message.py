"""The message asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from meldingskontroll import sql
from support.explained import explained, named_scene
from support.stages import file_of


def test_the_message_comes_with_its_place_its_row_in_the_portals_log_and_its_outcome() -> None:
    _, place = named_scene()
    found = explained(place, "c").message
    assert found["message_id"] == place.id_of("c")
    assert (found["entry_id"], found["source_file"], found["source_row"]) == ("3805", "messages.csv", 4)
    assert (found["outcome"], found["cause"], found["upload_sha256"]) == ("lost", "lost", None)
    assert (found["place_lost"], found["place_lost_low"], found["place_lost_high"]) == (1, 1, 1)


def test_a_message_that_nobody_holds_gives_no_row() -> None:
    scene, _ = named_scene()
    result = scene.reconcile()
    given = {"message_id": UUID(int=7), "as_of_utc": datetime(2023, 7, 1)}
    sql.run_file(result.connection, file_of("explain", "message"), given)
    assert result.table("explain__message") == []


def test_a_rejected_print_is_seen_only_once_it_has_happened() -> None:
    scene, place = named_scene()
    place.send("p", "2023-03-01T10:00:00", channel="PRINT", acknowledged=None)
    place.event("p", "AVVIST_PRINT", "2023-03-03T10:00:00")
    assert explained(place, "p").message["print_rejected"] is True
    scene.events.clear()
    place.event("p", "AVVIST_PRINT", "2023-08-03T10:00:00")
    assert explained(place, "p").message["print_rejected"] is False
