"""A municipality with losses has reported the deviation; its other districts answer for it too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.healthy import LARVIK, OSLO, tables
from support.judged import verdict

NAME = "DEVIATION_REPORTED"


def test_without_losses_there_is_nothing_to_report(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, OSLO, actions_taken=()) == (True, "NO_LOSSES")


@pytest.mark.parametrize(
    ("action", "met"),
    [
        ("3805;;;avvik_meldt_datatilsynet;2023-06-21;", True),
        ("0712;;;avvik_meldt_datatilsynet;2023-06-21;", True),
        ("3805;;;offentlig_varslet;2023-06-21;", False),
        ("0301;;;avvik_meldt_datatilsynet;2023-06-21;", False),
        ("3805;;;avvik_meldt_datatilsynet;2023-07-02;", False),
        ("3805;;;avvik_meldt_datatilsynet;;", False),
    ],
)
def test_a_municipality_with_losses_reports_them_itself_and_in_time(action: str, met: bool, tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, LARVIK, actions_taken=(action,)) == (met, "MET" if met else "NOT_REPORTED")


def test_a_loss_in_one_district_is_the_municipalitys(tmp_path: Path) -> None:
    entries = tables()["roster__entries"]
    entries[1] |= {"canonical_no": "0301", "municipality_no": "0301", "district_no": "06"}
    given: dict[str, Any] = {"roster__entries": entries, "actions_taken": ()}
    for entry_id in (OSLO, LARVIK):
        assert verdict(tmp_path, NAME, entry_id, **given) == (False, "NOT_REPORTED")


def test_an_entry_that_was_never_reconciled_blocks(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, reconcile__entries=[]) == (False, "NOT_RECONCILED")
