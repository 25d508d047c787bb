"""What waiting costs: messages that the portal would have deleted by now, and what each is kept for.

The portal deletes what was sent after 14 days, and after 30 from 2 June 2023 14:30 on (`release.control`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from meldingskontroll.domain import Clock, Requirement, iso_utc
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.control import KEPT_LONGER_FROM_UTC

COLUMNS = ("municipality_no", "district_no", "because", "messages", "oldest_sent_at_utc", "message_days")
CAUSES: Mapping[str, str] = {
    "OWN_REQUIREMENTS": "Kommunen oppfyller ikke kravene",
    "OTHERS": "Kommunen er verifisert, men venter på andre",
    "NATIONAL": "Alle er verifisert; det som gjenstår, gjelder hele landet",
    "ITS_OUTCOME": "Sletting er frigitt, men meldingen kan ikke slettes ennå",
}
_NAMED = 20


def look_at_clearance(connection: duckdb.DuckDBPyConnection, work: WorkFolder, decision: str) -> None:
    """Make `overview__clearance`: what may be deleted under a RELEASE; nothing where it is held or cannot be read."""
    nothing = "SELECT NULL::UUID AS message_id, 'keep' AS clearance WHERE FALSE"
    if decision == "RELEASE" and work.clearance.is_file():
        connection.read_parquet(str(work.clearance)).create_view("overview__clearance", replace=True)
    else:
        connection.execute(f"CREATE OR REPLACE VIEW overview__clearance AS {nothing}").fetchall()


def parameters(clock: Clock, decision: str) -> dict[str, Any]:
    """The values that `sql/overview/95_kept_beyond.sql` binds."""
    return {
        "as_of_utc": clock.as_of_utc,
        "kept_longer_from_utc": KEPT_LONGER_FROM_UTC,
        "decision": decision,
        "requirements": [str(requirement) for requirement in Requirement],
    }


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as semicolon-separated text, one an entry. `message_days` are whole days beyond."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([iso_utc(row[name]) if name.endswith("_utc") else row[name] for name in COLUMNS])
    return text.getvalue()


def told(rows: Sequence[Mapping[str, Any]], places: Mapping[str, str]) -> dict[str, Any]:
    """What the national page says: the sum, each cause, and the places that others wait for, the costliest first."""
    causes = [
        {"text": text, "messages": sum(row["messages"] for row in found), "entries": len(found)}
        for code, text in CAUSES.items()
        if (found := [row for row in rows if row["because"] == code])
    ]
    own = sorted((row for row in rows if row["because"] == "OWN_REQUIREMENTS"), key=lambda row: -row["messages"])
    waiting = any(row["because"] == "OTHERS" for row in rows)
    named = [f"{places.get(row['entry_id'], row['entry_id'])} ({row['messages']})" for row in own[:_NAMED]]
    more = [f"og {len(own) - _NAMED} til"] if len(own) > _NAMED else []
    return {
        "messages": sum(row["messages"] for row in rows),
        "causes": causes,
        "waits_for": named + more if waiting else [],
    }
