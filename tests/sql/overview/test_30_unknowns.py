"""Unknown messages by cause."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_only_unknown_messages_of_the_required_period_are_counted() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "reconcile__findings",
            [
                {"entry_id": "a", "outcome": "unknown", "required": True, "cause": "silent"},
                {"entry_id": "b", "outcome": "unknown", "required": True, "cause": "silent"},
                {"entry_id": "a", "outcome": "unknown", "required": True},
                {"entry_id": "a", "outcome": "unknown", "required": False, "cause": "silent"},
                {"entry_id": "a", "outcome": "lost", "required": True, "cause": "lost"},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "30_unknowns.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__unknowns") == [
            {"cause": "silent", "messages": 2, "entries": 2},
            {"cause": "unstated", "messages": 1, "entries": 1},
        ]
