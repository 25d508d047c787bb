"""The tables that the project ships: numbers, services, populations, published figures (credits: `data/SOURCES.md`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from meldingskontroll.domain import normal_district

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Member:
    """One place that a service serves, in the half-open interval `[valid_from, valid_to)`; None is open."""

    service_id: str
    municipality_no: str
    district_no: str
    valid_from: date | None
    valid_to: date | None


def shipped(name: str) -> Path:
    """The path of a shipped table, like `services.csv`.

    Raises:
        FileNotFoundError: no such table is shipped.
    """
    path = DATA / name
    if not path.is_file():
        raise FileNotFoundError(f"the project ships no table {name}")
    return path


def rows(name: str) -> list[dict[str, str]]:
    """All rows of a shipped table, every value as text.

    Raises:
        ValueError: the table is empty; an empty reference would pass for an answer.
    """
    with shipped(name).open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream, delimiter=";"))
    if not found:
        raise ValueError(f"the shipped table {name} is empty")
    return found


@lru_cache(maxsize=1)
def renumberings() -> Mapping[str, str]:
    """Old or newer number → canonical number (of 2020–2023), for one-to-one renumberings only."""
    return MappingProxyType({row["old_no"]: row["canonical_no"] for row in rows("renumberings.csv")})


def canonical(municipality_no: str) -> str:
    """The number that the municipality had in 2020–2023; merged, split and unknown numbers stay as they are."""
    return renumberings().get(municipality_no, municipality_no)


@lru_cache(maxsize=1)
def successions() -> tuple[tuple[str, str], ...]:
    """(old, new) number of every municipality that was merged in 2020, or split in 2020 or 2024, and what it became."""
    return tuple((row["old_no"], row["new_no"]) for row in rows("successions.csv"))


@lru_cache(maxsize=1)
def municipality_names() -> Mapping[str, str]:
    """Number → name, for every number valid in 2020 or later."""
    return MappingProxyType({row["kommunenummer"]: row["navn"] for row in rows("municipalities.csv")})


@lru_cache(maxsize=1)
def municipalities_of_2023() -> tuple[str, ...]:
    """The 356 canonical numbers, in order."""
    return tuple(row["kommunenummer"] for row in rows("municipalities.csv") if row["gyldig_fra"] == "2020-01-01")


@lru_cache(maxsize=1)
def service_members() -> tuple[Member, ...]:
    """Whom each shipped service serves."""
    return tuple(
        Member(
            row["tjeneste_id"],
            row["kommunenummer"],
            normal_district(row["bydelsnummer"]),
            _day(row["gyldig_fra"]),
            _day(row["gyldig_til"]),
        )
        for row in rows("service_members.csv")
    )


@lru_cache(maxsize=1)
def service_hosts() -> Mapping[str, str]:
    """Service → its host municipality."""
    return MappingProxyType({row["tjeneste_id"]: row["vert_kommunenummer"] for row in rows("services.csv")})


@lru_cache(maxsize=1)
def children() -> Mapping[tuple[str, str, int], int]:
    """(municipality, district or empty, year) → children 0–17 on 1 January."""
    return MappingProxyType(
        {
            (row["kommunenummer"], normal_district(row["bydelsnummer"]), int(row["aar"])): int(row["barn_0_17"])
            for row in rows("population.csv")
        }
    )


@lru_cache(maxsize=1)
def district_names() -> Mapping[tuple[str, str], str]:
    """(municipality, district) → the district's name."""
    return MappingProxyType({(row["kommunenummer"], row["bydelsnummer"]): row["navn"] for row in rows("districts.csv")})


@lru_cache(maxsize=1)
def holidays() -> frozenset[date]:
    """Norwegian public holidays 2020–2024."""
    return frozenset(date.fromisoformat(row["dato"]) for row in rows("holidays.csv"))


def hosted_by(host_no: str, on: date | None = None) -> frozenset[str]:
    """The other municipalities that `host_no` hosts a service for; by default whenever, else on that day."""
    host = canonical(host_no)
    hosts = service_hosts()
    return frozenset(
        canonical(member.municipality_no)
        for member in service_members()
        if hosts[member.service_id] == host and canonical(member.municipality_no) != host and _valid(member, on)
    )


def _valid(member: Member, on: date | None) -> bool:
    if on is None:
        return True
    return (member.valid_from is None or member.valid_from <= on) and (member.valid_to is None or on < member.valid_to)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
