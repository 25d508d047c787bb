"""Our answer to each file: the receipt as JSON (contract §1) and a page beside it, finished after the audit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.intake.lacking import lacking
from meldingskontroll.intake.messages import Message, Notes
from meldingskontroll.intake.outcome import Outcome, receipt_of, stored_outcomes
from meldingskontroll.intake.page import page_of
from meldingskontroll.intake.told import written_time
from meldingskontroll.lake import WorkFolder, locked, write_json, write_text
from meldingskontroll.roster.reference import canonical
from meldingskontroll.settings import Settings


def write_first(work: WorkFolder, outcome: Outcome, *, unchanged: bool) -> None:
    """Write the receipt of a file as it was read; one that stands for the same reading is left alone."""
    target = _target(work, outcome)
    if unchanged and target.is_file() and target.with_suffix(".html").is_file():
        return
    _write(work, receipt_of(outcome), outcome, None)


def finish_receipts(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Add what only the audit knows: silent stretches, rows that are gone, and what the municipality still lacks.

    Reads `reconcile__silences`, `reconcile__rows_gone` and what `lacking` reads. A receipt is written anew only if its
    content changes.
    """
    tables = [name for name in _AFTER if work.table(name).is_file()]
    with sql.connect(settings) as connection:
        sql.load(connection, work, tables)
        found = {name: sql.rows(connection, _AFTER[name]) for name in tables}
        lacks = lacking(connection, work)
    for number in work.municipality_folders():
        with locked(work.lock(f"inbox-{number}")):
            for outcome in stored_outcomes(work, number):
                late = _late_messages(outcome, found) if outcome.status != "rejected" else []
                _write(work, receipt_of(outcome, late), outcome, lacks.get(canonical(number)))


def _late_messages(outcome: Outcome, found: dict[str, list[dict[str, Any]]]) -> list[Message]:
    """What the audit says of one upload. The same bytes may lie in several folders, so the place must agree too."""
    notes = Notes()
    stretches = {
        (row["from_utc"], row["to_utc"])
        for row in found.get("reconcile__silences", [])
        if row["sha256"] == outcome.sha256 and canonical(row["entry_id"][:4]) in outcome.speaks_municipalities
    }
    for begin, end in sorted(stretches):
        notes.add("SILENT", None, begin=written_time(begin), end=written_time(end))
    for row in found.get("reconcile__rows_gone", []):
        if (row["folder_no"], row["later_sha256"]) == (outcome.folder_no, outcome.sha256):
            notes.add("ROWS_GONE", None, count=row["rows"])
    return notes.messages()


_AFTER = {
    "reconcile__silences": (
        "SELECT entry_id, unnest(upload_sha256s) AS sha256, from_utc, to_utc FROM reconcile__silences"
    ),
    "reconcile__rows_gone": (
        "SELECT folder_no, later_sha256, sum(rows)::BIGINT AS rows FROM reconcile__rows_gone"
        " GROUP BY folder_no, later_sha256 ORDER BY folder_no, later_sha256"
    ),
}


def _target(work: WorkFolder, outcome: Outcome) -> Path:
    return work.receipt(outcome.folder_no, outcome.file_name, outcome.sha256)


def _write(work: WorkFolder, receipt: dict[str, Any], outcome: Outcome, lacks: list[str] | None) -> None:
    target = _target(work, outcome)
    page = target.with_name(target.name.removesuffix(".json") + ".html")
    if _read(target) != json.dumps(receipt, ensure_ascii=False, indent=2) + "\n":
        write_json(target, receipt)
    text = page_of(receipt, outcome, lacks, synthetic=work.synthetic_notice.exists())
    if _read(page) != text:
        write_text(page, text)


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
