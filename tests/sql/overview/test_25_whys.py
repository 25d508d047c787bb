"""The lost and unknown messages that a municipality's page explains."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from support.stages import DEADLINE, yielded

START = datetime(2023, 3, 1, 10)
PLACE = {"municipality_no": "4601", "entry_id": "4601"}


def finding(number: int, outcome: str, cause: str | None = None, **more: Any) -> dict[str, Any]:
    made = {
        "message_id": uuid.UUID(int=number), "sent_at_utc": START + timedelta(days=number), "outcome": outcome,
        "cause": cause, "file_row": number if outcome == "registered" else None,
    }  # fmt: skip
    return PLACE | made | more


def whys(findings: list[dict[str, Any]], columns: str, **tables: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    given = {
        "reconcile__findings": findings,
        "roster__entries": [PLACE | {"canonical_no": "4601"}],
        "intake__uploads": tables.get("uploads", []),
        "reconcile__extras": tables.get("extras", []),
        "reconcile__coverage": tables.get("coverage", []),
        "reconcile__entries": [],
    }
    return yielded("overview", "whys", given, columns, **DEADLINE)


def test_losses_and_unknowns_have_their_registered_neighbours_and_others_are_left_out() -> None:
    found = whys(
        [
            finding(1, "registered", upload_sha256="s1"),
            finding(2, "lost", "lost"),
            finding(3, "unknown", "silent"),
            finding(4, "registered"),
        ],
        "outcome, before_row, before_file, after_row",
        uploads=[{"sha256": "s1", "file_name": "log.csv", "status": "accepted"}],
    )
    assert found == [("lost", 1, "log.csv", 4), ("unknown", 1, "log.csv", 4)]


def test_at_most_fifty_are_shown_and_a_loss_is_never_crowded_out() -> None:
    unknown = [finding(number, "unknown", "not_covered") for number in range(1, 80)]
    found = whys([*unknown, finding(90, "lost", "lost"), finding(91, "unknown", "superseded")], "outcome, cause")
    assert len(found) == 50
    assert {("lost", "lost"), ("unknown", "superseded")} <= set(found)


def test_a_file_whose_period_holds_the_message_is_named_and_a_rejected_one_is_not() -> None:
    upload = {
        "folder_no": "4601", "period_from_utc": START, "period_to_utc": START + timedelta(days=9),
        "speaks_municipalities": ["4601"], "arrived_utc": START,
    }  # fmt: skip
    uploads = [
        upload | {"file_name": "log.csv", "status": "accepted"},
        upload | {"file_name": "12345678901.csv", "status": "rejected"},
        upload | {"file_name": "early.csv", "status": "accepted", "period_to_utc": START + timedelta(days=1)},
    ]
    covered = [{"entry_id": "4601", "from_utc": START, "to_utc": START + timedelta(days=8)}]
    found = whys(
        [finding(2, "lost", "lost"), finding(20, "unknown", "not_covered")],
        "files, proven_to_utc", uploads=uploads, coverage=covered,
    )  # fmt: skip
    assert found == [(["log.csv"], START + timedelta(days=8)), ([], None)]


def test_rows_that_answer_nobody_count_only_within_the_deadline() -> None:
    sent = START + timedelta(days=2)
    extra = {"entry_id": "4601", "reason": "NO_MESSAGE_IN_TIME"}
    extras = [extra | {"received_utc": sent + timedelta(hours=hours)} for hours in (-1, 1, 39, 41)]
    assert whys([finding(2, "lost", "lost")], "surplus_rows", extras=extras) == [(2,)]
    assert whys([finding(2, "lost", "lost")], "surplus_rows") == [(0,)]


def test_where_nothing_is_lost_or_unknown_there_is_nothing_to_explain() -> None:
    assert whys([finding(1, "registered")], "*") == []
    assert whys([], "*") == []
