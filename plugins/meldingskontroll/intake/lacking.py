"""What a municipality still lacks before it is verified, in the words of its receipts."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Requirement
from meldingskontroll.intake.told import written_time
from meldingskontroll.lake import WorkFolder
from meldingskontroll.roster.reference import canonical

_GAPS_SHOWN = 3
_ENTRIES = "SELECT entry_id, coverage_share, lost FROM reconcile__entries ORDER BY entry_id"
_UNMET = "SELECT entry_id, requirement, reason FROM verification__requirements WHERE NOT met ORDER BY ALL"
_JUDGED = """
    SELECT e.entry_id, count(DISTINCT r.requirement) AS requirements
    FROM reconcile__entries AS e LEFT JOIN verification__requirements AS r USING (entry_id) GROUP BY e.entry_id
"""
_REQUIRED = """
    SELECT p.entry_id, p.from_utc, least(p.to_utc, e.required_to_utc) AS to_utc
    FROM roster__periods AS p JOIN reconcile__entries AS e USING (entry_id)
    WHERE p.from_utc < e.required_to_utc ORDER BY ALL
"""
_PROVEN = "SELECT entry_id, from_utc, to_utc FROM reconcile__proven ORDER BY ALL"
Stretch = tuple[datetime, datetime]


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, tuple[str, str]]:
    """Code of a requirement or of a reason → (its name as a sentence without the stop, what to do about it)."""
    file = sql.sql_root().parent / "expectations" / "requirements_catalogue.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter=";")
        return MappingProxyType({row["requirement"]: (row["norsk"], row["tiltak"]) for row in rows})


def lacking(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> dict[str, list[str]]:
    """Canonical municipality number → sentences, from the requirements if they are of this audit, else from coverage.

    No sentences where all requirements are met; a municipality of which nothing is known is left out. Requirements that
    are older than the reconciliation speak of another day, and are left out.
    """
    entries, requirements = work.table("reconcile__entries"), work.table("verification__requirements")
    found: dict[str, dict[str, list[str]]] = {}
    if not entries.is_file():
        return {}
    sql.load(connection, work, ["reconcile__entries"])
    if requirements.is_file() and requirements.stat().st_mtime_ns >= entries.stat().st_mtime_ns:
        sql.load(connection, work, ["verification__requirements"])
        gaps = _gaps(connection, work)
        judged = sql.rows(connection, _JUDGED)
        unjudged = {canonical(row["entry_id"][:4]) for row in judged if row["requirements"] < len(Requirement)}
        found |= {number: {} for number in {canonical(row["entry_id"][:4]) for row in judged} - unjudged}
        for row in sql.rows(connection, _UNMET):
            _add(found, row["entry_id"], _sentence(row["requirement"], row["reason"]))
            if row["requirement"] == "LOG_COVERED" and gaps.get(row["entry_id"]):
                _add(found, row["entry_id"], _shown_gaps(gaps[row["entry_id"]]))
    else:
        for row in sql.rows(connection, _ENTRIES):
            share = row["coverage_share"] or 0.0
            if share < 1:
                text = f"Loggene dekker {math.floor(share * 100)} % av tiden som må dekkes. Send logger for resten."
                _add(found, row["entry_id"], text)
            if row["lost"]:
                _add(
                    found, row["entry_id"], f"Antall meldinger som ser ut til å være tapt: {row['lost']}. Følg dem opp."
                )
    entries_of = Counter(canonical(row["entry_id"][:4]) for row in sql.rows(connection, _ENTRIES))
    return {number: [_shown(*pair, entries_of[number]) for pair in texts.items()] for number, texts in found.items()}


def _sentence(requirement: str, reason: str) -> str:
    """Why a requirement is unmet, and what to do; a reason without a remedy of its own has the requirement's."""
    name, remedy = _texts().get(reason, ("", ""))
    _, usual = _texts()[requirement]
    return f"{name or _texts()[requirement][0]}. {remedy or usual}"


def _gaps(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> dict[str, list[Stretch]]:
    """Roster entry → the stretches of its required period that nothing proves, in order."""
    needed = ("roster__periods", "reconcile__proven")
    if not all(work.table(name).is_file() for name in needed):
        return {}
    sql.load(connection, work, needed)
    required, proven = (_stretches(connection, query) for query in (_REQUIRED, _PROVEN))
    return {entry: _without(stretches, proven.get(entry, [])) for entry, stretches in required.items()}


def _stretches(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[Stretch]]:
    found: dict[str, list[Stretch]] = defaultdict(list)
    for row in sql.rows(connection, query):
        found[row["entry_id"]].append((row["from_utc"], row["to_utc"]))
    return found


def _without(stretches: list[Stretch], taken: list[Stretch]) -> list[Stretch]:
    """What of disjoint stretches lies outside others, both in order."""
    left = []
    for begin, end in stretches:
        for first, last in taken:
            if first < end and last > begin:
                if first > begin:
                    left.append((begin, first))
                begin = max(begin, last)
        if begin < end:
            left.append((begin, end))
    return left


def _shown_gaps(gaps: list[Stretch]) -> str:
    shown = "; ".join(f"{written_time(begin)} til {written_time(end)}" for begin, end in gaps[:_GAPS_SHOWN])
    more = f"; og {len(gaps) - _GAPS_SHOWN} til" if len(gaps) > _GAPS_SHOWN else ""
    return f"Ikke vist ennå: {shown}{more}."


def _add(found: dict[str, dict[str, list[str]]], entry_id: str, text: str) -> None:
    found.setdefault(canonical(entry_id[:4]), {}).setdefault(text, []).append(entry_id)


def _shown(text: str, entries: list[str], of_all: int) -> str:
    districts = [entry[5:] for entry in entries if len(entry) > 4]
    if not districts:
        return text
    which = f"alle {of_all} bydelene" if 1 < of_all == len(entries) else f"bydel {', '.join(districts)}"
    return f"{text} ({which})"
