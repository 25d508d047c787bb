"""Losses and what was done about them."""

from __future__ import annotations

import uuid

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_a_loss_is_followed_up_by_its_id_or_its_group_and_only_by_its_own_municipality() -> None:
    with sql.connect() as connection:
        one, two, three, four = (str(uuid.UUID(int=i)) for i in range(4))
        make_table(
            connection,
            "roster__entries",
            [
                {"entry_id": "4601", "municipality_no": "4601", "canonical_no": "4601", "host_municipality_no": "4601"},
            ],
        )
        hosted = {"entry_id": "4601", "from_date": "2020-01-01", "to_date": "2023-01-01", "host_canonical_no": "4624"}
        make_table(connection, "roster__entry_services", [hosted])
        finding = {"entry_id": "4601", "sent_at_utc": "2022-06-01T00:00:00", "outcome": "lost"}
        make_table(
            connection,
            "reconcile__findings",
            [
                finding | {"message_id": one},
                finding | {"message_id": two},
                finding | {"message_id": three, "candidate_group": "g", "outcome": "registered"},
                finding | {"message_id": four, "outcome": "registered"},
            ],
        )
        make_table(
            connection,
            "followup__actions",
            [
                {"canonical_no": "4601", "municipality_no": "4601", "message_id": one, "action": "gjenopprettet"},
                {"canonical_no": "0301", "municipality_no": "0301", "message_id": two, "action": "gjenopprettet"},
                {"canonical_no": "4601", "municipality_no": "4601", "message_id": two, "action": "offentlig_varslet"},
                {"canonical_no": "4601", "municipality_no": "4601", "candidate_group": "g", "action": "meldt_på_nytt"},
            ],
        )
        sql.run_file(connection, sql.sql_root() / "overview" / "20_losses.sql", {})
        found = sql.rows(connection, "SELECT message_id, action FROM overview__losses")
        assert [(str(row["message_id"]), row["action"]) for row in found] == [
            (one, "gjenopprettet"),
            (two, None),
            (three, "meldt_på_nytt"),
        ]
