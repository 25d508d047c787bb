"""The page for people: the decision in one line, since when, until when, what stands in the way, how to verify it."""

from __future__ import annotations

import asyncio
import csv
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from meldingskontroll.domain import entry_name
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.service.reader import Reader, Stamp, SteadyClock, stamp_of
from meldingskontroll.release.service.snapshot import Answer, ServiceReason, moment_of

OSLO = ZoneInfo("Europe/Oslo")
_MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_NBSP = "\u00a0"
_SERVICE_TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ServiceReason.DECISION_MISSING: ("Det finnes ingen beslutning", "Kontrollen har ikke skrevet noen beslutning."),
        ServiceReason.DECISION_UNREADABLE: ("Beslutningen kan ikke leses", "Filen er skadet, eller den mangler noe."),
        ServiceReason.DECISION_CONTRADICTORY: (
            "Beslutningen motsier seg selv",
            "Den sier at sletting er frigitt, men oppfyller ikke det som kreves av en frigivelse.",
        ),
        ServiceReason.CERTIFICATE_MISSING: ("Frigivelsen er ikke signert", "Sertifikatet mangler."),
        ServiceReason.CERTIFICATE_DIFFERS: (
            "Sertifikatet passer ikke",
            "Det som er signert, er noe annet enn beslutningen.",
        ),
        ServiceReason.KEYS_UNREADABLE: (
            "De offentlige nøklene kan ikke leses",
            "Uten dem kan signaturen ikke kontrolleres.",
        ),
        ServiceReason.SIGNATURE_INVALID: ("Signaturen stemmer ikke", "Beslutningen kan være endret etter signeringen."),
        ServiceReason.APPROVALS_INVALID: (
            "Godkjenningene kan ikke bekreftes",
            "To gyldige godkjenninger av noen som fortsatt er godkjennere, kan ikke vises.",
        ),
        ServiceReason.CLEARANCE_UNREADABLE: (
            "Listen over meldinger kan ikke leses",
            "Uten den er det ukjent hvilke meldinger som kan slettes.",
        ),
        ServiceReason.CLEARANCE_DIFFERS: (
            "Listen over meldinger passer ikke",
            "Den er ikke den som ble frigitt: den hører til en annen beslutning, eller er endret etterpå.",
        ),
        ServiceReason.LEDGER_DIFFERS: (
            "Hovedboken bekrefter ikke frigivelsen",
            "Den mangler, holder ikke, eller sier at frigivelsen er trukket tilbake.",
        ),
        ServiceReason.NOT_YET_VALID: ("Frigivelsen gjelder ikke ennå", "Tidspunktet den gjelder fra, er ikke kommet."),
        ServiceReason.EXPIRED: ("Frigivelsen har gått ut", "En frigivelse gjelder i 24 timer og må fornyes."),
    }
)


@dataclass(frozen=True)
class Blocker:
    """An entry that blocks: where, and the requirements that it lacks, by name."""

    place: str
    number: str
    lacks: list[str]


@dataclass(frozen=True)
class Unblocking:
    """A requirement: how many entries lack nothing else, how many lack it at all, and what to do."""

    name: str
    alone: int
    all: int
    remedy: str


async def render(reader: Reader, contact: str = "") -> tuple[bytes, str]:
    """The page in UTF-8, and the policy that lets only its own style and script run, and only ask for itself.

    `contact` is whom a reader may ask: an e-mail address or an https address; empty where nobody is named.
    """
    answer = await reader.current()
    return await asyncio.to_thread(_render, reader, answer, contact)


def _render(reader: Reader, answer: Answer, contact: str) -> tuple[bytes, str]:
    nonce = secrets.token_urlsafe(18)
    link = contact if contact.startswith("https://") else f"mailto:{contact}" if "@" in contact else "#"
    text = (
        _templates()
        .get_template("page.html")
        .render(facts_of(reader, answer), nonce=nonce, contact=contact, contact_link=link)
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; "
        "connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return text.encode(), policy


@lru_cache(maxsize=1)
def _templates() -> Environment:
    folder = Path(__file__).with_name("templates")
    made = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["whole"] = whole
    return made


def facts_of(reader: Reader, answer: Answer) -> dict[str, Any]:
    """What the page shows, as text."""
    document, work = answer.document, reader.work
    until, read_at = moment_of(document["valid_until_utc"]), reader.now()
    begun = _since(work, answer.decision) if answer.reason is None else None
    blocking = document["blocking"]
    return {
        "is_release": answer.is_release,
        "is_held_by_service": answer.reason is not None,
        "until": clock_time(until) if until else "",
        "until_iso": document["valid_until_utc"],
        "since": clock_time(begun) if begun else "",
        "as_of": clock_time(moment) if (moment := moment_of(document["as_of_utc"])) else "",
        "read_at": clock_time(read_at),
        "is_fixed": isinstance(reader.now, SteadyClock) and reader.now.is_fixed,
        "is_synthetic": work.synthetic_notice.exists(),
        "verified": document["verified"],
        "roster_size": document["roster_size"],
        "approvals": len(document["approvals"]),
        "ruleset_version": document["ruleset_version"],
        "reasons": [_reason(code) for code in document["global_reasons"]],
        "unblocking": unblocking_of(blocking),
        "kept_beyond": kept_beyond(work),
        "overridden": overridden_of(document, _places(work)),
        "blockers": _blockers(blocking, _places(work)),
    }


def unblocking_of(blocking: list[dict[str, Any]]) -> list[Unblocking]:
    """The unmet requirements, first the one that alone holds the most entries back."""
    lacked = Counter(code for one in blocking for code in one["reasons"])
    alone = Counter(one["reasons"][0] for one in blocking if len(one["reasons"]) == 1)
    ranked = sorted(lacked, key=lambda code: (-alone[code], -lacked[code], code))
    return [Unblocking(_text(code)[0], alone[code], lacked[code], _text(code)[2]) for code in ranked]


def kept_beyond(work: WorkFolder) -> int | None:
    """How many messages are kept beyond the day that the portal would have deleted them; None where nobody can say."""
    try:
        with (work.overview / "kept_beyond.csv").open(encoding="utf-8", newline="") as stream:
            return sum(int(row["messages"]) for row in csv.DictReader(stream, delimiter=";"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def overridden_of(document: Mapping[str, Any], places: Mapping[str, str]) -> list[dict[str, str]]:
    """The requirements that are met by an override only, in words; what is lacking is said to be unknown."""
    found = document.get("overrides", [])
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    names = ("decided_by", "reason")
    return [
        {
            "place": places.get(
                number := entry_name(str(one.get("municipality_no")), str(one.get("district_no") or "")), number
            ),
            "requirement": _text(str(one.get("requirement")))[0],
            "decided_on": day(str(one.get("decided_on") or "")) or "ukjent dag",
            "instead_of": _text(str(one.get("original_reason") or "ukjent"))[0],
            **{name: str(one.get(name) or "ukjent") for name in names},
        }
        for one in rows
    ]


def _blockers(blocking: list[dict[str, Any]], places: dict[str, str]) -> list[Blocker]:
    """The entries that block, those that lack least first."""
    ranked = sorted(blocking, key=lambda one: (len(one["reasons"]), one["municipality_no"], one.get("district_no", "")))
    made = []
    for one in ranked:
        number = entry_name(str(one["municipality_no"]), str(one.get("district_no") or ""))
        made.append(Blocker(places.get(number, number), number, [_text(code)[0] for code in one["reasons"]]))
    return made


def _places(work: WorkFolder) -> dict[str, str]:
    """The names of the roster's entries by their number; none where they cannot be read."""
    file = work.table("roster__entries")
    return _places_in(file, stamp_of((file,)))


@lru_cache(maxsize=2)
def _places_in(file: Path, stamp: Stamp) -> dict[str, str]:
    try:
        with file.open("rb") as stream:
            rows = pq.ParquetFile(stream).read(["entry_id", "name", "district_name"], use_threads=False).to_pylist()
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return {}
    return {
        row["entry_id"]: " ".join(part for part in (row["name"], row["district_name"]) if part) or row["entry_id"]
        for row in rows
    }


def _since(work: WorkFolder, decision: str) -> datetime | None:
    """When the ledger first had this decision without another after it; None where it cannot say."""
    return _since_in(work.ledger, stamp_of((work.ledger,)), decision)


@lru_cache(maxsize=2)
def _since_in(ledger: Path, stamp: Stamp, decision: str) -> datetime | None:
    try:
        lines = [json.loads(line) for line in ledger.read_bytes().splitlines()]
        begun: str | None = None
        for line in lines:
            if line["event"] == "decision":
                begun = (begun or line["as_of_utc"]) if line["decision"] == decision else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return moment_of(begun)


def _reason(code: str) -> tuple[str, str, str]:
    name, text = _SERVICE_TEXTS.get(code, ("", ""))
    return (name, text, "Den som drifter kontrollen, finner og retter feilen.") if name else _text(code)


def _text(code: str) -> tuple[str, str, str]:
    """A code's name, explanation and remedy; a code that the catalogue lacks speaks for itself."""
    return _catalogue().get(code, (code, "", ""))


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, tuple[str, str, str]]:
    # The service has no use for a database, which this module would bring along.
    from meldingskontroll.sql import sql_root

    file = sql_root().parent / "expectations" / "requirements_catalogue.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    return MappingProxyType({row["requirement"]: (row["norsk"], row["forklaring"], row["tiltak"]) for row in rows})


def whole(number: int) -> str:
    """A whole number as Norwegians write it: a space that does not break between thousands."""
    return f"{number:,}".replace(",", _NBSP)


def day(text: str) -> str:
    """A day written as `2023-06-29`, in Norwegian words; anything else as it stands."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day}.{_NBSP}{_MONTHS[found.month - 1]} {found.year}"


def clock_time(moment: datetime) -> str:
    """A time in Norwegian words and Norwegian time: `1. juni 2023 kl. 09.24`."""
    shown = moment.astimezone(OSLO)
    return f"{shown.day}.{_NBSP}{_MONTHS[shown.month - 1]} {shown.year} kl.{_NBSP}{shown:%H.%M}"
