from __future__ import annotations

from support.stages import portal_stage

ONE = "11111111-1111-4111-8111-111111111111"
EVENT = {"bekymringsmeldingId": ONE, "tidspunkt": "2022-03-01T09:00:00", "state": "sendt_print", "beskrivelse": "navn"}


def test_an_event_is_read_once_and_its_free_text_is_not_kept() -> None:
    with portal_stage([], [EVENT, EVENT]) as connection:
        found = connection.execute(
            "SELECT message_id::VARCHAR, at_utc::VARCHAR, state, description_present FROM portal__events"
        ).fetchall()
        columns = [row[0] for row in connection.execute("DESCRIBE portal__events").fetchall()]
        kept = connection.execute("SELECT * FROM portal__events").fetchall()
    assert found == [(ONE, "2022-03-01 08:00:00", "SENDT_PRINT", True)]
    assert "beskrivelse" not in columns and "navn" not in str(kept)


def test_an_event_of_no_message_is_left_out() -> None:
    with portal_stage([], [EVENT | {"bekymringsmeldingId": "x"}]) as connection:
        assert connection.execute("SELECT count(*) FROM portal__events").fetchall() == [(0,)]
