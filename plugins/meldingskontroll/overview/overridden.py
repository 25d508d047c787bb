"""What the pages say, loudly, of requirements that count as met by a named person's override only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meldingskontroll.overview import words
from meldingskontroll.overview.figures import Entry, Row

CODE = "OVERRIDDEN"
# As sql/verification/93_requirements.sql writes it.
_EVIDENCE = re.compile(
    r"decided_by=(.*?), decided_on=(\d{4}-\d{2}-\d{2}), because=(.*), instead_of=([A-Z_]+) \(", re.DOTALL
)


@dataclass(frozen=True)
class Overridden:
    """One override in words: where, which requirement, who decided it and when, why, and what the evidence says."""

    place: str
    requirement: str
    decided_by: str
    decided_on: str
    because: str
    instead_of: str


def overridden_in(entries: Iterable[Entry]) -> list[Overridden]:
    """Every override that applies in these entries, in their order."""
    return [_shown(entry, row) for entry in entries for row in entry.requirements if row["reason"] == CODE]


def _shown(entry: Entry, row: Row) -> Overridden:
    name = words.text_of(row["requirement"]).name
    found = _EVIDENCE.match(row["evidence"] or "")
    if not found:
        return Overridden(entry.place, name, "ukjent", "ukjent dag", row["evidence"] or "ikke oppgitt", "ukjent")
    who, when, why, code = found.groups()
    reason = words.reason_of(row["requirement"], code).name
    return Overridden(entry.place, name, who, words.day(date.fromisoformat(when)), why, reason)
