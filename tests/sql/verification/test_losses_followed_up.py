"""Every loss must be followed up; a loss in the figures that no message stands for blocks."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll import sql
from support.healthy import LARVIK, tables
from support.judged import changed, judged, verdict

NAME = "LOSSES_FOLLOWED_UP"


def test_an_entry_without_losses_meets_it(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME) == (True, "NO_LOSSES")


def test_a_followed_up_loss_meets_it_and_an_open_one_does_not(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, LARVIK) == (True, "MET")
    assert verdict(tmp_path, NAME, LARVIK, actions_taken=()) == (False, "NOT_FOLLOWED_UP")


def test_one_of_two_losses_followed_up_is_not_enough(tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"]
    rows[-1] |= {"outcome": "lost"}
    assert verdict(tmp_path, NAME, LARVIK, reconcile__findings=rows) == (False, "NOT_FOLLOWED_UP")


def test_the_evidence_names_the_losses_that_are_open_and_no_others(tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"]
    rows[-1] |= {"outcome": "lost"}
    with judged(tmp_path, reconcile__findings=rows) as connection:
        (found,) = sql.rows(
            connection,
            "SELECT evidence FROM verification__losses_followed_up WHERE entry_id = $entry",
            {"entry": LARVIK},
        )
    assert found["evidence"] == f"losses_or_groups=2, followed_up=1, open={rows[-1]['message_id']}"


def test_a_loss_without_a_message_blocks(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, **changed("reconcile__entries", lost=1)) == (False, "LOSSES_NOT_NAMED")
    assert verdict(tmp_path, NAME, reconcile__entries=[]) == (False, "NOT_RECONCILED")
