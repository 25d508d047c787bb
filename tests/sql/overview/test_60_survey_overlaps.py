"""Services that several answers speak of."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_only_services_with_several_answers_are_listed_and_unstated_numbers_add_nothing() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "survey__by_service",
            [
                {"service_id": "a", "answer_id": "1", "own": True, "stated": 2, "counted": True},
                {"service_id": "a", "answer_id": "2", "own": False, "stated": 3, "counted": False},
                {"service_id": "b", "answer_id": "2", "own": False, "stated": 1, "counted": True},
                {"service_id": "c", "answer_id": "2", "own": False, "stated": None, "counted": True},
                {"service_id": "c", "answer_id": "3", "own": False, "stated": None, "counted": False},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "60_survey_overlaps.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__survey_overlaps") == [
            {"service_id": "a", "responses": 2, "counted": 2, "stated": 5},
            {"service_id": "c", "responses": 2, "counted": 0, "stated": 0},
        ]
