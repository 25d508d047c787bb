from __future__ import annotations

from datetime import timedelta

from support.scene import Scene

NAMES = " ".join(f"m{number}" for number in range(30))


def test_convention_and_offset_are_taken_out_and_the_raw_row_is_left_as_it_was() -> None:
    scene = Scene()
    place = scene.place("1811").send_each(NAMES, first="2023-01-03T10:00:00", days=5, acknowledged=None)
    place.upload().by_time(NAMES, wall="utc", delay=620)
    result = scene.reconcile()
    corrected = result.table("reconcile__rows_in_time", "at_utc")
    sent = [message["sent_utc"] for message in place.messages.values()]
    assert all(abs((row[0] - moment).total_seconds()) <= 30 for row, moment in zip(corrected, sent, strict=True))
    raw = result.table("intake__registrations", "received_local, received_utc")
    first = place.messages["m0"]["sent_utc"]
    assert raw[0] == (first + timedelta(seconds=620), first + timedelta(seconds=620) - timedelta(hours=1))


def test_an_unidentified_clock_is_left_alone_and_a_row_is_only_ever_moved_late() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c")
    upload = place.upload().row("2023-02-01T10:00:00").row("2023-02-02T10:00:00", resolution_s=60)
    upload.row("2023-02-03T10:00:00", resolution_s=86400)
    found = scene.reconcile().table("reconcile__rows_in_time", "at_utc::VARCHAR, margin")
    assert [row[0] for row in found] == ["2023-02-01 10:00:00", "2023-02-02 10:00:00", "2023-02-03 10:00:00"]
    assert [row[1].total_seconds() for row in found] == [30, 90, 86400]
