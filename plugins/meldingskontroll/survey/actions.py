"""Reads the follow-up: what was done about each loss. A row in doubt gets a code and does not count."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meldingskontroll.survey.tables import Problem, Row, iso_time

REQUIRED = frozenset({"kommunenummer", "bekymringsmeldingid", "gruppe", "tiltak", "dato"})
FOR_A_LOSS = frozenset({"gjenopprettet", "meldt_på_nytt", "ikke_mulig_å_gjenopprette"})
FOR_A_MUNICIPALITY = frozenset({"offentlig_varslet", "avvik_meldt_datatilsynet"})

SCHEMA = pa.schema(
    {
        "municipality_no": pa.string(),
        "message_id": pa.string(),
        "candidate_group": pa.string(),
        "action": pa.string(),
        "date_text": pa.string(),
        "done_by_present": pa.bool_(),
        "source_file": pa.string(),
        "source_row": pa.int64(),
    }
)


def read_actions(rows: Iterable[Row]) -> tuple[pa.Table, list[Problem]]:
    """The actions that can be read, as a table of `SCHEMA`, and the rows that cannot. Who did it is never kept."""
    actions: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for row in rows:
        code = _fault(row)
        if code:
            problems.append(Problem(row.source_file, row.source_row, code))
            continue
        actions.append(
            {
                "municipality_no": _municipality(row),
                "message_id": _message_id(row),
                "candidate_group": row.text("gruppe") or None,
                "action": row.choice("tiltak"),
                "date_text": iso_time(row.text("dato")),
                "done_by_present": bool(row.text("utført_av")),
                "source_file": row.source_file,
                "source_row": row.source_row,
            }
        )
    return pa.Table.from_pylist(actions, schema=SCHEMA), problems


def _municipality(row: Row) -> str:
    """The number as text; a spreadsheet takes the zero of `0301` away, and the registry reads it the same."""
    number = row.text("kommunenummer")
    return f"0{number}" if re.fullmatch(r"[0-9]{3}", number) else number


def _message_id(row: Row) -> str | None:
    text = row.text("bekymringsmeldingid")
    return str(uuid.UUID(text)) if text else None


def _fault(row: Row) -> str | None:
    """Why a row cannot count, or None."""
    if not re.fullmatch(r"[0-9]{4}", _municipality(row)):
        return "MUNICIPALITY_UNREADABLE"
    if row.choice("tiltak") not in FOR_A_LOSS | FOR_A_MUNICIPALITY:
        return "ACTION_UNKNOWN"
    try:
        message_id = _message_id(row)
    except ValueError:
        return "MESSAGE_ID_UNREADABLE"
    if row.choice("tiltak") in FOR_A_LOSS and message_id is None and not row.text("gruppe"):
        return "TARGET_MISSING"
    return None
