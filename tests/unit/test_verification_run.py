"""What the verification's SQL is given, and that its answers cover the roster or are none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Clock, Requirement
from meldingskontroll.settings import Settings
from meldingskontroll.verification.run import SpineBroken, _check_spine, parameters, version_parts


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two entries with a verdict each, and each requirement of each with a reason."""
    with sql.connect(Settings()) as made:
        for relation in ("roster__entries", "verification__verdicts"):
            made.execute(f"CREATE TABLE {relation} (entry_id VARCHAR)")
            made.execute(f"INSERT INTO {relation} VALUES ('0301-05'), ('3805')")  # noqa: S608
        made.execute(
            "CREATE TABLE verification__requirements AS SELECT entry_id, requirement, true AS met, 'MET' AS reason,"
            " 'seen' AS evidence FROM roster__entries, unnest($all::VARCHAR[]) AS r(requirement)",
            {"all": [str(requirement) for requirement in Requirement]},
        )
        yield made


def is_whole(connection: duckdb.DuckDBPyConnection) -> bool:
    try:
        _check_spine(connection)
    except SpineBroken:
        return False
    return True


def test_requirements_that_cover_the_roster_are_whole_and_none_cover_an_empty_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert is_whole(connection)
    for relation in ("verification__requirements", "verification__verdicts", "roster__entries"):
        connection.execute(f"DELETE FROM {relation}")  # noqa: S608
        assert is_whole(connection) is (relation == "roster__entries")


THE_ONE = "WHERE entry_id = '3805' AND requirement = 'LOG_COVERED'"
DAMAGES = {
    "a requirement is missing": "DELETE FROM verification__requirements THE ONE",
    "a requirement stands twice": "INSERT INTO verification__requirements FROM verification__requirements THE ONE",
    "one stands for another": "UPDATE verification__requirements SET requirement = 'SURVEY_AGREES' THE ONE",
    "a requirement that there is not": "UPDATE verification__requirements SET requirement = 'X' THE ONE",
    "no answer": "UPDATE verification__requirements SET met = NULL THE ONE",
    "no reason": "UPDATE verification__requirements SET reason = NULL THE ONE",
    "an empty reason": "UPDATE verification__requirements SET reason = '' THE ONE",
    "no evidence": "UPDATE verification__requirements SET evidence = NULL THE ONE",
    "empty evidence": "UPDATE verification__requirements SET evidence = '' THE ONE",
    "a verdict is missing": "DELETE FROM verification__verdicts WHERE entry_id = '3805'",
    "a verdict stands twice": "INSERT INTO verification__verdicts VALUES ('3805')",
    "an entry more": "INSERT INTO roster__entries VALUES ('1103')",
    "an entry and its verdict more": "INSERT INTO roster__entries VALUES ('1103'); INSERT INTO verification__verdicts"
    " VALUES ('1103')",
    "no requirement at all": "DELETE FROM verification__requirements",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_requirements_that_do_not_cover_the_roster_are_a_fault_of_ours(
    damage: str, connection: duckdb.DuckDBPyConnection
) -> None:
    connection.execute(DAMAGES[damage].replace("THE ONE", THE_ONE))
    with pytest.raises(SpineBroken, match=r"do not cover the roster: \{'entries': [0-9]"):
        _check_spine(connection)


def test_the_sql_is_given_the_moment_its_norwegian_day_and_the_rules_numbers() -> None:
    settings = Settings(fixed_version="23.4.0")
    assert parameters(Clock.parse("2023-06-30T22:30:00Z"), settings) == {
        "as_of_utc": datetime(2023, 6, 30, 22, 30),
        "as_of_date": date(2023, 7, 1),
        "fixed_parts": [23, 4],
        "clean_seconds": 604_800,
        "requirements": [str(requirement) for requirement in Requirement],
    }


@pytest.mark.parametrize(
    ("text", "parts"), [(" 23.2 ", [23, 2]), ("0.0.0", [0]), ("0.1", [0, 1]), ("1.0.1.0", [1, 0, 1]), ("10.0", [10])]
)
def test_only_trailing_zeros_say_nothing(text: str, parts: list[int]) -> None:
    assert version_parts(text) == parts


@pytest.mark.parametrize("text", ["", ".", "23.", "v23", "23,2"])
def test_what_is_no_version_is_refused(text: Any) -> None:
    with pytest.raises(ValueError):
        version_parts(text)
