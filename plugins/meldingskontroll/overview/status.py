"""What is said of a place in one word, one sentence and one next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from meldingskontroll.overview import words
from meldingskontroll.overview.figures import Entry, Row
from meldingskontroll.overview.overridden import CODE as OVERRIDDEN


@dataclass(frozen=True)
class Status:
    """A status as the pages show it: its class in the style sheet, its symbol and its name."""

    code: str
    symbol: str
    name: str
    meaning: str


STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        "verified": Status("verified", "✓", "Verifisert", "alle krav er oppfylt"),
        "lost": Status("lost", "▲", "Tap funnet", "minst én melding er tapt, og krav gjenstår"),
        "unproven": Status("unproven", "?", "Ikke bevist", "ingen tap er funnet, men ikke all tid er bevist"),
        "open": Status("open", "○", "Krav gjenstår", "hver melding er gjort rede for, men andre krav gjenstår"),
        "outside": Status("outside", "–", "Ikke i omfanget", "ingen tjeneste med Visma Familia koblet til portalen"),
    }
)

_PROOF = ("CASE_SYSTEM_KNOWN", "PORTAL_COVERED", "LOG_COVERED")
# What a municipality should do first: known children before paperwork, its own work before what others must do.
_FIRST = (
    "LOSSES_FOLLOWED_UP", "FIX_INSTALLED", "CASE_SYSTEM_KNOWN", "LOG_COVERED", "DEVIATION_REPORTED",
    "SURVEY_ANSWERED", "SURVEY_AGREES", "CLEAN_SINCE_FIX", "PORTAL_COVERED",
)  # fmt: skip


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now: the requirement, what to do, and the districts that it is about (empty: all of it)."""

    requirement: str
    name: str
    remedy: str
    places: list[str]


def status_of(entries: Sequence[Entry]) -> Status:
    """The status of one or several entries seen as one: verified only when each is."""
    if not entries:
        return STATUSES["outside"]
    if all(entry.verified for entry in entries):
        return STATUSES["verified"]
    if any(entry.row["lost"] for entry in entries):
        return STATUSES["lost"]
    return STATUSES["open" if all(is_proven(entry) for entry in entries) else "unproven"]


def is_proven(entry: Entry) -> bool:
    """Whether every message of the entry's required time is accounted for by evidence, whatever else is missing."""
    judged = {row["requirement"]: row["met"] and row.get("reason") != OVERRIDDEN for row in entry.requirements}
    return all(judged.get(name) for name in _PROOF)


def sentence_of(entries: Sequence[Entry]) -> str:
    """The status of a municipality in one Norwegian sentence."""
    lost = sum(entry.row["lost"] for entry in entries)
    low, high = sum(e.row["lost_low"] for e in entries), sum(e.row["lost_high"] for e in entries)
    found = words.plural(lost, "melding er tapt", "meldinger er tapt")
    bounds = "" if low == high else f" (mellom {words.number(low)} og {words.number(high)})"
    if all(entry.verified for entry in entries):
        if loud := sum(row.get("reason") == OVERRIDDEN for entry in entries for row in entry.requirements):
            overridden = words.plural(loud, "krav er overstyrt", "krav er overstyrt")
            losses = f" {found}{bounds}, og alle er fulgt opp." if lost else ""
            return f"Verifisert, men ikke av bevisene alene: {overridden} av en navngitt person.{losses}"
        if not lost:
            return "Verifisert: alle krav er oppfylt, og ingen melding er tapt i perioden som er bevist."
        return f"Verifisert: alle krav er oppfylt. {found}{bounds}, og alle er fulgt opp."
    if lost:
        return f"Ikke verifisert: {found}{bounds}, og krav gjenstår."
    if all(is_proven(entry) for entry in entries):
        return "Ikke verifisert: hver melding er gjort rede for, og ingen er tapt, men andre krav gjenstår."
    return "Ikke verifisert: ingen tap er funnet, men det er ikke bevist at alle meldinger kom fram."


def next_step(entries: Sequence[Entry]) -> NextStep | None:
    """The first unmet requirement in order of urgency; None when nothing is left to do."""
    unmet = {requirement["requirement"] for entry in entries for requirement in entry.unmet}
    ranked = [*(code for code in _FIRST if code in unmet), *sorted(unmet - set(_FIRST))]
    if not ranked:
        return None
    first = ranked[0]
    concerned = [(e, row) for e in entries for row in e.unmet if row["requirement"] == first]
    remedies = {words.reason_of(first, row["reason"] or "").remedy for _, row in concerned}
    text = words.text_of(first)
    remedy = remedies.pop() if len(remedies) == 1 else text.remedy
    places = [entry.place for entry, _ in concerned] if len(concerned) < len(entries) else []
    return NextStep(first, text.name, remedy, places)


def loss_groups(entry: Entry) -> tuple[list[Row], list[list[Row]]]:
    """An entry's losses: those that are known by name, and the groups among which an unnamed one lies."""
    named = [row for row in entry.losses if row["candidate_group"] is None]
    groups: dict[str, list[Row]] = {}
    for row in entry.losses:
        if row["candidate_group"] is not None:
            groups.setdefault(row["candidate_group"], []).append(row)
    return named, list(groups.values())
