"""The moment from which a version without the fault is confirmed in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.settings import Settings
from support.healthy import LARVIK, OSLO
from support.judged import judged


def fix(
    version: str = "23.2", installed: str | None = "2023-06-02T10:00:00", district: str = "05", **given: Any
) -> Any:
    parts = [int(part) for part in version.split(".")] if version.replace(".", "").isdigit() else None
    row = {"municipality_no": "0301", "canonical_no": "0301", "district_no": district, "version": version}
    row |= {"version_parts": parts, "installed_utc": installed, "confirmed_by": "navn", "source_row": 2}
    return row | {"confirmed_utc": "2023-06-20T08:00:00"} | given


def found(folder: Path, *fixes: Any, entry_id: str = OSLO, **given: Any) -> tuple[str | None, str]:
    with judged(folder, roster__fixes=list(fixes), **given) as connection:
        ((moment, reason, evidence),) = connection.execute(
            "SELECT fix_utc, reason, evidence FROM verification__fix WHERE entry_id = $e", {"e": entry_id}
        ).fetchall()
    assert evidence
    return moment and moment.isoformat(), reason


def test_no_row_is_no_fix_for_every_entry(tmp_path: Path) -> None:
    assert found(tmp_path) == (None, "NO_FIX_REPORTED")
    assert found(tmp_path, entry_id=LARVIK) == (None, "NO_FIX_REPORTED")


@pytest.mark.parametrize("version", ["23.2", "23.10", "23.2.0", "23.2.1", "24", "24.0", "100.1"])
def test_a_version_of_at_least_the_fixed_one_counts(version: str, tmp_path: Path) -> None:
    assert found(tmp_path, fix(version)) == ("2023-06-02T10:00:00", "MET")


@pytest.mark.parametrize("version", ["23.1", "23.1.9", "23", "9.9", "22.10", "ukjent"])
def test_a_lower_or_unreadable_version_is_too_old(version: str, tmp_path: Path) -> None:
    assert found(tmp_path, fix(version)) == (None, "VERSION_TOO_OLD")


def test_trailing_zeros_of_the_setting_say_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, fix("23.2"), settings=Settings(fixed_version="23.2.0"))[1] == "MET"


@pytest.mark.parametrize(
    "given",
    [
        {"confirmed_by": None},
        {"confirmed_by": " "},
        {"confirmed_utc": None},
        {"installed_utc": None},
        {"installed_utc": "2023-07-01T06:00:00"},
    ],
)
def test_a_row_that_confirms_nothing_is_not_confirmed(given: dict[str, Any], tmp_path: Path) -> None:
    assert found(tmp_path, fix(**given)) == (None, "NOT_CONFIRMED")


def test_a_confirmation_after_the_clock_is_none(tmp_path: Path) -> None:
    assert found(tmp_path, fix(confirmed_utc="2023-07-01T06:00:01")) == (None, "NO_FIX_REPORTED")
    assert found(tmp_path, fix(confirmed_utc="2023-07-01T06:00:00"))[1] == "MET"


def test_the_fix_dates_from_the_first_of_the_versions_that_stayed_fixed(tmp_path: Path) -> None:
    rows = [fix("23.1", "2023-01-01"), fix("23.2", "2023-03-01"), fix("23.3", "2023-05-01")]
    assert found(tmp_path, *rows) == ("2023-03-01T00:00:00", "MET")


def test_a_later_confirmed_downgrade_voids_the_fix(tmp_path: Path) -> None:
    rows = [fix("23.2", "2023-03-01"), fix("23.1", "2023-05-01")]
    assert found(tmp_path, *rows) == (None, "DOWNGRADED")
    assert found(tmp_path, *rows, fix("23.2", "2023-06-01")) == ("2023-06-01T00:00:00", "MET")


def test_a_downgrade_at_the_same_moment_voids_the_fix(tmp_path: Path) -> None:
    assert found(tmp_path, fix("23.2", "2023-03-01"), fix("23.1", "2023-03-01")) == (None, "DOWNGRADED")


def test_an_unconfirmed_downgrade_changes_nothing(tmp_path: Path) -> None:
    rows = [fix("23.2", "2023-03-01"), fix("23.1", "2023-05-01", confirmed_by=None)]
    assert found(tmp_path, *rows) == ("2023-03-01T00:00:00", "MET")


def test_the_whole_municipalitys_fix_serves_a_district_without_rows_of_its_own(tmp_path: Path) -> None:
    assert found(tmp_path, fix(district="")) == ("2023-06-02T10:00:00", "MET")
    assert found(tmp_path, fix(district=""), fix("23.1")) == (None, "VERSION_TOO_OLD")
    assert found(tmp_path, fix(district=""), fix(confirmed_by=None)) == (None, "NOT_CONFIRMED")


def test_a_districts_fix_serves_no_other_district(tmp_path: Path) -> None:
    assert found(tmp_path, fix(district="06")) == (None, "NO_FIX_REPORTED")
