"""Compares what the audit found with what is true in a simulated nation. The audit itself never reads the truth."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from meldingskontroll.domain import AuditInputError, entry_name
from meldingskontroll.lake import WorkFolder
from meldingskontroll.sql import connect, rows

_LOSSES = """
    SELECT message_id::VARCHAR AS message_id, municipality_no, district_no, sent_at_utc, outcome,
           candidate_group::VARCHAR AS candidate_group, loss_probability
    FROM read_parquet($findings)
    WHERE outcome = 'lost' OR candidate_group IS NOT NULL OR list_contains($lost, message_id::VARCHAR)
"""
_ENTRIES = """
    SELECT municipality_no, district_no, lost, lost_low, lost_high, coverage_from_utc, coverage_to_utc, coverage_share
    FROM read_parquet($municipalities)
"""


@dataclass(frozen=True)
class EntryCount:
    """One roster entry with proof: how many losses are true in what is proven, and what the audit says."""

    entry_id: str
    true: int
    found: int
    low: int
    high: int

    @property
    def exact(self) -> bool:
        return self.true == self.found

    @property
    def inside(self) -> bool:
        return self.low <= self.true <= self.high


@dataclass
class Comparison:
    """Every true loss is in exactly one of the first four lists of message ids."""

    named: list[str] = field(default_factory=list)
    in_group: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    cannot_be_known: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    entries: list[EntryCount] = field(default_factory=list)
    without_proof: int = 0

    @property
    def planted(self) -> int:
        return len(self.named) + len(self.in_group) + len(self.missed) + len(self.cannot_be_known)


def measure(work: Path) -> Comparison:
    """Compare `out/` with `truth/`. A loss outside what the logs prove cannot be known, and is counted apart.

    Raises:
        AuditInputError: the folder has no truth, or has not been audited.
    """
    folder = WorkFolder(work)
    true_losses = _true_losses(folder)
    for needed in (folder.findings, folder.municipalities):
        if not needed.is_file():
            raise AuditInputError(f"{needed} is missing: run `meldingskontroll audit --work {work}` first.")
    with connect() as connection:
        lost = list(true_losses)
        found = rows(connection, _LOSSES, {"findings": str(folder.findings), "lost": lost})
        entries = rows(connection, _ENTRIES, {"municipalities": str(folder.municipalities)})
    return _compare(true_losses, found, entries)


def compare(work: Path) -> Comparison:
    """Print how the audit's findings stand against the truth, and return the comparison.

    Raises:
        AuditInputError: as `measure`.
    """
    result = measure(work)
    console = Console()
    console.print(_summary_table(result))
    deviating = [entry for entry in result.entries if not entry.exact]
    if deviating:
        console.print(_entry_table(deviating))
    return result


def _true_losses(folder: WorkFolder) -> dict[str, str]:
    """Message id → roster entry of each loss that was planted."""
    file = folder.truth / "losses.csv"
    if not file.is_file():
        raise AuditInputError(f"{file} is missing: only a simulated folder has a truth to compare with.")
    with file.open(encoding="utf-8", newline="") as stream:
        return {
            row["message_id"]: entry_name(row["municipality_no"], row["district_no"])
            for row in csv.DictReader(stream, delimiter=";")
        }


def _compare(true_losses: dict[str, str], found: list[dict[str, Any]], entries: list[dict[str, Any]]) -> Comparison:
    result = Comparison()
    by_entry = {entry_name(entry["municipality_no"], entry["district_no"]): entry for entry in entries}
    by_id = {finding["message_id"]: finding for finding in found}
    room: dict[str, float] = {}
    for finding in found:
        group = finding["candidate_group"]
        if group is not None:
            room[group] = room.get(group, 0.0) + (finding["loss_probability"] or 0.0)
    left = {group: round(total) for group, total in room.items()}
    for message_id, entry_id in true_losses.items():
        _place(result, message_id, by_id.get(message_id), by_entry.get(entry_id), left)
    # What a group still promises, and what is named and not true, is an alarm about nothing.
    result.false_alarms += [group for group, promised in sorted(left.items()) for _ in range(promised)]
    result.false_alarms += [
        finding["message_id"]
        for finding in found
        if finding["outcome"] == "lost" and finding["candidate_group"] is None
        if finding["message_id"] not in true_losses
    ]
    unknowable = set(result.cannot_be_known)
    provable = Counter(entry for message_id, entry in true_losses.items() if message_id not in unknowable)
    for entry_id, entry in sorted(by_entry.items()):
        if not entry["coverage_share"]:
            result.without_proof += 1
            continue
        count = EntryCount(entry_id, provable[entry_id], entry["lost"], entry["lost_low"], entry["lost_high"])
        result.entries.append(count)
    return result


def _place(
    result: Comparison,
    message_id: str,
    finding: dict[str, Any] | None,
    entry: dict[str, Any] | None,
    left: dict[str, int],
) -> None:
    """Put one true loss where it belongs; each group answers for as many as it promises."""
    if finding is None or entry is None:
        result.missed.append(message_id)
        return
    group = finding["candidate_group"]
    if group is not None and left[group] > 0:
        left[group] -= 1
        result.in_group.append(message_id)
    elif group is None and finding["outcome"] == "lost":
        result.named.append(message_id)
    elif finding["outcome"] == "unknown" or not _proven(finding, entry):
        result.cannot_be_known.append(message_id)
    else:
        result.missed.append(message_id)


def _proven(finding: dict[str, Any], entry: dict[str, Any]) -> bool:
    since, until = entry["coverage_from_utc"], entry["coverage_to_utc"]
    if not entry["coverage_share"] or since is None or until is None:
        return False
    return bool(since <= finding["sent_at_utc"] < until)


def _summary_table(result: Comparison) -> Table:
    exact = sum(entry.exact for entry in result.entries)
    inside = sum(entry.inside for entry in result.entries)
    table = Table(title="Against the truth (synthetic)", title_justify="left")
    table.add_column("what")
    table.add_column("number", justify="right")
    for what, number in (
        ("losses planted", result.planted),
        ("named exactly", len(result.named)),
        ("in a candidate group", len(result.in_group)),
        ("missed", len(result.missed)),
        ("cannot be known (no proof there)", len(result.cannot_be_known)),
        ("false alarms", len(result.false_alarms)),
        ("entries with proof", len(result.entries)),
        ("  number of losses exact", exact),
        ("  inside low–high", inside),
        ("entries without any proof", result.without_proof),
    ):
        table.add_row(what, str(number))
    return table


def _entry_table(entries: list[EntryCount]) -> Table:
    table = Table(title="Number of losses not exact", title_justify="left")
    for column in ("entry", "true", "found", "low", "high"):
        table.add_column(column, justify="right" if column != "entry" else "left")
    for entry in entries:
        table.add_row(entry.entry_id, str(entry.true), str(entry.found), str(entry.low), str(entry.high))
    return table
