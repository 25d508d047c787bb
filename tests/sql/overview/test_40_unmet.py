"""Unmet requirements and whom they block."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_a_requirement_without_a_judgement_blocks_and_districts_are_one_municipality() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "verification__requirements",
            [
                {"entry_id": "0301-01", "municipality_no": "0301", "requirement": "LOG_COVERED", "met": False},
                {"entry_id": "0301-02", "municipality_no": "0301", "requirement": "LOG_COVERED", "met": None},
                {"entry_id": "4601", "municipality_no": "4601", "requirement": "LOG_COVERED", "met": True},
                {"entry_id": "4601", "municipality_no": "4601", "requirement": "SURVEY_ANSWERED", "met": True},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "40_unmet.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__unmet") == [
            {"requirement": "LOG_COVERED", "entries": 2, "municipalities": 1}
        ]
