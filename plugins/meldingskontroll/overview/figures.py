"""Reads what the rooms before left, aggregates it once in SQL, and lays it out for pages, workbook and JSON."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meldingskontroll import sql
from meldingskontroll.domain import CaseSystem, Clock, iso_utc
from meldingskontroll.lake import WorkFolder
from meldingskontroll.overview import kept, words
from meldingskontroll.settings import Settings

Row = dict[str, Any]

TABLES = (
    "portal__extract", "roster__entries", "roster__entry_services", "roster__periods", "intake__uploads",
    "survey__answers", "survey__by_service",
    "survey__totals", "survey__problems", "followup__actions", "reconcile__findings", "reconcile__entries",
    "reconcile__proven",
    "reconcile__silences", "reconcile__rows_gone", "reconcile__nobody", "reconcile__coverage", "reconcile__extras",
    "verification__requirements", "verification__survey_heard",
)  # fmt: skip
COUNTS = ("sent", "registered", "printed", "not_delivered", "in_transit", "lost", "unknown", "lost_low", "lost_high")
_YES_NO = ("ja", "nei", "vet_ikke")
_INFORMED = ("direkte_personer", "ikke_noe", "direkte_tjenester", "lokal_media", "andre_måter")
_SYSTEMS = [system.value for system in CaseSystem if system is not CaseSystem.UKJENT]


@dataclass(frozen=True)
class Entry:
    """One roster entry with everything that its pages show. `row` is its row of `municipalities.csv`, typed."""

    entry_id: str
    municipality_no: str
    canonical_no: str
    district_no: str
    name: str
    place: str
    service_id: str | None
    case_system: str
    ended: datetime | None
    required_from: datetime | None
    required_to: datetime | None
    required_seconds: int
    row: Row
    months: list[Row]
    periods: list[Row]
    proven: list[Row]
    silences: list[Row]
    losses: list[Row]
    whys: list[Row]
    requirements: list[Row]
    survey: Row | None

    @property
    def verified(self) -> bool:
        return bool(self.row["verdict"] == "verified")

    @property
    def unmet(self) -> list[Row]:
        return [requirement for requirement in self.requirements if not requirement["met"]]


@dataclass(frozen=True)
class Figures:
    """Everything that the overview shows."""

    as_of: datetime
    synthetic: bool
    entries: list[Entry]
    totals: dict[str, int]
    survey: dict[str, Any]
    survey_problems: list[Row]
    release: dict[str, Any]
    uploads: dict[str, list[Row]]
    unmet: list[Row]
    unknowns: list[Row]
    months: list[Row]
    kept_beyond: list[Row]
    nobody: Row
    portal: Row

    @property
    def verified(self) -> int:
        return sum(entry.verified for entry in self.entries)

    @property
    def first(self) -> datetime:
        """The first moment that any entry must account for: where every time line begins."""
        return min((entry.required_from for entry in self.entries if entry.required_from), default=self.as_of)

    @property
    def coverage(self) -> float:
        """The share of all required time that is proven, entries weighed by the length of their period."""
        required = sum(entry.required_seconds for entry in self.entries)
        if not required:
            return 0.0
        share = sum(entry.row["coverage_share"] * entry.required_seconds for entry in self.entries) / required
        whole = all(entry.row["coverage_share"] >= 1 for entry in self.entries)
        return 1.0 if whole else min(share, 0.9999)

    def by_municipality(self) -> dict[str, list[Entry]]:
        """Municipality number → its entries, both in order."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.municipality_no].append(entry)
        return dict(found)


def gather(work: WorkFolder, clock: Clock, settings: Settings) -> Figures:
    """Read the lake and `out/`, and aggregate.

    Raises:
        RuntimeError: `municipalities.csv` and the roster do not hold the same entries; a page would hide some.
    """
    published = read_published(work)
    with sql.connect(settings) as connection:
        sql.load(connection, work, TABLES)
        release = read_release(work, clock.as_of_utc)
        kept.look_at_clearance(connection, work, release["decision"])
        sql.run_stage(
            connection, "overview", kept.parameters(clock, release["decision"]) | {"deadline": settings.deadline}
        )

        def rows(relation: str) -> list[Row]:
            return sql.rows(connection, f"SELECT * FROM {relation}")  # noqa: S608

        def by_entry(relation: str, order: str) -> dict[str, list[Row]]:
            found: dict[str, list[Row]] = defaultdict(list)
            for row in sql.rows(connection, f"SELECT * FROM {relation} ORDER BY entry_id, {order}"):  # noqa: S608
                found[row["entry_id"]].append(row)
            return found

        parts = {
            "months": by_entry("overview__months", "month"),
            "periods": by_entry("roster__periods", "from_utc"),
            "proven": by_entry("reconcile__proven", "from_utc"),
            "silences": by_entry("reconcile__silences", "from_utc"),
            "losses": by_entry("overview__losses", "sent_at_utc, message_id"),
            "whys": by_entry("overview__whys", "outcome, sent_at_utc, message_id"),
            "requirements": by_entry("overview__requirements", "requirement"),
        }
        services = {row["entry_id"]: row for row in rows("overview__services")}
        required = {row["entry_id"]: row for row in rows("reconcile__entries")}
        roster = sql.rows(connection, "SELECT * FROM roster__entries ORDER BY entry_id")
        keys = {(row["municipality_no"], row["district_no"]) for row in roster}
        if keys != published.keys() or len(keys) < len(roster):
            raise RuntimeError("municipalities.csv and the roster do not hold the same entries: run the audit again")
        entries = [
            _entry(row, published[row["municipality_no"], row["district_no"]], required, services, parts)
            for row in roster
        ]
        uploads: dict[str, list[Row]] = defaultdict(list)
        for row in rows("overview__uploads"):
            uploads[row["municipality_no"]].append(row | {"messages": json.loads(row["messages_json"] or "[]")})
        extract = rows("portal__extract")
        return Figures(
            as_of=clock.as_of_utc,
            synthetic=work.synthetic_notice.exists(),
            entries=entries,
            totals={name: sum(entry.row[name] for entry in entries) for name in COUNTS},
            survey=survey_block(
                rows("survey__totals")[0] | rows("overview__survey_counts")[0],
                rows("overview__survey_overlaps"),
                rows("overview__survey_case_systems"),
            ),
            survey_problems=rows("overview__survey_problems"),
            release=release,
            kept_beyond=rows("overview__kept_beyond ORDER BY ALL"),
            uploads=dict(uploads),
            unmet=rows("overview__unmet"),
            unknowns=rows("overview__unknowns"),
            months=_national_months(entries),
            nobody=rows("overview__nobody")[0],
            portal=extract[0] if extract else {"declared": False, "problem": "missing"},
        )  # fmt: skip


def read_published(work: WorkFolder) -> dict[tuple[str, str], Row]:
    """The rows of `municipalities.csv`, typed, by (municipality, district).

    Counts are whole numbers, `coverage_share` a float, `reasons` a list, times stay text, what is empty is None.
    """
    with work.municipalities_csv.open(encoding="utf-8", newline="") as stream:
        return {
            (row["municipality_no"], row["district_no"]): {name: _typed(name, text) for name, text in row.items()}
            for row in csv.DictReader(stream, delimiter=";")
        }


def read_release(work: WorkFolder, as_of: datetime) -> dict[str, Any]:
    """The decision; where it cannot be read it is HOLD for that reason, and a RELEASE that has run out is none.

    `checks` and `drill` are left out where they are not whole.
    """
    unreadable = {"decision": "HOLD", "global_reasons": ["DECISION_UNREADABLE"], "valid_until_utc": None}
    try:
        release = dict(json.loads(work.decision.read_text(encoding="utf-8")))
        until = words.read_utc(release["valid_until_utc"])
        known = release["decision"] in {"HOLD", "RELEASE"} and isinstance(release["global_reasons"], list)
        if not known or (release["decision"] == "RELEASE" and (until is None or release["global_reasons"])):
            return unreadable
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return unreadable
    if release["decision"] == "RELEASE" and until is not None and until <= as_of:
        release |= {"decision": "HOLD", "global_reasons": ["APPROVALS_LAPSED"], "valid_until_utc": None}
    for part, names in (("checks", ("expected", "run", "failed")), ("drill", ("planted", "found", "false_alarms"))):
        counts = release.get(part)
        if not isinstance(counts, dict) or not all(isinstance(counts.get(name), int) for name in names):
            release[part] = None
    return release


def survey_block(counts: Row, overlaps: list[Row], systems: list[Row]) -> dict[str, Any]:
    """The survey's figures with the keys of `overview.json`."""
    named: dict[str, Row] = {name: {"integrated": 0, "not_integrated": 0} for name in _SYSTEMS}
    for row in systems:
        named[row["case_system"]] = {"integrated": row["integrated"], "not_integrated": row["not_integrated"]}
    names = ("received", "answers", "discarded", "could_be_affected", "with_losses", "losses_stated", "losses")
    return {
        **{name: counts[name] for name in names},
        "overlaps": [
            {name: row[name] for name in ("service_id", "responses", "counted", "stated")} for row in overlaps
        ],
        "case_systems": named,
        "missing": {name: counts[f"missing_{name}"] for name in ("ja_kjent", "ja_ukjent", "nei", "vet_ikke")},
        "routines": {name: counts[f"routines_{name}"] for name in _YES_NO},
        "deviation": {name: counts[f"deviation_{name}"] for name in _YES_NO},
        "informed": {name: counts[f"informed_{name}"] for name in _INFORMED},
        "other_missing": counts["other_missing"],
    }


def as_json(figures: Figures) -> dict[str, Any]:
    """`overview.json` (contract §2)."""
    return {
        "as_of_utc": iso_utc(figures.as_of),
        "roster_size": len(figures.entries),
        "verified": figures.verified,
        "totals": figures.totals,
        "survey": figures.survey,
        "municipalities": [entry.row for entry in figures.entries],
    }


def _entry(
    roster: Row, published: Row, required: Mapping[str, Row], services: Mapping[str, Row], parts: Mapping[str, Any]
) -> Entry:
    key = roster["entry_id"]
    bounds = required.get(key, {})
    district = roster["district_name"] or (f"bydel {roster['district_no']}" if roster["district_no"] else "")
    name = roster["name"] or roster["municipality_no"]
    return Entry(
        entry_id=key,
        municipality_no=roster["municipality_no"],
        canonical_no=roster["canonical_no"],
        district_no=roster["district_no"],
        name=name,
        place=f"{name}, {district}" if district else name,
        service_id=roster["service_id"],
        case_system=roster["case_system"],
        ended=roster["ended_utc"],
        required_from=bounds.get("required_from_utc"),
        required_to=bounds.get("required_to_utc"),
        required_seconds=bounds.get("required_seconds") or 0,
        row=published,
        survey=services.get(roster["entry_id"]),
        **{name: rows.get(key, []) for name, rows in parts.items()},
    )


def _national_months(entries: list[Entry]) -> list[Row]:
    sums: dict[Any, Counter[str]] = defaultdict(Counter)
    for month in (month for entry in entries for month in entry.months):
        sums[month["month"]].update({name: month[name] for name in ("sent", *words.OUTCOMES)})
    return [{"month": month, **{n: sums[month][n] for n in ("sent", *words.OUTCOMES)}} for month in sorted(sums)]


def _typed(name: str, text: str) -> Any:
    if name == "reasons":
        return [reason for reason in text.split("|") if reason]
    if name == "coverage_share":
        return float(text) if text else 0.0
    if name in COUNTS:
        return int(text)
    if name == "clock_offset_s":
        return int(text) if text else None
    if name == "district_no":
        return text
    return text or None
