"""Files as each municipality sees them."""

from __future__ import annotations

from meldingskontroll import sql
from support.lake_fixtures import make_table


def test_a_hosts_file_shows_at_its_members_and_a_refused_name_nowhere() -> None:
    with sql.connect() as connection:
        make_table(
            connection,
            "roster__entries",
            [{"entry_id": no, "municipality_no": no, "canonical_no": no} for no in ("4204", "4205")],
        )
        upload = {"folder_no": "4204", "status": "accepted", "speaks_municipalities": ["4204", "4205"]}
        make_table(
            connection,
            "intake__uploads",
            [
                upload | {"file_name": "a.csv", "sha256": "aa"},
                upload | {"file_name": "b.csv", "sha256": "bb", "status": "rejected", "speaks_municipalities": []},
                upload | {"file_name": "c.csv", "sha256": "cc", "speaks_municipalities": ["4204"]},
            ],
        )
        make_table(
            connection,
            "reconcile__silences",
            [
                {"entry_id": "4204", "upload_sha256s": ["aa"], "from_utc": "2022-01-01", "to_utc": "2022-02-01"},
            ],
        )
        make_table(connection, "reconcile__rows_gone", [{"later_sha256": "cc", "rows": 3}])
        sql.run_file(connection, sql.sql_root() / "overview" / "50_uploads.sql", {})
        found = sql.rows(connection, "SELECT * FROM overview__uploads")
        assert [(row["municipality_no"], row["shown_name"], row["status"]) for row in found] == [
            ("4204", "a.csv", "accepted_with_warnings"),
            ("4204", None, "rejected"),
            ("4204", "c.csv", "accepted_with_warnings"),
            ("4205", "a.csv", "accepted_with_warnings"),
        ]
        assert [(row["silences"], row["rows_gone"]) for row in found] == [(1, 0), (0, 0), (0, 3), (1, 0)]
