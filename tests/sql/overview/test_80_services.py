"""Services with their counting answers."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_the_number_shown_is_that_of_the_answer_that_counts() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "survey__by_service",
            [
                {"service_id": "a", "answer_id": "1", "own": True, "stated": 2, "counted": True},
                {"service_id": "a", "answer_id": "2", "own": False, "stated": 9, "counted": False},
                {"service_id": "b", "answer_id": "2", "own": False, "stated": None, "counted": True},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "80_services.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__services") == [
            {"service_id": "a", "answered_itself": True, "answers": 2, "stated": 2},
            {"service_id": "b", "answered_itself": False, "answers": 1, "stated": None},
        ]
