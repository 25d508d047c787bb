"""The catalogue of checks: what is expected to run in every audit, and what each means for a person."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meldingskontroll import sql


@dataclass(frozen=True)
class Check:
    """One check of `expectations/catalogue.csv`; `norsk` says what holds when it passes, `tiltak` what to do if not."""

    check_id: str
    suite: str
    severity: str
    owner: str
    norsk: str
    tiltak: str


def expectations_root() -> Path:
    """The folder with the suites: beside `sql/`, in a checkout and in a wheel alike."""
    return sql.sql_root().parent / "expectations"


def read_catalogue() -> list[Check]:
    """Every check that is expected, in the catalogue's order.

    Raises:
        ValueError: the catalogue is empty or names a check twice: nothing could be said to have been checked.
    """
    with (expectations_root() / "catalogue.csv").open(encoding="utf-8", newline="") as stream:
        checks = [Check(**row) for row in csv.DictReader(stream, delimiter=";")]
    if not checks or len({check.check_id for check in checks}) < len(checks):
        raise ValueError("expectations/catalogue.csv is empty or names a check twice")
    return checks


def read_suites() -> dict[str, dict[str, Any]]:
    """The suites by name, each in Great Expectations' own form; `meta.relation` names the relation it looks at.

    Raises:
        ValueError: a suite does not begin with a row count, or has an expectation without a check id.
    """
    suites: dict[str, dict[str, Any]] = {}
    for file in sorted(expectations_root().glob("*.json")):
        suite = json.loads(file.read_text(encoding="utf-8"))
        expectations = suite["expectations"]
        if not expectations or not expectations[0]["type"].startswith("expect_table_row_count"):
            raise ValueError(f"{file.name} does not begin with a row count")
        if not all(expectation.get("meta", {}).get("check_id") for expectation in expectations):
            raise ValueError(f"{file.name} has an expectation without a check id")
        suites[suite["name"]] = suite
    return suites
