"""Overrides: a named person's decision that one requirement counts as met for one roster entry, for a stated reason.

`registry/overrides.csv` is an input like any other, so that two approvers approve it with the rest. A requirement that
speaks of the whole extract (`PORTAL_COVERED`) cannot be overridden.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pyarrow as pa

from meldingskontroll.domain import Requirement
from meldingskontroll.intake import personal
from meldingskontroll.lake import WorkFolder
from meldingskontroll.roster.tables import Row, checked, read_rows, with_place

COLUMNS = ("kommunenummer", "bydelsnummer", "krav", "begrunnelse", "bestemt_av", "dato")
OVERRIDABLE = tuple(requirement for requirement in Requirement if requirement is not Requirement.PORTAL_COVERED)
LONGEST = 500
SCHEMA = pa.schema(
    {
        "municipality_no": pa.string(),
        "district_no": pa.string(),
        "requirement": pa.string(),
        "reason": pa.string(),
        "decided_by": pa.string(),
        "decided_on": pa.date32(),
        "source_row": pa.int64(),
    }
)


def file_of(work: WorkFolder) -> Path:
    """Where the overrides are written, an input like the rest of the registry."""
    return work.registry / "overrides.csv"


def read_given(work: WorkFolder) -> pa.Table:
    """The overrides as they were given, in the file's order; none where there is no file.

    Raises:
        AuditInputError: the file cannot be read, or a row is no override: a requirement that is none, a date that is
            none, nobody named, no reason, or one with what looks like personal data.
    """
    file = file_of(work)
    if not file.is_file():
        return SCHEMA.empty_table()
    rows = with_place(read_rows(file, COLUMNS, COLUMNS), file)
    allowed = ", ".join(OVERRIDABLE)
    checked(rows, file, "krav", lambda value: value in set(OVERRIDABLE), f"must be one of {allowed}.")
    checked(rows, file, "begrunnelse", is_statement, "must say why, in one line without personal data.")
    checked(rows, file, "bestemt_av", is_statement, "must name who decided, in one line without personal data.")
    checked(rows, file, "dato", is_date, "must be a date, like 2023-07-01.")
    return pa.Table.from_pylist([_given(row) for row in rows], schema=SCHEMA)


def _given(row: Row) -> dict[str, object]:
    return {
        "municipality_no": row["municipality_no"],
        "district_no": row["district_no"],
        "requirement": row["krav"],
        "reason": row["begrunnelse"],
        "decided_by": row["bestemt_av"],
        "decided_on": date.fromisoformat(row["dato"]),
        "source_row": int(row["source_row"]),
    }


def is_statement(text: str) -> bool:
    """Whether a text can be shown on every page: something, in one line, not too long, and without a national id."""
    hidden = any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in text)
    return bool(text.strip()) and len(text) <= LONGEST and not hidden and personal.find(text) is None


def is_date(text: str) -> bool:
    """Whether a text is a date as the file writes it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
