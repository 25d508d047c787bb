"""Runs one file of the synthetic drill, with the values that the drill gives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from meldingskontroll import sql
from support.lake_fixtures import TABLES
from support.stages import columns_wanted, file_of

START, END = datetime(2023, 5, 1), datetime(2023, 6, 30)
RECIPIENT = UUID("11111111-1111-4111-8111-111111111111")
VALUES = {"no": "0000", "recipient": RECIPIENT, "start": START, "end": END, "rows": 57}
UNREAD = {
    "size_bytes", "case_system_version", "messages_json", "district_name", "org_id", "account_type", "case_system",
    "source_row", "valid_from", "valid_to",
}  # fmt: skip
"""Columns of the architecture that the reconciliation never reads."""


def made(name: str) -> list[dict[str, Any]]:
    """The rows of one synthetic table; it must have every column that the reconciliation reads."""
    with sql.connect() as connection:
        relation = sql.run_file(connection, file_of("drill_synthetic", name), VALUES)
        columns = {row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()}
        assert name in TABLES and columns_wanted(name) - columns <= UNREAD
        return sql.rows(connection, f"SELECT * FROM {relation}")  # noqa: S608
