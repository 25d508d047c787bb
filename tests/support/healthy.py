"""A small work folder where every requirement is met: two entries, ten messages, one loss that was followed up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
from support.lake_fixtures import write_lake

CLOCK = Clock.parse("2023-07-01T06:00:00Z")
SETTINGS = Settings()
OSLO, LARVIK = "0301-05", "3805"
RECIPIENTS = {OSLO: "a0000000-0000-4000-8000-000000000005", LARVIK: "a0000000-0000-4000-8000-000000003805"}
SERVICES = {OSLO: "BV-0301-05", LARVIK: "BV-3805"}
SHA = {OSLO: "0" * 12 + "a" * 52, LARVIK: "1" * 12 + "b" * 52}
BEGIN, REQUIRED_TO, PROVEN_TO = "2022-01-01T00:00:00", "2023-06-24T06:00:00", "2023-06-29T00:00:00"
FIXED = "2023-06-02T10:00:00"
ANSWERS_HEADER = (
    "svar_id;mottatt;tjeneste;svarer_paa_vegne_av;rolle;fagsystem;integrert;mangler_meldinger;antall_meldinger;"
    "antall_per_tjeneste;mangler_annet;endrer_rutiner;melder_avvik;informert;fritekst"
)
FOLLOWUP_HEADER = "kommunenummer;bekymringsmeldingId;gruppe;tiltak;dato;utført_av"


def message_id(entry_id: str, number: int) -> str:
    """The id of an entry's message: messages are numbered from 1 to 5, the lost one of Larvik is 3."""
    return f"{'b' if entry_id == OSLO else 'c'}0000000-0000-4000-8000-{number:012d}"


LOST = message_id(LARVIK, 3)


def answer(answer_id: str, service: str = "", **given: str) -> str:
    """One line of the survey; columns that are not given are empty, the role is the service's own."""
    columns = ANSWERS_HEADER.split(";")
    row = {"svar_id": answer_id, "mottatt": "2023-06-14T10:00:00", "tjeneste": service, "rolle": "tjeneste", **given}
    unknown = set(row) - set(columns)
    if unknown:
        raise KeyError(sorted(unknown))
    return ";".join(row.get(column, "") for column in columns)


FAMILIA = {"fagsystem": "VISMA_FAMILIA", "integrert": "ja"}
ANSWERS = (
    answer("1", SERVICES[OSLO], mangler_meldinger="nei", **FAMILIA),
    answer("2", SERVICES[LARVIK], mangler_meldinger="ja_kjent", antall_meldinger="1", **FAMILIA),
)
FOLLOWUP = (
    f"3805;{LOST};;meldt_på_nytt;2023-06-20;",
    "3805;;;avvik_meldt_datatilsynet;2023-06-21;",
)


def tables() -> dict[str, list[dict[str, Any]]]:
    """The rooms' tables as they stand before the survey is read; change them freely."""
    entries = [
        {"entry_id": OSLO, "municipality_no": "0301", "canonical_no": "0301", "district_no": "05", "name": "Oslo"},
        {"entry_id": LARVIK, "municipality_no": "3805", "canonical_no": "3805", "district_no": "", "name": "Larvik"},
    ]
    for entry in entries:
        entry |= {"service_id": SERVICES[entry["entry_id"]], "host_municipality_no": entry["municipality_no"]}
        entry |= {"case_system": "VISMA_FAMILIA", "case_system_conflict": False, "made_from": "registry"}  # type: ignore[dict-item]
    counts = {
        OSLO: {"registered": 5, "lost": 0, "lost_low": 0, "lost_high": 0},
        LARVIK: {"registered": 4, "lost": 1, "lost_low": 1, "lost_high": 2},
    }
    return {
        "portal__messages": [_portal_row(entry, n) for entry in (OSLO, LARVIK) for n in range(1, 6)],
        "portal__extract": [
            {"declared": True, "from_utc": "2020-08-31T22:00:00", "to_utc": "2023-06-30T22:00:00", "declared_total": 10}
            | {"unique_ids": 10, "rows_read": 10, "invalid_rows": 0, "conflicting_ids": 0, "repeated_rows": 0}
        ],
        "roster__entries": entries,
        "roster__periods": [{"entry_id": e, "from_utc": BEGIN, "to_utc": "2023-07-01T06:00:00"} for e in SERVICES],
        "roster__entry_recipients": [{"entry_id": e, "recipient_id": r} for e, r in RECIPIENTS.items()],
        "roster__recipients": [{"recipient_id": r, "municipality_no": e[:4]} for e, r in RECIPIENTS.items()],
        "roster__services": [{"service_id": s, "name": s, "host_municipality_no": e[:4]} for e, s in SERVICES.items()],
        "roster__entry_services": acting_for(entries),
        "roster__fixes": [_fix("0301", "05"), _fix("3805", "")],
        "intake__uploads": [_upload(OSLO, 5), _upload(LARVIK, 4)],
        "intake__registrations": [
            {"upload_sha256": SHA[e], "folder_no": e[:4], "file_row": n, "message_id": message_id(e, n)}
            for e in SERVICES
            for n in range(1, 6)
            if message_id(e, n) != LOST
        ],
        "reconcile__findings": [_finding(entry, n) for entry in (OSLO, LARVIK) for n in range(1, 6)],
        "reconcile__entries": [
            {"entry_id": e, "sent": 5, "printed": 0, "not_delivered": 0, "in_transit": 0, "unknown": 0, **counts[e]}
            | {"coverage_from_utc": BEGIN, "coverage_to_utc": PROVEN_TO, "coverage_share": 1.0, "unknown_required": 0}
            | {"required_from_utc": BEGIN, "required_to_utc": REQUIRED_TO, "required_seconds": 46_591_200}
            | {
                "clock_convention": "oslo",
                "clock_offset_s": 0,
                "portal_covered": True,
                "uploads": 1,
                "registrations": 5,
            }
            for e in SERVICES
        ],
        "reconcile__coverage": [{"entry_id": e, "from_utc": BEGIN, "to_utc": PROVEN_TO} for e in SERVICES],
        "reconcile__proven": [{"entry_id": e, "from_utc": BEGIN, "to_utc": PROVEN_TO} for e in SERVICES],
        "quality__drill": [{"planted": 3, "found": 3, "false_alarms": 0, "method": "copy"}],
    }


def acting_for(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `roster__entry_services` where each entry has had the service that it has, always."""
    always = {"from_date": "1900-01-01", "to_date": "9999-12-31"}
    return [
        {"entry_id": e["entry_id"], "service_id": e["service_id"], "host_canonical_no": e.get("host_municipality_no")}
        | always
        for e in entries
        if e["service_id"]
    ]


def write_healthy(root: Path, **changed: list[dict[str, Any]]) -> WorkFolder:
    """Write the folder: tables (those named in `changed` in their place), survey, follow-up, uploads and receipts."""
    work = WorkFolder(root)
    write_lake(work, tables() | changed)
    write_survey(work, *ANSWERS)
    write_followup(work, *FOLLOWUP)
    for entry_id, sha in SHA.items():
        inbox, receipts = work.inbox(entry_id[:4]), work.receipts(entry_id[:4])
        inbox.mkdir(parents=True, exist_ok=True)
        receipts.mkdir(parents=True, exist_ok=True)
        (inbox / "logg.csv").write_text("meldingsid;mottatt\n")
        (receipts / f"logg.csv.{sha[:12]}.json").write_text("{}")
    return work


def write_survey(work: WorkFolder, *lines: str) -> None:
    """Write `survey/responses.csv` with these answers in place of what was there."""
    work.survey.mkdir(parents=True, exist_ok=True)
    (work.survey / "responses.csv").write_text("\n".join((ANSWERS_HEADER, *lines)) + "\n", encoding="utf-8")


def write_followup(work: WorkFolder, *lines: str) -> None:
    """Write `followup/tiltak.csv` with these actions in place of what was there."""
    work.followup.mkdir(parents=True, exist_ok=True)
    (work.followup / "tiltak.csv").write_text("\n".join((FOLLOWUP_HEADER, *lines)) + "\n", encoding="utf-8")


def _sent(number: int) -> str:
    return f"2023-0{number}-10T08:00:00"


def _portal_row(entry_id: str, number: int) -> dict[str, Any]:
    sent = _sent(number)
    return {
        "message_id": message_id(entry_id, number),
        "recipient_id": RECIPIENTS[entry_id],
        "sent_utc": sent,
        "sent_later_utc": sent,
        "form_type": "public",
        "channel": "FIKS_IO",
        "acknowledged_utc": sent,
    }


def _finding(entry_id: str, number: int) -> dict[str, Any]:
    is_lost = message_id(entry_id, number) == LOST
    return {
        "message_id": message_id(entry_id, number),
        "entry_id": entry_id,
        "municipality_no": entry_id[:4],
        "district_no": entry_id[5:],
        "service_id": SERVICES[entry_id],
        "recipient_id": RECIPIENTS[entry_id],
        "sent_at_utc": _sent(number),
        "form_type": "public",
        "outcome": "lost" if is_lost else "registered",
        "matched_by": None if is_lost else "id",
        "loss_probability": 1.0 if is_lost else 0.0,
        "covered": True,
        "required": True,
        "upload_sha256": None if is_lost else SHA[entry_id],
    }


def _fix(municipality_no: str, district_no: str) -> dict[str, Any]:
    return {
        "municipality_no": municipality_no,
        "canonical_no": municipality_no,
        "district_no": district_no,
        "version": "23.2",
        "version_parts": [23, 2],
        "installed_utc": FIXED,
        "confirmed_by": "systemforvalter",
        "confirmed_utc": "2023-06-03T08:00:00",
        "source_row": 2,
    }


def _upload(entry_id: str, rows: int) -> dict[str, Any]:
    return {
        "folder_no": entry_id[:4],
        "file_name": "logg.csv",
        "sha256": SHA[entry_id],
        "status": "accepted",
        "rows_read": rows,
        "rows_accepted": rows,
        "rows_rejected": 0,
        "period_is_proof": True,
    }
