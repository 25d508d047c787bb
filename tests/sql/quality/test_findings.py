"""The findings are the portal's messages, each once, day by day."""

from __future__ import annotations

from pathlib import Path

from support.checked import TWICE, faults


def test_sound_findings_have_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, "findings") == {"0301-05": {}, "3805": {}}


def test_a_message_without_a_finding_is_missing_from_its_day(tmp_path: Path) -> None:
    found = faults(tmp_path, "findings", "DELETE FROM reconcile__findings WHERE rowid = 0")
    assert found == {"0301-05": {"missing": 1, "days_not_conserved": 1, "findings_off_sent": -1}, "3805": {}}


def test_one_lost_and_one_repeated_do_not_cancel_out(tmp_path: Path) -> None:
    damage = ["DELETE FROM reconcile__findings WHERE rowid = 1", TWICE.format("reconcile__findings")]
    found = faults(tmp_path, "findings", *damage)["0301-05"]
    assert found == {"missing": 1, "repeated": 1, "days_not_conserved": 2}


def test_a_message_held_by_the_wrong_entry_is_missing_there_and_surplus_here(tmp_path: Path) -> None:
    found = faults(tmp_path, "findings", "UPDATE reconcile__findings SET entry_id = '3805' WHERE rowid = 0")
    assert found["0301-05"]["missing"] == found["3805"]["surplus"] == 1


def test_a_message_in_transit_is_no_older_than_the_deadline(tmp_path: Path) -> None:
    for sent, faulty in (("2023-06-29 14:00:00", 1), ("2023-06-29 14:00:01", 0)):
        set_sent = f"sent_at_utc = TIMESTAMP '{sent}'"
        change = f"UPDATE reconcile__findings SET outcome = 'in_transit', {set_sent} WHERE rowid = 0"  # noqa: S608
        assert faults(tmp_path, "findings", change)["0301-05"].get("in_transit_too_old", 0) == faulty


def test_a_groups_probabilities_sum_to_its_losses(tmp_path: Path) -> None:
    group = "UPDATE reconcile__findings SET candidate_group = 'g', loss_probability = {} WHERE rowid IN (7, 8)"
    assert faults(tmp_path, "findings", group.format(0.5)) == {"0301-05": {}, "3805": {}}
    assert faults(tmp_path, "findings", group.format(0.6))["3805"] == {"wrong_groups": 1}
