"""Requirements as the pages list them."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_a_requirement_without_a_judgement_is_shown_as_unmet() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "verification__requirements",
            [
                {"entry_id": "b", "requirement": "LOG_COVERED", "met": None, "reason": "X", "evidence": ""},
                {"entry_id": "a", "requirement": "LOG_COVERED", "met": True, "reason": "MET", "evidence": ""},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "70_requirements.sql", {})
        found = sql.rows(connection, "SELECT entry_id, met FROM overview__requirements")
        assert found == [{"entry_id": "a", "met": True}, {"entry_id": "b", "met": False}]
