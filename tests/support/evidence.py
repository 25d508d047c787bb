"""A tiny nation's evidence as a few words, the tables that the rooms would make of it, and the files that it is in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.healthy import CLOCK, LARVIK, OSLO, REQUIRED_TO, SERVICES, message_id, tables

ALL = frozenset({1, 2, 3, 4, 5})
"""Larvik's messages, sent on the 10th of January to May; its fix is of 2 June 2023, but for what `fix` says."""


@dataclass(frozen=True)
class Evidence:
    """What is known. As it stands here every requirement is met: one loss, followed up, reported and stated.

    `lost` are messages of Larvik by number; `pair` says that one of its messages 1 and 2 is lost, nobody knows which;
    `followed` are numbers, and 0 for the pair. `stated` is Larvik's answer: None for none, -1 for "vet ikke".
    """

    log: str = "whole"
    unknown: bool = False
    lost: frozenset[int] = frozenset({3})
    pair: bool = False
    followed: frozenset[int] = frozenset({3})
    reported: bool = True
    fix: str = "in June"
    stated: int | None = 1
    system: str = "VISMA_FAMILIA"
    manifest: str = "whole"
    stranger: bool = False
    roster: int = 2
    drill: str = "found"
    checks: str = "passed"

    def but(self, **changed: Any) -> Evidence:
        return replace(self, **changed)


CHOICES: Mapping[str, tuple[Any, ...]] = {
    "log": ("whole", "half", "none"),
    "unknown": (False, True),
    "lost": (frozenset({3}), frozenset(), frozenset({5}), frozenset({3, 5})),
    "pair": (False, True),
    "followed": (frozenset({3}), frozenset(), frozenset({0, 3, 5})),
    "reported": (True, False),
    "fix": ("in June", "in April", "too recent", "confirmed tomorrow", "too old", "not confirmed", "none"),
    "stated": (1, 0, 2, -1, None),
    "system": ("VISMA_FAMILIA", "UKJENT"),
    "manifest": ("whole", "miscounted", "short", "none"),
    "stranger": (False, True),
    "roster": (2, 1, 0),
    "drill": ("found", "missed", "false alarm", "none"),
    "checks": ("passed", "failed", "raised", "missing"),
}
FILES: Mapping[str, str] = {
    "log": "drop/3805/inbox/logg.csv",
    "unknown": "drop/3805/inbox/logg.csv",
    "lost": "drop/3805/inbox/logg.csv",
    "pair": "drop/3805/inbox/logg.csv",
    "followed": "followup/tiltak.csv",
    "reported": "followup/tiltak.csv",
    "fix": "registry/fixes.csv",
    "stated": "survey/responses.csv",
    "system": "registry/case_systems.csv",
    "stranger": "portal/recipients.csv",
}
"""Where each part of the evidence would be read. What is not here changes without any file: a fault of ours."""
MESSAGES, MANIFEST = "portal/messages_1.csv", "portal/manifest.json"


def content_of(evidence: Evidence, path: str) -> str:
    """What stands in a file: the parts of the evidence that lie in it, in any words."""
    parts = {part: getattr(evidence, part) for part, file in FILES.items() if file == path}
    return json.dumps({part: sorted(v) if isinstance(v, frozenset) else v for part, v in parts.items()}) + "\n"


def manifest_of(kind: str, days: int) -> str:
    """The portal's declaration, which covers some days more than at first; the empty text is no file."""
    if kind == "none":
        return ""
    whole = {"fraDato": "2020-09-01", "tilDato": f"2023-07-{1 + days:02d}", "totaltAntallTreff": 10 + days}
    whole["uttrekkstidspunkt"] = f"2023-07-{1 + days:02d}T06:00:00"
    short = {"tilDato": "2023-01-01", "uttrekkstidspunkt": "2023-01-01T06:00:00"}
    return json.dumps(whole | {"whole": {}, "miscounted": {"totaltAntallTreff": 9}, "short": short}[kind])


def tables_of(evidence: Evidence) -> dict[str, list[dict[str, Any]]]:
    """The tables before the verification, as the rooms would leave them."""
    made = tables()
    made["portal__extract"][0] |= {
        "whole": {},
        "miscounted": {"declared_total": 9},
        "short": {"to_utc": "2022-12-31T23:00:00"},
        "none": {"declared": False, "declared_total": None, "from_utc": None, "to_utc": None},
    }[evidence.manifest]
    if evidence.stranger:
        made["portal__messages"].append({**made["portal__messages"][0], "recipient_id": _id(9), "message_id": _id(9)})
    kept = {2: [OSLO, LARVIK], 1: [LARVIK], 0: []}[evidence.roster]
    for relation in (
        "roster__entries",
        "roster__entry_services",
        "reconcile__entries",
        "reconcile__findings",
        "reconcile__proven",
    ):
        made[relation] = [row for row in made[relation] if row["entry_id"] in kept]
    for row in made["roster__entries"]:
        row["case_system"] = evidence.system if row["entry_id"] == LARVIK else row["case_system"]
    made["roster__fixes"] = [made["roster__fixes"][0], *_fix(evidence.fix, made["roster__fixes"][1])]
    _set_findings(evidence, made)
    made |= _survey(evidence)
    made["followup__actions"] = _actions(evidence)
    return made


def _set_findings(evidence: Evidence, made: dict[str, list[dict[str, Any]]]) -> None:
    lost = evidence.lost | ({1} if evidence.pair else frozenset())
    numbers = {message_id(LARVIK, number): number for number in ALL}
    for row in made["reconcile__findings"]:
        number = numbers.get(row["message_id"], 0)
        if row["entry_id"] != LARVIK:
            continue
        outcome = "lost" if number in lost else "unknown" if evidence.unknown and number == 4 else "registered"
        row |= {"outcome": outcome, "matched_by": "id" if outcome == "registered" else None}
        row["candidate_group"] = "pair" if evidence.pair and number in {1, 2} else None
    for row in made["reconcile__entries"]:
        row["portal_covered"] = evidence.manifest == "whole"
        if row["entry_id"] == LARVIK:
            unknown = int(evidence.unknown)
            row |= {"lost": len(lost), "lost_low": len(lost), "lost_high": len(lost)}
            row |= {"unknown": unknown, "unknown_required": unknown, "registered": 5 - len(lost) - unknown}
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


def _survey(evidence: Evidence) -> dict[str, list[dict[str, Any]]]:
    said = {OSLO: 0} | ({} if evidence.stated is None else {LARVIK: evidence.stated})
    spoken, by_service = [], []
    for entry_id, number in said.items():
        service, stated = SERVICES[entry_id], None if number < 0 else number
        missing = "vet_ikke" if number < 0 else "nei" if number == 0 else "ja_kjent"
        spoken.append(
            {"service_id": service, "answer_id": entry_id, "own": True, "missing": missing, "services": [service]}
            | {"received_utc": "2023-06-14T08:00:00"}
            | {"stated_in_all": stated, "stated": stated, "says_not_integrated": False}
        )
        row = {"service_id": service, "answer_id": entry_id, "own": True, "stated": stated, "counted": True}
        by_service.append(row)
    return {"survey__spoken_for": spoken, "survey__by_service": by_service}


def _actions(evidence: Evidence) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"action": "avvik_meldt_datatilsynet"}] if evidence.reported else []
    for number in sorted(evidence.followed):
        named = {"candidate_group": "pair"} if number == 0 else {"message_id": message_id(LARVIK, number)}
        rows.append({"action": "meldt_på_nytt", **named})
    place = {"municipality_no": LARVIK, "canonical_no": LARVIK, "source_file": "tiltak.csv", "source_row": 2}
    return [place | row for row in rows]


def _id(number: int) -> str:
    return f"d0000000-0000-4000-8000-{number:012d}"
