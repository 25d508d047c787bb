"""Every message of the portal is held by one entry or by nobody."""

from __future__ import annotations

from pathlib import Path

from support.checked import TWICE, only


def test_sound_results_have_every_message_in_one_place(tmp_path: Path) -> None:
    assert set(only(tmp_path, "messages").values()) == {0}


def test_a_message_in_no_place_and_one_in_two_are_both_off(tmp_path: Path) -> None:
    assert only(tmp_path, "messages", "DELETE FROM reconcile__findings WHERE rowid = 0")["held_and_not_off_all"] == 1
    assert only(tmp_path, "messages", TWICE.format("reconcile__findings")) == {
        "held_twice": 1,
        "held_and_not_off_all": -1,
        "unknown_to_portal": 0,
        "of_no_entry": 0,
    }


def test_a_message_that_nobody_holds_is_accounted_for_by_nobody(tmp_path: Path) -> None:
    moved = "INSERT INTO reconcile__nobody SELECT recipient_id, 1, TRUE FROM reconcile__findings WHERE rowid = 0"
    gone = "DELETE FROM reconcile__findings WHERE rowid = 0"
    assert set(only(tmp_path, "messages", moved, gone).values()) == {0}
