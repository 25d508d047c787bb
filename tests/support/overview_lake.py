"""A small hand-made nation for the overview: five places, each with a story, with known figures."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from meldingskontroll.domain import Clock, Requirement, iso_utc
from meldingskontroll.lake import WorkFolder, write_json, write_text
from support.lake_fixtures import write_lake

AS_OF = datetime(2023, 7, 1, 6)
CLOCK = Clock(AS_OF.replace(tzinfo=UTC))
START, REQUIRED_END = datetime(2020, 8, 31, 22), AS_OF - timedelta(days=7)
HOSTILE_NAME = '=HYPERLINK("x")<script>alert(1)</script>'
OUTCOMES = ("registered", "printed", "not_delivered", "in_transit", "lost", "unknown")
CSV_COLUMNS = (
    "municipality_no", "district_no", "service_id", "verdict", "sent", "registered", "printed", "not_delivered",
    "in_transit", "lost", "unknown", "lost_low", "lost_high", "coverage_from_utc", "coverage_to_utc",
    "coverage_share", "clock_offset_s", "reasons",
)  # fmt: skip

# place, district, name, district's name, service, outcomes of its messages, coverage share, unmet requirements
PLACES: list[tuple[str, str, str, str, str | None, dict[str, int], float, list[str]]] = [
    ("0301", "05", "Oslo", "Frogner", "oslo-05", {"registered": 40}, 1.0, []),
    (
        "0301", "12", "Oslo", "Søndre Nordstrand", "oslo-12", {"registered": 60, "lost": 1, "unknown": 4}, 0.99961,
        ["LOG_COVERED", "LOSSES_FOLLOWED_UP"],
    ),
    ("3005", "", "Drammen", "", "drammen", {"registered": 120, "printed": 3, "in_transit": 1}, 1.0, []),
    (
        "4601", "", "Bergen", "", "bergen", {"registered": 200, "lost": 3, "not_delivered": 2, "unknown": 10}, 0.93,
        ["DEVIATION_REPORTED", "LOG_COVERED", "LOSSES_FOLLOWED_UP", "SURVEY_AGREES"],
    ),
    (
        "5444", "", HOSTILE_NAME, "", None, {"unknown": 7}, 0.0,
        ["CASE_SYSTEM_KNOWN", "FIX_INSTALLED", "LOG_COVERED", "SURVEY_ANSWERED"],
    ),
]  # fmt: skip


def message_id(place: str, i: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{place}/{i}")


def make_overview_lake(root: Path, *, synthetic: bool = False, empty: bool = False) -> WorkFolder:
    """Write the lake, `municipalities.csv` and `release.json` of the hand-made nation (or of an empty roster)."""
    work = WorkFolder(root)
    places = [] if empty else PLACES
    tables: dict[str, list[dict[str, Any]]] = {
        "portal__extract": [{"declared": True, "from_utc": START, "to_utc": AS_OF, "declared_total": 451}],
        "quality__drill": [{"planted": 5, "found": 5, "false_alarms": 0, "method": "copy"}],
        "survey__answers": [
            _answer("a1", "oslo-12", 2, "ja_kjent"),
            _answer("a2", None, 3, "ja_kjent", on_behalf_of=["oslo-05", "oslo-12"]),
            _answer("a3", "drammen", 0, "nei"),
            _answer("a4", "vakta", 9, "ja_kjent", discarded=True),
            _answer("a5", "drammen", 4, "ja_kjent", superseded=True),
        ],
        "survey__totals": [
            {
                "received": 5, "answers": 3, "discarded": 1, "superseded": 1, "could_be_affected": 3, "with_losses": 2,
                "losses_stated": 5, "losses": 3,
            }
        ],
        "survey__problems": [
            {"source_file": "responses.csv", "source_row": 7, "code": "ROLE_UNKNOWN"},
            {"source_file": "responses.csv", "source_row": 9, "code": "ROLE_UNKNOWN"},
            {"source_file": "tiltak-11111111111.csv", "source_row": None, "code": "COLUMNS_MISSING"},
        ],
        "survey__by_service": [
            {"service_id": "oslo-12", "answer_id": "a1", "own": True, "stated": 2, "counted": True},
            {"service_id": "oslo-12", "answer_id": "a2", "own": False, "stated": 2, "counted": False},
            {"service_id": "oslo-05", "answer_id": "a2", "own": False, "stated": 1, "counted": True},
            {"service_id": "drammen", "answer_id": "a3", "own": True, "stated": 0, "counted": True},
        ],
        "intake__uploads": [
            _upload("4601", "logg.csv", "accepted", 205), _upload("4601", "11111111111.csv", "rejected", 0),
            _upload("3005", "-drammen.csv", "accepted_with_warnings", 121),
        ],
        "reconcile__nobody": [{"recipient_id": uuid.uuid4(), "messages": 12, "known_recipient": True}],
        "followup__actions": [
            {"canonical_no": "4601", "message_id": message_id("4601", 200), "action": "meldt_på_nytt"}
        ],
        "reconcile__silences": [
            {"entry_id": "4601", "from_utc": datetime(2022, 5, 1), "to_utc": datetime(2022, 6, 10), "messages": 6}
        ],
    }  # fmt: skip
    if empty:
        tables = {"survey__totals": [dict.fromkeys(tables["survey__totals"][0], 0)]}
    for no, district, name, district_name, service, outcomes, share, unmet in places:
        _add_place(tables, no, district, name, district_name, service, outcomes, share, unmet)
    write_lake(work, tables)
    write_text(work.out / "municipalities.csv", _municipalities_csv(places))
    verified = sum(not unmet for *_, unmet in places)
    write_json(
        work.out / "release.json",
        {
            "decision": "HOLD", "as_of_utc": iso_utc(AS_OF), "valid_until_utc": None, "roster_size": len(places),
            "verified": verified, "blocking": [],
            "global_reasons": ["REQUIREMENTS_UNMET"] if places else ["ROSTER_EMPTY"],
            "drill": {"planted": 5, "found": 5, "false_alarms": 0},
            "checks": {"expected": 20, "run": 20, "failed": 0}, "inputs": {}, "ruleset_version": "prøve",
            "approvals": [],
        },
    )  # fmt: skip
    if synthetic:
        write_text(work.synthetic_notice, "Syntetiske data.\n")
    return work


def _add_place(
    tables: dict[str, list[dict[str, Any]]], no: str, district: str, name: str, district_name: str,
    service: str | None, outcomes: dict[str, int], share: float, unmet: list[str],
) -> None:  # fmt: skip
    key = f"{no}-{district}" if district else no
    tables.setdefault("roster__entries", []).append(
        {
            "entry_id": key, "municipality_no": no, "canonical_no": no, "district_no": district, "service_id": service,
            "host_municipality_no": no, "name": name, "district_name": district_name or None,
            "case_system": "VISMA_FAMILIA" if service else "UKJENT", "case_system_conflict": False,
            "made_from": "registry",
        }
    )  # fmt: skip
    tables.setdefault("verification__survey_heard", []).extend(
        row | {"entry_id": key, "is_judged_by": row["counted"]}
        for row in tables.get("survey__by_service", ())
        if row["service_id"] == service
    )
    tables.setdefault("roster__periods", []).append({"entry_id": key, "from_utc": START, "to_utc": AS_OF})
    kinds = [kind for kind, count in outcomes.items() for _ in range(count)]
    step = (REQUIRED_END - START) / (len(kinds) + 1)
    for i, kind in enumerate(kinds):
        in_group = kind == "lost" and i % 3 == 0
        tables.setdefault("reconcile__findings", []).append(
            {
                "message_id": message_id(key, i), "municipality_no": no, "district_no": district, "service_id": service,
                "sent_at_utc": START + step * (i + 1), "form_type": ("private", "public", "unknown")[i % 3],
                "outcome": kind, "candidate_group": f"gruppe-{i}" if in_group else None,
                "loss_probability": 0.5 if in_group else 1.0 if kind == "lost" else 0.0, "entry_id": key,
                "channel": "FIKS_IO", "covered": kind != "unknown", "required": True,
                "cause": "not_covered" if kind == "unknown" else None,
            }
        )  # fmt: skip
    counts = Counter(kinds)
    tables.setdefault("reconcile__entries", []).append(
        {
            "entry_id": key, "sent": len(kinds), **{kind: counts[kind] for kind in OUTCOMES},
            "lost_low": counts["lost"], "lost_high": counts["lost"], "coverage_share": share,
            "required_from_utc": START,
            "required_to_utc": REQUIRED_END, "required_seconds": int((REQUIRED_END - START).total_seconds()),
            "unknown_required": counts["unknown"], "portal_covered": True, "uploads": 1,
        }
    )  # fmt: skip
    if share:
        proven = {"entry_id": key, "from_utc": START, "to_utc": START + (REQUIRED_END - START) * share}
        tables.setdefault("reconcile__proven", []).append(proven)
    for requirement in Requirement:
        met = requirement.value not in unmet
        tables.setdefault("verification__requirements", []).append(
            {
                "entry_id": key, "municipality_no": no, "district_no": district, "requirement": requirement.value,
                "met": met, "reason": "MET" if met else "EN_UKJENT_KODE", "evidence": "tall her",
            }
        )  # fmt: skip


def _answer(answer_id: str, service: str | None, stated: int, missing: str, **more: Any) -> dict[str, Any]:
    return {
        "answer_id": answer_id, "service_id": service, "on_behalf_of": [], "role": "tjeneste", "stated": stated,
        "case_systems": ["VISMA_FAMILIA", "DIPS_BARNEVERN"], "integrated": ["ja", "nei"], "missing": missing,
        "other_missing": ["brev"] if answer_id == "a1" else [], "routines": "ja", "deviation": "nei",
        "informed": ["lokal_media"], "discarded": False, "superseded": False, **more,
    }  # fmt: skip


def _upload(no: str, name: str, status: str, rows: int) -> dict[str, Any]:
    message = {
        "code": "X",
        "severity": "error",
        "row": 3,
        "text": "Rad 3 kan ikke leses. Rett den, og last opp på nytt.",
    }
    return {
        "folder_no": no, "file_name": name, "sha256": uuid.uuid5(uuid.NAMESPACE_URL, name).hex * 2, "size_bytes": 10,
        "arrived_utc": datetime(2023, 6, 20, 10), "status": status, "format": "template",
        "case_system": "VISMA_FAMILIA", "period_from_utc": START if rows else None,
        "period_to_utc": REQUIRED_END if rows else None,
        "period_is_proof": bool(rows), "speaks_municipalities": [no] if rows else [], "speaks_districts": [],
        "rows_read": rows, "rows_accepted": rows, "rows_rejected": 0,
        "messages_json": json.dumps([] if status == "accepted" else [message], ensure_ascii=False),
    }  # fmt: skip


def _municipalities_csv(places: list[Any]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for no, district, _, _, service, outcomes, share, unmet in places:
        lost = outcomes.get("lost", 0)
        covered = (iso_utc(START), iso_utc(REQUIRED_END)) if share else ("", "")
        counts = [outcomes.get(kind, 0) for kind in OUTCOMES]
        verdict = "not_verified" if unmet else "verified"
        writer.writerow(
            [
                no,
                district,
                service or "",
                verdict,
                sum(counts),
                *counts,
                lost,
                lost,
                *covered,
                share,
                "",
                "|".join(unmet),
            ]
        )
    return text.getvalue()
