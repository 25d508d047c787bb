"""Runs one file of the quality room on hand-made tables that have been damaged, in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from meldingskontroll import sql
from meldingskontroll.domain import Requirement
from meldingskontroll.verification.publish import FINDINGS, MUNICIPALITIES
from support.healthy import CLOCK, SETTINGS, SHA, tables
from support.judged import judged
from support.lake_fixtures import make_table

TWICE = "INSERT INTO {0} SELECT * FROM {0} LIMIT 1"


def checked(folder: Path, name: str, *damage: str) -> list[dict[str, Any]]:
    """The rows of `quality__<name>` on the healthy tables after the statements in `damage`."""
    with judged(folder) as connection:
        for relation in ("intake__uploads", "intake__registrations"):
            make_table(connection, relation, tables()[relation])
        connection.execute("CREATE TABLE quality__files AS SELECT folder_no FROM intake__uploads").fetchall()
        connection.execute("CREATE TABLE quality__receipts (folder_no VARCHAR, sha12 VARCHAR)").fetchall()
        connection.executemany(
            "INSERT INTO quality__receipts VALUES (?, ?)", [(entry_id[:4], sha[:12]) for entry_id, sha in SHA.items()]
        )
        connection.execute(f"CREATE TABLE published__findings AS FROM {FINDINGS}").fetchall()
        connection.execute(f"CREATE TABLE published__municipalities AS FROM {MUNICIPALITIES}").fetchall()
        for statement in damage:
            connection.execute(statement).fetchall()
        (file,) = (f for f in sql.stage_files("quality") if sql.relation_of(f) == f"quality__{name}")
        parameters = {"as_of_utc": CLOCK.as_of_utc, "deadline": SETTINGS.deadline}
        sql.run_file(connection, file, parameters | {"requirement_count": len(Requirement)})
        return sql.rows(connection, f"SELECT * FROM quality__{name}")  # noqa: S608


def only(folder: Path, name: str, *damage: str) -> dict[str, Any]:
    """The one row of `quality__<name>`."""
    (row,) = checked(folder, name, *damage)
    return row


def faults(folder: Path, name: str, *damage: str, sound: int = 0) -> dict[str, dict[str, Any]]:
    """For each entry the columns that differ from what a sound one has: `sound` in all of them."""
    rows = checked(folder, name, *damage)
    return {row.pop("entry_id"): {column: value for column, value in row.items() if value != sound} for row in rows}
