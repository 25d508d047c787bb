from __future__ import annotations

from support.stages import portal_stage

ONE = "11111111-1111-4111-8111-111111111111"
ROW = {"bekymringsmeldingId": ONE, "bydelRessursId": ONE, "innsendt": "2022-03-01T09:00:00", "kanal": "FIKS_IO"}


def test_a_good_extract_has_no_problem_and_repeats_are_harmless() -> None:
    with portal_stage([ROW, ROW]) as connection:
        assert connection.execute("SELECT * FROM portal__problems").fetchall() == []


def test_every_fault_is_listed_with_the_row_it_stands_in() -> None:
    rows = [ROW, ROW | {"bekreftet": "2022-03-01T09:00:05"}, ROW | {"bekymringsmeldingId": "x"}]
    with portal_stage(rows, rejected_rows=[9]) as connection:
        found = connection.execute("SELECT problem, source_row FROM portal__problems").fetchall()
    assert found == [("CONFLICTING_ID", 2), ("INVALID_ID", 4), ("UNREADABLE_ROW", 9)]


def test_an_event_without_a_message_or_a_time_is_a_problem_and_a_whole_one_is_not() -> None:
    whole = {"bekymringsmeldingId": ONE, "tidspunkt": "2022-03-01T10:00:00", "state": "AVVIST_PRINT"}
    history = [whole, whole | {"tidspunkt": "i går"}, whole | {"bekymringsmeldingId": "x"}]
    with portal_stage([ROW], history=history) as connection:
        found = connection.execute("SELECT problem, source_row FROM portal__problems").fetchall()
        incomplete = connection.execute("SELECT invalid_rows FROM portal__extract").fetchall()
    assert found == [("INVALID_EVENT", 3), ("INVALID_EVENT", 4)]
    assert incomplete == [(2,)]
