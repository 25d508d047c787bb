from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from support.stages import yielded

EXTRACT: dict[str, Any] = {
    "declared": True, "from_utc": datetime(2020, 8, 31, 22), "to_utc": datetime(2023, 7, 1), "declared_total": 2,
    "unique_ids": 2, "invalid_rows": 0, "conflicting_ids": 0,
}  # fmt: skip
REQUIRED = (
    "SELECT * FROM (VALUES ('1811', TIMESTAMP '2021-01-01', TIMESTAMP '2023-06-24')) AS t(entry_id, from_utc, to_utc)"
)


def cover(required: str = REQUIRED, **changed: Any) -> tuple[Any, ...]:
    tables = {"portal__extract": [EXTRACT | changed], "reconcile__required": required}
    (row,) = yielded("reconcile", "portal_cover", tables, "complete, reason")
    return row


def test_an_extract_that_covers_what_is_required_and_counts_right_is_complete() -> None:
    assert cover() == (True, None)
    assert cover(from_utc=datetime(2021, 1, 1), to_utc=datetime(2023, 6, 24)) == (True, None)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"declared": False}, "PORTAL_MANIFEST_MISSING"),
        ({"unique_ids": 1}, "TOTAL_DIFFERS"),
        ({"unique_ids": 3}, "TOTAL_DIFFERS"),
        ({"declared_total": None}, "TOTAL_DIFFERS"),
        ({"invalid_rows": 1}, "INVALID_ROWS"),
        ({"conflicting_ids": 1}, "CONFLICTING_IDS"),
        ({"from_utc": datetime(2021, 1, 1, 0, 0, 1)}, "PERIOD_TOO_SHORT"),
        ({"to_utc": datetime(2023, 6, 23, 23, 59, 59)}, "PERIOD_TOO_SHORT"),
        ({"from_utc": datetime(2023, 7, 1)}, "PERIOD_TOO_SHORT"),
    ],
)
def test_an_extract_that_lacks_anything_is_not_complete_and_says_why(changed: dict[str, Any], reason: str) -> None:
    assert cover(**changed) == (False, reason)


def test_an_empty_roster_requires_no_period_but_the_extract_must_still_be_sound() -> None:
    empty = REQUIRED + " WHERE false"
    assert cover(empty) == (True, None)
    assert cover(empty, unique_ids=1) == (False, "TOTAL_DIFFERS")
    assert cover(empty, from_utc=None, to_utc=None)[0] is False
