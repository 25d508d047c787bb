"""The moment from which a version without the fault is confirmed in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.settings import Settings
from support.healthy import BEGIN, LARVIK, OSLO, RECIPIENTS
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


def away(until: str, since: str) -> list[dict[str, Any]]:
    """The Oslo district was without Visma Familia between the two moments."""
    stretches = ((BEGIN, until), (since, "2023-07-01T06:00:00"))
    return [{"entry_id": OSLO, "from_utc": begins, "to_utc": ends} for begins, ends in stretches]


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ("2023-02-01T00:00:00", (None, "FIX_BEFORE_RETURN")),
        ("2023-03-01T00:00:00", (None, "FIX_BEFORE_RETURN")),
        ("2023-03-01T00:00:01", ("2023-03-01T00:00:01", "MET")),
        ("2023-05-02T00:00:00", ("2023-05-02T00:00:00", "MET")),
    ],
)
def test_a_fix_of_the_installation_that_was_left_says_nothing_of_the_one_come_back_to(
    installed: str, expected: tuple[str | None, str], tmp_path: Path
) -> None:
    periods = away("2023-03-01T00:00:00", "2023-05-01T00:00:00")
    assert found(tmp_path, fix(installed=installed), roster__periods=periods) == expected


def test_a_fix_before_the_absence_and_one_after_it_count_from_the_one_after(tmp_path: Path) -> None:
    periods = away("2023-03-01T00:00:00", "2023-05-01T00:00:00")
    rows = [fix(installed="2023-02-01"), fix(installed="2023-05-03")]
    assert found(tmp_path, *rows, roster__periods=periods) == ("2023-05-03T00:00:00", "MET")


def held(*fixes: Any, folder: Path) -> tuple[str | None, str]:
    """The fix of Larvik as a whole, which holds a recipient of its district 02; Oslo's rows are none of its own."""
    recipients = [{"recipient_id": RECIPIENTS[LARVIK], "district_no": "02"}]
    recipients += [{"recipient_id": RECIPIENTS[OSLO], "district_no": "05"}]
    rows = [row | {"municipality_no": "3805", "canonical_no": "3805"} for row in fixes]
    rows += [fix("23.1", "2023-06-29", district) for district in ("", "02", "05")]
    return found(folder, *rows, entry_id=LARVIK, roster__recipients=recipients)


def test_an_old_version_in_a_district_that_the_municipality_holds_is_an_old_version_of_the_municipality(
    tmp_path: Path,
) -> None:
    whole = fix(installed="2023-03-01", district="")
    assert held(whole, folder=tmp_path) == ("2023-03-01T00:00:00", "MET")
    assert held(whole, fix("23.1", "2023-05-01", "02"), folder=tmp_path) == (None, "DOWNGRADED")
    assert held(whole, fix("23.1", "2023-01-01", "02"), folder=tmp_path) == ("2023-03-01T00:00:00", "MET")
    mended = [whole, fix("23.1", "2023-05-01", "02"), fix("23.2", "2023-06-01", "02")]
    assert held(*mended, folder=tmp_path) == ("2023-06-01T00:00:00", "MET")


def test_a_districts_fix_alone_is_none_of_the_municipality(tmp_path: Path) -> None:
    assert held(fix(district="02"), folder=tmp_path) == (None, "NO_FIX_REPORTED")
    for other in ("05", "07"):
        found_there = held(fix("23.1", "2023-06-20", other), fix(district=""), folder=tmp_path)
        assert found_there == ("2023-06-02T10:00:00", "MET")
    doubtful = fix("23.1", "2023-06-20", "02", confirmed_by=None)
    assert held(doubtful, fix(district=""), folder=tmp_path) == ("2023-06-02T10:00:00", "MET")


def test_a_district_with_an_entry_has_its_own_rows_only(tmp_path: Path) -> None:
    recipients = {"roster__recipients": [{"recipient_id": RECIPIENTS[OSLO], "district_no": "05"}]}
    assert found(tmp_path, fix(district=""), fix("23.1"), **recipients) == (None, "VERSION_TOO_OLD")


def test_a_row_of_the_whole_municipality_is_read_once(tmp_path: Path) -> None:
    row = fix(district="") | {"municipality_no": "3805", "canonical_no": "3805"}
    recipients = [{"recipient_id": RECIPIENTS[LARVIK], "district_no": ""}]
    with judged(tmp_path, roster__fixes=[row], roster__recipients=recipients) as connection:
        evidence = connection.execute(
            "SELECT evidence FROM verification__fix WHERE entry_id = $e", {"e": LARVIK}
        ).fetchall()
    assert evidence == [("23.2 2023-06-02T10:00:00Z row 2",)]
