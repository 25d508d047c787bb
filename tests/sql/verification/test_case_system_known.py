"""An unknown or contradicted case system blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import LARVIK, OSLO
from support.judged import changed, judged, verdict


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (True, "MET")),
        ({"case_system": "UKJENT"}, (False, "CASE_SYSTEM_UNKNOWN")),
        ({"case_system": None}, (False, "CASE_SYSTEM_UNKNOWN")),
        ({"case_system_conflict": True}, (False, "CASE_SYSTEM_CONFLICT")),
        ({"case_system_conflict": None}, (False, "CASE_SYSTEM_CONFLICT")),
    ],
)
def test_only_familia_without_contradiction_is_known(
    values: dict[str, object], expected: object, tmp_path: Path
) -> None:
    assert verdict(tmp_path, "CASE_SYSTEM_KNOWN", **changed("roster__entries", **values)) == expected


@pytest.mark.parametrize("reason", ["DISTRICT_WITHOUT_SYSTEM", "MESSAGES_UNDER_OTHER_NUMBER"])
def test_messages_that_may_be_the_entrys_and_that_nobody_holds_leave_it_unknown(reason: str, tmp_path: Path) -> None:
    unheld = {"entry_id": LARVIK, "reason": reason, "messages": 2, "listed_under": "0709"}
    unheld |= {"first_sent_utc": "2022-01-01T00:00:00", "last_sent_utc": "2022-02-01T00:00:00"}
    given = {"roster__unheld": [unheld]}
    assert verdict(tmp_path, "CASE_SYSTEM_KNOWN", LARVIK, **given) == (False, reason)
    assert verdict(tmp_path, "CASE_SYSTEM_KNOWN", OSLO, **given) == (True, "MET")


def test_of_two_such_reasons_the_first_is_said_and_the_evidence_has_all_the_time(tmp_path: Path) -> None:
    row = {"entry_id": LARVIK, "messages": 1, "listed_under": "3805"}
    rows = [
        row | {"reason": "MESSAGES_UNDER_OTHER_NUMBER", "first_sent_utc": "2022-02-01", "last_sent_utc": "2022-03-01"},
        row | {"reason": "DISTRICT_WITHOUT_SYSTEM", "first_sent_utc": "2022-01-01", "last_sent_utc": "2022-02-01"},
    ]
    with judged(tmp_path, roster__unheld=rows) as connection:
        ((reason, evidence),) = connection.execute(
            "SELECT reason, evidence FROM verification__case_system_known WHERE entry_id = $e", {"e": LARVIK}
        ).fetchall()
    assert reason == "DISTRICT_WITHOUT_SYSTEM"
    assert evidence.endswith("unheld=2, listed_under=3805|3805, sent=2022-01-01T00:00:00Z/2022-03-01T00:00:00Z")
