"""Coverage is met only when the whole required period is proven and nothing in it is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import OSLO
from support.judged import changed, judged, verdict


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (True, "MET")),
        ({"coverage_share": 0.99999999}, (False, "NOT_ALL_PROVEN")),
        ({"coverage_share": 0.0, "uploads": 0}, (False, "NO_LOG")),
        ({"coverage_share": None}, (False, "NOT_ALL_PROVEN")),
        ({"coverage_share": 0.0, "portal_covered": False}, (False, "PORTAL_NOT_COVERED")),
        ({"unknown_required": 1}, (False, "MESSAGES_UNKNOWN")),
        ({"unknown_required": None}, (False, "MESSAGES_UNKNOWN")),
        ({"required_seconds": 0}, (False, "NO_REQUIRED_PERIOD")),
        ({"unknown": 3}, (True, "MET")),
    ],
)
def test_the_share_and_the_unknown_messages_decide(values: dict[str, object], expected: object, tmp_path: Path) -> None:
    assert verdict(tmp_path, "LOG_COVERED", **changed("reconcile__entries", OSLO, **values)) == expected


def test_an_entry_that_was_never_reconciled_is_a_row_that_blocks(tmp_path: Path) -> None:
    assert verdict(tmp_path, "LOG_COVERED", reconcile__entries=[]) == (False, "NOT_RECONCILED")


def test_silent_stretches_are_the_evidence(tmp_path: Path) -> None:
    silence = {"entry_id": OSLO, "from_utc": "2023-02-01", "to_utc": "2023-03-01", "messages": 7}
    short = changed("reconcile__entries", OSLO, coverage_share=0.9)
    with judged(tmp_path, reconcile__silences=[silence], **short) as connection:
        ((reason, evidence),) = connection.execute(
            "SELECT reason, evidence FROM verification__log_covered WHERE NOT met"
        ).fetchall()
    assert reason == "LOG_SILENT"
    assert "SILENT 2023-02-01T00:00:00Z/2023-03-01T00:00:00Z messages=7" in evidence
    assert "share=0.9" in evidence
