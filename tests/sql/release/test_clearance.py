"""What may be deleted once it is decided, and that nothing may before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meldingskontroll import sql
from support.healthy import LARVIK, LOST, OSLO, message_id, tables
from support.judged import judged


def clearances(folder: Path, decision: str | None, **given: Any) -> dict[str, tuple[str, str]]:
    with judged(folder, **given) as connection:
        sql.run_file(connection, sql.sql_root() / "release" / "30_clearance.sql", {"decision": decision})
        rows = connection.execute("SELECT message_id::VARCHAR, clearance, reason FROM release__clearance").fetchall()
    assert len(rows) == 10
    return {message: (clearance, reason) for message, clearance, reason in rows}


@pytest.mark.parametrize("decision", ["HOLD", None, "", "release"])
def test_without_a_release_every_message_is_kept(decision: str | None, tmp_path: Path) -> None:
    assert set(clearances(tmp_path, decision).values()) == {("keep", "HOLD")}


def test_under_a_release_registered_messages_and_followed_up_losses_may_go(tmp_path: Path) -> None:
    found = clearances(tmp_path, "RELEASE")
    assert found[LOST] == ("delete", "FOLLOWED_UP")
    assert found[message_id(OSLO, 1)] == ("delete", "REGISTERED")


def test_a_loss_that_was_not_followed_up_is_kept(tmp_path: Path) -> None:
    assert clearances(tmp_path, "RELEASE", actions_taken=())[LOST] == ("keep", "LOST")


@pytest.mark.parametrize("outcome", ["unknown", "in_transit", "not_delivered", None])
def test_what_is_not_accounted_for_is_kept(outcome: str | None, tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"]
    rows[0] |= {"outcome": outcome}
    found = clearances(tmp_path, "RELEASE", reconcile__findings=rows)
    assert found[message_id(OSLO, 1)] == ("keep", (outcome or "unknown").upper())


def test_every_member_of_an_open_group_is_kept_and_of_a_followed_up_one_may_go(tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"]
    members = (LOST, message_id(LARVIK, 4))
    for row in rows:
        if row["message_id"] in members:
            row |= {"candidate_group": "g"}
    kept = clearances(tmp_path, "RELEASE", reconcile__findings=rows)
    assert {kept[member][0] for member in members} == {"keep"}
    followed = ("3805;;g;meldt_på_nytt;2023-06-20;",)
    gone = clearances(tmp_path, "RELEASE", reconcile__findings=rows, actions_taken=followed)
    assert {gone[member][0] for member in members} == {"delete"}


def test_a_message_of_nobodys_entry_is_kept(tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"][1:]
    found = clearances(tmp_path, "RELEASE", reconcile__findings=rows)
    assert found[message_id(OSLO, 1)] == ("keep", "NOT_IN_ROSTER")
