"""What of the survey could not be used."""

from __future__ import annotations

from typing import Any

from meldingskontroll import sql
from support.lake_fixtures import make_table


def answer(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    with sql.connect() as connection:
        make_table(connection, "survey__problems", problems)
        sql.run_file(connection, sql.sql_root() / "overview" / "63_survey_problems.sql", {})
        return sql.rows(connection, "SELECT * FROM overview__survey_problems")


def test_no_problem_is_no_row() -> None:
    assert answer([]) == []


def test_problems_are_counted_by_file_and_kind_with_the_first_ten_rows() -> None:
    rows = [{"source_file": "responses.csv", "source_row": 20 - n, "code": "ROLE_UNKNOWN"} for n in range(12)]
    rows += [{"source_file": "responses.csv", "source_row": 3, "code": "COUNT_UNREADABLE"}]
    rows += [{"source_file": "tiltak.csv", "source_row": None, "code": "FILE_UNREADABLE"}]
    assert answer(rows) == [
        {"source_file": "responses.csv", "code": "COUNT_UNREADABLE", "problems": 1, "first_rows": [3]},
        {"source_file": "responses.csv", "code": "ROLE_UNKNOWN", "problems": 12, "first_rows": list(range(9, 19))},
        {"source_file": "tiltak.csv", "code": "FILE_UNREADABLE", "problems": 1, "first_rows": []},
    ]
