"""Entries with the answers that speak for them."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_the_number_shown_is_that_of_the_answer_that_the_entry_is_judged_by() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "verification__survey_heard",
            [
                {"entry_id": "a", "answer_id": "1", "own": True, "stated": 2, "is_judged_by": True},
                {"entry_id": "a", "answer_id": "2", "own": False, "stated": 9, "is_judged_by": False},
                {"entry_id": "b", "answer_id": "2", "own": False, "stated": None, "is_judged_by": True},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "80_services.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__services") == [
            {"entry_id": "a", "answered_itself": True, "answers": 2, "stated": 2},
            {"entry_id": "b", "answered_itself": False, "answers": 1, "stated": None},
        ]
