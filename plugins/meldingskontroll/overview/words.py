"""Norwegian words, numbers and times for the pages, and the catalogue that explains every code."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from meldingskontroll.sql import sql_root

OSLO = ZoneInfo("Europe/Oslo")
MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
NBSP, THIN_MINUS, DASH = "\u00a0", "\u2212", "–"

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "registered": "Registrert",
        "printed": "Sendt på papir",
        "not_delivered": "Ikke levert",
        "in_transit": "Underveis",
        "lost": "Tapt",
        "unknown": "Ukjent",
    }
)
CASE_SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "VISMA_FAMILIA": "Visma Familia",
        "VISMA_FLYT_BARNEVERN": "Visma Flyt Barnevern",
        "DIPS_BARNEVERN": "DIPS Barnevern",
        "NETCOMPANY_MODULUS_BARN": "Modulus Barn",
        "MANUELL_MOTTAK": "Manuelt mottak",
        "SVARINN_IMPORTER": "SvarInns importlogg",
        "UKJENT": "Ukjent fagsystem",
    }
)
FORM_TYPES: Mapping[str, str] = MappingProxyType(
    {"private": "Privat melder", "public": "Offentlig melder", "unknown": "Ukjent melder"}
)
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "gjenopprettet": "Gjenopprettet",
        "meldt_på_nytt": "Meldt på nytt",
        "ikke_mulig_å_gjenopprette": "Ikke mulig å gjenopprette",
    }
)


@dataclass(frozen=True)
class Text:
    """What a code means: a short name, an explanation, and what to do about it (may be empty)."""

    name: str
    explanation: str
    remedy: str


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Text]:
    """Code → text, from `expectations/requirements_catalogue.csv`.

    Raises:
        ValueError: the catalogue is empty, or a code stands twice.
    """
    file = sql_root().parent / "expectations" / "requirements_catalogue.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    texts = {row["requirement"]: Text(row["norsk"], row["forklaring"], row["tiltak"]) for row in rows}
    if not rows or len(texts) < len(rows):
        raise ValueError(f"{file.name} is empty or holds a code twice")
    return MappingProxyType(texts)


def text_of(code: str) -> Text:
    """The text of a code; a code that the catalogue lacks speaks for itself."""
    return catalogue().get(code) or Text(code, "", "")


def reason_of(requirement: str, reason: str) -> Text:
    """Why a requirement is judged as it is, and what to do: the reason's own remedy, else the requirement's."""
    known = text_of(reason)
    return Text(known.name, known.explanation, known.remedy or text_of(requirement).remedy)


def number(value: int) -> str:
    """A whole number the Norwegian way: `370 000`, blanks that do not break."""
    return f"{value:,}".replace(",", NBSP).replace("-", THIN_MINUS)


def percent(share: float) -> str:
    """A share as `97,3 %`, cut and never rounded up: only the whole is 100 %, and only nothing is 0 %."""
    if share >= 1:
        return f"100{NBSP}%"
    if share <= 0:
        return f"0{NBSP}%"
    tenths = int(share * 1000)
    return f"under{NBSP}0,1{NBSP}%" if tenths == 0 else f"{tenths // 10},{tenths % 10}{NBSP}%"


def interval(low: int, high: int) -> str:
    """Bounds as `3–5`, or one number when they meet."""
    return number(low) if low == high else f"{number(low)}{DASH}{number(high)}"


def local(moment: datetime) -> datetime:
    """A naive UTC or aware time as Norwegian wall-clock time."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(OSLO)


def day(moment: date) -> str:
    """A date in words: `1. juni 2023`; times are given as their Norwegian day."""
    shown = local(moment) if isinstance(moment, datetime) else moment
    return f"{shown.day}.{NBSP}{MONTHS[shown.month - 1]} {shown.year}"


def clock_time(moment: datetime) -> str:
    """A time in Norwegian words: `1. juni 2023 kl. 09.24`; says which hour it is when the hour comes twice."""
    shown = local(moment)
    twice = shown.utcoffset() != shown.replace(fold=1 - shown.fold).utcoffset()
    which = "" if not twice else " (vintertid)" if shown.fold else " (sommertid)"
    return f"{day(moment)} kl.{NBSP}{shown:%H.%M}{which}"


def plural(count: int, one: str, many: str) -> str:
    """A number with its noun: `1 kommune`, `2 kommuner`."""
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def read_utc(text: str | None) -> datetime | None:
    """A time written as `2023-06-01T00:00:00Z`, as naive UTC; None for nothing."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
