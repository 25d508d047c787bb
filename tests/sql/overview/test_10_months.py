"""Messages by Norwegian month."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_a_message_sent_just_after_norwegian_midnight_counts_in_the_new_month() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "reconcile__findings",
            [
                {"entry_id": "0301", "sent_at_utc": "2022-06-30T21:59:59", "outcome": "registered"},
                {"entry_id": "0301", "sent_at_utc": "2022-06-30T22:00:00", "outcome": "lost"},
                {"entry_id": "0301", "sent_at_utc": "2022-01-31T23:00:00", "outcome": "unknown"},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "10_months.sql", {})
        found = sql.rows(connection, "SELECT * FROM overview__months")
        assert [(str(row["month"]), row["sent"], row["registered"], row["lost"], row["unknown"]) for row in found] == [
            ("2022-02-01", 1, 0, 0, 1),
            ("2022-06-01", 1, 1, 0, 0),
            ("2022-07-01", 1, 0, 1, 0),
        ]
