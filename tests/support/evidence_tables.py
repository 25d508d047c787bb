"""The tables that the rooms before the verification would make of a tiny nation's evidence."""

from __future__ import annotations

from typing import Any

from support.evidence import ALL, LATEST, Evidence
from support.healthy import CLOCK, LARVIK, OSLO, REQUIRED_TO, message_id, tables

LATEST_SENT = "2023-06-27T08:00:00"
BY_ENTRY = frozenset(
    ("roster__entries", "roster__entry_services", "reconcile__entries", "reconcile__findings", "reconcile__proven")
)


def tables_of(evidence: Evidence) -> dict[str, list[dict[str, Any]]]:
    """The tables before the verification, as the rooms would leave them."""
    made = tables()
    for row in made["roster__periods"]:
        # These tables serve every moment of a history, so that no integration has ended at any of them.
        row["to_utc"] = "2024-01-01T00:00:00"
    declared: dict[str, dict[str, Any]] = {
        "whole": {},
        "miscounted": {"declared_total": 9},
        "short": {"to_utc": "2022-12-31T23:00:00"},
        "none": {"declared": False, "declared_total": None, "from_utc": None, "to_utc": None},
    }
    made["portal__extract"][0] |= declared[evidence.manifest]
    if evidence.stranger:
        made["portal__messages"].append({**made["portal__messages"][0], "recipient_id": _id(9), "message_id": _id(9)})
    kept = {2: [OSLO, LARVIK], 1: [LARVIK], 0: []}[evidence.roster]
    _add_latest(evidence, made)
    for relation in BY_ENTRY & made.keys():
        made[relation] = [row for row in made[relation] if row["entry_id"] in kept]
    for row in made["roster__entries"]:
        row["case_system"] = evidence.system if row["entry_id"] == LARVIK else row["case_system"]
    made["roster__fixes"] = [made["roster__fixes"][0], *_fix(evidence.fix, made["roster__fixes"][1])]
    _set_findings(evidence, made)
    made["followup__actions"] = _actions(evidence)
    return made


def _set_findings(evidence: Evidence, made: dict[str, list[dict[str, Any]]]) -> None:
    late = evidence.latest
    lost = evidence.lost | ({1} if evidence.pair else frozenset()) | ({LATEST} if late == "lost" else frozenset())
    numbers = {message_id(LARVIK, number): number for number in (*ALL, LATEST)}
    for row in made["reconcile__findings"]:
        number = numbers.get(row["message_id"], 0)
        if row["entry_id"] != LARVIK:
            continue
        outcome = "lost" if number in lost else "unknown" if evidence.unknown and number == 4 else "registered"
        outcome = late if number == LATEST else outcome
        row |= {"outcome": outcome, "matched_by": "id" if outcome == "registered" else None}
        row["candidate_group"] = "pair" if evidence.pair and number in {1, 2} else None
    for row in made["reconcile__entries"]:
        row["portal_covered"] = evidence.manifest == "whole"
        if row["entry_id"] == LARVIK:
            unknown = int(evidence.unknown)
            row |= {"lost": len(lost), "lost_low": len(lost), "lost_high": len(lost)}
            row |= {"unknown": unknown, "unknown_required": unknown, "registered": 5 - len(lost & ALL) - unknown}
            if late != "none":
                row |= {"sent": 6, late: row[late] + (late != "lost")}
            row |= {"whole": {}, "half": {"coverage_share": 0.5}, "none": {"coverage_share": 0.0, "uploads": 0}}[
                evidence.log
            ]
    for row in made["reconcile__proven"]:
        if row["entry_id"] == LARVIK and evidence.log == "half":
            row["to_utc"] = "2022-10-01T00:00:00"
    if evidence.log == "none":
        made["reconcile__proven"] = [row for row in made["reconcile__proven"] if row["entry_id"] != LARVIK]
    if evidence.manifest != "whole":
        made["reconcile__proven"] = []


def _add_latest(evidence: Evidence, made: dict[str, list[dict[str, Any]]]) -> None:
    """Larvik's message of 27 June: sent after the required period, within what the logs prove."""
    if evidence.latest == "none":
        return
    one = message_id(LARVIK, LATEST)
    for relation, moment in (("portal__messages", "sent_utc"), ("reconcile__findings", "sent_at_utc")):
        like = next(row for row in made[relation] if row["message_id"] == message_id(LARVIK, 5))
        made[relation].append({**like, "message_id": one, moment: LATEST_SENT})
    made["reconcile__findings"][-1]["required"] = False
    extract = made["portal__extract"][0]
    extract |= {name: extract[name] + 1 for name in ("declared_total", "unique_ids") if extract[name] is not None}


def _fix(kind: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    tomorrow = (CLOCK.as_of.replace(tzinfo=None)).isoformat()[:10] + "T18:00:00"
    changes: dict[str, dict[str, Any]] = {
        "in June": {},
        "in April": {"installed_utc": "2023-04-20T10:00:00"},
        "too recent": {"installed_utc": REQUIRED_TO},
        "confirmed tomorrow": {"confirmed_utc": tomorrow},
        "too old": {"version": "23.1.9", "version_parts": [23, 1, 9]},
        "not confirmed": {"confirmed_by": None},
    }
    return [] if kind == "none" else [row | changes[kind]]


def _actions(evidence: Evidence) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"action": "avvik_meldt_datatilsynet"}] if evidence.reported else []
    for number in sorted(evidence.followed):
        named = {"candidate_group": "pair"} if number == 0 else {"message_id": message_id(LARVIK, number)}
        rows.append({"action": "meldt_på_nytt", **named})
    place = {"municipality_no": LARVIK, "canonical_no": LARVIK, "source_file": "tiltak.csv", "source_row": 2}
    return [place | row for row in rows]


def _id(number: int) -> str:
    return f"d0000000-0000-4000-8000-{number:012d}"
