"""Messages outside of the roster."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_nothing_outside_gives_a_row_of_zeros_and_unknown_recipients_are_counted_apart() -> None:
    with sql.connect() as connection:
        make_table(connection, "reconcile__nobody")
        sql.run_file(connection, sql.sql_root() / "overview" / "90_nobody.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__nobody") == [
            {"messages": 0, "recipients": 0, "unknown_recipients": 0}
        ]
        make_table(
            connection,
            "reconcile__nobody",
            [
                {"messages": 4, "known_recipient": True},
                {"messages": 3, "known_recipient": False},
                {"messages": 2, "known_recipient": None},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "90_nobody.sql", {})
        assert sql.rows(connection, "SELECT * FROM overview__nobody") == [
            {"messages": 9, "recipients": 3, "unknown_recipients": 2}
        ]
