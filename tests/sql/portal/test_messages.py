from __future__ import annotations

from support.stages import portal_stage

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ROW = {"bydelRessursId": ONE, "innsendt": "2022-03-01T09:00:00", "skjemaType": "PRIVAT", "kanal": "FIKS_IO"}


def test_identical_repeats_are_one_message() -> None:
    row = ROW | {"bekymringsmeldingId": ONE, "bekreftet": "2022-03-01T09:00:05"}
    with portal_stage([row, row, row | {"bekymringsmeldingId": TWO}]) as connection:
        found = connection.execute("SELECT message_id::VARCHAR FROM portal__messages ORDER BY 1").fetchall()
    assert found == [(ONE,), (TWO,)]


def test_where_rows_of_one_id_differ_the_latest_acknowledgement_counts() -> None:
    row = ROW | {"bekymringsmeldingId": ONE}
    rows = [row | {"bekreftet": "2022-03-01T09:00:05"}, row | {"bekreftet": "2022-03-02T10:00:00"}, row]
    for order in (rows, rows[::-1]):
        with portal_stage(order) as connection:
            found = connection.execute("SELECT acknowledged_utc::VARCHAR FROM portal__messages").fetchall()
        assert found == [("2022-03-02 09:00:00",)]


def test_a_row_without_an_id_or_a_sending_time_is_no_message() -> None:
    rows = [ROW | {"bekymringsmeldingId": "x"}, ROW | {"bekymringsmeldingId": ONE, "innsendt": ""}]
    with portal_stage(rows) as connection:
        assert connection.execute("SELECT count(*) FROM portal__messages").fetchall() == [(0,)]
