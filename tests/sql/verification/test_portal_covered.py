"""An extract that is not proven whole covers nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import LARVIK, OSLO
from support.judged import changed, verdict


def test_a_whole_extract_covers_all(tmp_path: Path) -> None:
    assert verdict(tmp_path, "PORTAL_COVERED") == (True, "MET")


@pytest.mark.parametrize("entry_id", [OSLO, LARVIK])
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"declared": False, "declared_total": None}, "PORTAL_MANIFEST_MISSING"),
        ({"declared_total": 11}, "TOTAL_DIFFERS"),
        ({"declared_total": 9}, "TOTAL_DIFFERS"),
        ({"declared_total": None}, "TOTAL_DIFFERS"),
        ({"invalid_rows": 1}, "INVALID_ROWS"),
        ({"conflicting_ids": 1}, "CONFLICTING_IDS"),
        ({"from_utc": "2022-01-01T00:00:01"}, "PERIOD_TOO_SHORT"),
        ({"to_utc": "2023-06-24T05:59:59"}, "PERIOD_TOO_SHORT"),
        ({"to_utc": None}, "PERIOD_TOO_SHORT"),
    ],
)
def test_whatever_makes_the_extract_incomplete_blocks_every_entry(
    values: dict[str, object], reason: str, entry_id: str, tmp_path: Path
) -> None:
    assert verdict(tmp_path, "PORTAL_COVERED", entry_id, **changed("portal__extract", **values)) == (False, reason)


def test_the_reconciliations_doubt_blocks_too(tmp_path: Path) -> None:
    doubt = changed("reconcile__entries", portal_covered=False)
    assert verdict(tmp_path, "PORTAL_COVERED", **doubt) == (False, "PORTAL_INCOMPLETE")


def test_no_extract_and_no_reconciliation_are_rows_that_block(tmp_path: Path) -> None:
    assert verdict(tmp_path, "PORTAL_COVERED", portal__extract=[]) == (False, "NOT_RECONCILED")
    assert verdict(tmp_path, "PORTAL_COVERED", reconcile__entries=[]) == (False, "NOT_RECONCILED")
