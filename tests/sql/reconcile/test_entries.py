from __future__ import annotations

from datetime import datetime

from support.scene import Scene
from support.stages import columns_wanted


def test_every_message_counts_in_one_outcome_and_the_share_is_that_of_proven_time() -> None:
    scene = Scene(as_of="2023-07-01T12:00:00")
    place = scene.place("1811").send_each("a b c d e f")
    place.send("e", "2023-01-26T10:00:00", channel="PRINT").send("f", "2023-01-30T10:00:00", acknowledged=None)
    place.send("moving", "2023-07-01T10:00:00").send("recent", "2023-06-28T10:00:00")
    place.upload(period=("2023-01-01T00:00:00", "2023-04-02T16:00:00")).by_id("a b d")
    found = scene.reconcile().entry(place)
    outcomes = ("registered", "lost", "printed", "not_delivered", "in_transit", "unknown")
    assert [found[name] for name in outcomes] == [3, 1, 1, 1, 1, 1]
    assert found["sent"] == 8 and found["unknown_required"] == 0
    assert (found["lost_low"], found["lost_high"]) == (1, 1)
    assert (found["coverage_from_utc"], found["coverage_to_utc"]) == (datetime(2023, 1, 1), datetime(2023, 4, 1))
    assert found["required_seconds"] == 15_076_800
    assert found["coverage_share"] == 90 * 86_400 / 15_076_800


def test_an_entry_that_was_never_heard_from_is_a_row_of_zeros_and_proves_nothing() -> None:
    scene = Scene()
    scene.place("1811").send_each("a").upload().by_id("a")
    silent = scene.place("1812")
    found = scene.reconcile().entry(silent)
    assert (found["sent"], found["uploads"], found["registrations"], found["coverage_share"]) == (0, 0, 0, 0)
    assert found["coverage_from_utc"] is None and found["clock_offset_s"] is None


def test_whole_coverage_is_exactly_one_and_a_second_less_is_not() -> None:
    for begin, whole in (("2023-01-01T00:00:00", True), ("2023-01-01T00:00:01", False)):
        scene = Scene()
        place = scene.place("1811").send_each("a")
        place.upload(period=(begin, "2023-07-01T00:00:00")).by_id("a")
        assert (scene.reconcile().entry(place)["coverage_share"] == 1) is whole


def test_rejected_rows_leave_the_count_of_losses_open_upwards() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c d e")
    place.upload(rows_rejected=1).by_id("a c e")
    found = scene.reconcile().entry(place)
    assert (found["lost_low"], found["lost"], found["lost_high"], found["unknown_required"]) == (1, 1, 2, 1)


def test_an_incomplete_extract_leaves_no_share_but_keeps_the_loss() -> None:
    scene = Scene(extract={"declared_total": 7})
    place = scene.place("1811").send_each("a b c")
    place.upload().by_id("a c")
    found = scene.reconcile().entry(place)
    assert (found["coverage_share"], found["portal_covered"], found["lost"]) == (0, False, 1)


def test_an_empty_roster_is_an_empty_table_with_the_columns_that_other_rooms_read() -> None:
    result = Scene().reconcile()
    assert result.table("reconcile__entries") == []
    made = {row[0] for row in result.connection.execute("DESCRIBE reconcile__entries").fetchall()}
    assert columns_wanted("reconcile__entries") <= made
    findings = {row[0] for row in result.connection.execute("DESCRIBE reconcile__findings").fetchall()}
    assert columns_wanted("reconcile__findings") <= findings
