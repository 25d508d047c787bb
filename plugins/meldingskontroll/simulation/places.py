"""Who is in the simulated nation: municipalities, their recipients, roster entries and integration periods."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from meldingskontroll.domain import AuditInputError, CaseSystem
from meldingskontroll.roster import reference
from meldingskontroll.simulation.rhythm import instant
from meldingskontroll.simulation.scenario import Scenario, Story

FAR = instant("2030-01-01")
YEARS = (2020, 2021, 2022, 2023)
# Stated in 2023 not to have the fault; Stavanger's districts had no services of their own.
WITHOUT_FAULT = frozenset({"3024", "5001"})
_BY_DISTRICT = frozenset({"0301", "4601", "5001"})
_OTHER_SYSTEMS = (
    CaseSystem.VISMA_FLYT_BARNEVERN,
    CaseSystem.DIPS_BARNEVERN,
    CaseSystem.NETCOMPANY_MODULUS_BARN,
    CaseSystem.MANUELL_MOTTAK,
)


@dataclass(frozen=True)
class SystemPeriod:
    """One row of `case_systems.csv`; dates are Norwegian, `until` is empty while it lasts."""

    case_system: CaseSystem
    since: str
    until: str = ""


@dataclass
class Place:
    """A municipality or one of its districts: a recipient of the portal, and what it uses."""

    municipality_no: str
    district_no: str
    name: str
    service_id: str
    host_no: str
    recipient_id: str
    org_id: str
    weights: tuple[float, ...]
    systems: list[SystemPeriod]
    stories: set[Story] = field(default_factory=set)
    entry: int = -1

    @property
    def current_system(self) -> CaseSystem:
        return self.systems[-1].case_system

    def scope(self) -> list[tuple[int, int]]:
        """The intervals (UTC s) in which the roster holds this place's messages."""
        held = (CaseSystem.VISMA_FAMILIA, CaseSystem.UKJENT)
        return [
            (instant(p.since or "2020-09-01"), instant(p.until) if p.until else FAR)
            for p in self.systems
            if p.case_system in held
        ]


def planned_losses() -> dict[str, int]:
    """Service (or services joined by `|`) → how many messages Bufdir's survey says were lost, each counted once."""
    planned = {row["tjenester"]: int(row["tapte"]) for row in reference.rows("survey_losses.csv")}
    # The district's own answer repeats two of the three that the whole city stated.
    own, both = "BV-0301-15", "BV-0301-15|BV-0301-12"
    planned["BV-0301-12"] = planned.pop(both) - planned[own]
    return planned


def service_of(municipality_no: str, district_no: str, on: date) -> str:
    """The shipped service of a place on a day; the service of the whole municipality if the district has none."""
    found = {
        member.district_no: member.service_id
        for member in reference.service_members()
        if member.municipality_no == municipality_no and (member.valid_from or on) <= on < (member.valid_to or date.max)
    }
    return found.get(district_no) or found.get("") or ""


def familia_municipalities(scenario: Scenario, count: int, rng: np.random.Generator) -> list[str]:
    """`count` municipalities on Visma Familia: those with losses first, then the publicly known, then whole services.

    Raises:
        AuditInputError: there are not so many municipalities in the country.
    """
    everyone = reference.municipalities_of_2023()
    if not 1 <= count <= len(everyone):
        raise AuditInputError(f"--municipalities {count}: choose between 1 and {len(everyone)}.")
    losses = sorted(planned_losses().items(), key=lambda item: -item[1])
    members = _members_by_service()
    ordered: dict[str, None] = dict.fromkeys(scenario.places)
    for services, _ in losses:
        ordered.update(dict.fromkeys(no for service in services.split("|") for no in members[service]))
    ordered.update(dict.fromkeys(r["kommunenummer"] for r in reference.rows("known_users.csv") if r["bruker"] == "ja"))
    others = sorted(set(members) - {s for s, places in members.items() if set(places) & (set(ordered) | WITHOUT_FAULT)})
    for index in rng.permutation(len(others)):
        ordered.update(dict.fromkeys(members[others[index]]))
    ordered.update(dict.fromkeys(everyone))
    return list(ordered)[:count]


def _members_by_service() -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for member in reference.service_members():
        if member.municipality_no in set(reference.municipalities_of_2023()) and (member.valid_to or date.max) > date(
            2023, 7, 1
        ):
            hosts_first = members.setdefault(member.service_id, [])
            hosts_first.append(member.municipality_no)
    hosts = reference.service_hosts()
    return {s: sorted(set(places), key=lambda no: (no != hosts[s], no)) for s, places in members.items()}


def settle(scenario: Scenario, count: int, seed: int) -> list[Place]:
    """All places of the nation, in order of municipality and district, with their entries numbered.

    Raises:
        AuditInputError: `count` is out of range.
    """
    rng = np.random.default_rng([seed, 1])
    familia = familia_municipalities(scenario, count, rng)
    everyone = reference.municipalities_of_2023()
    known = {row["kommunenummer"] for row in reference.rows("known_users.csv") if row["bruker"] == "ja"}
    others = [no for no in everyone if no not in known | set(familia)] if scenario.others else []
    others = sorted(rng.permutation(others)[: round(len(others) * min(1.0, count / 244))].tolist())
    noise = {no: float(value) for no, value in zip(everyone, rng.lognormal(0, 0.3, len(everyone)), strict=True)}
    ids = np.random.default_rng([seed, 2])
    undivided = [no for no in others if no not in _BY_DISTRICT]
    unknown = set(rng.permutation(undivided)[: scaled(scenario.unknown_systems, count, scenario)].tolist())
    stories = _stories(scenario, familia, count, rng)
    starts = _starts(scenario, familia, rng)
    places: list[Place] = []
    for no in sorted([*familia, *others]):
        systems = (
            _familia_systems(starts[no], stories.get(no, set()), rng)
            if no in starts
            else _other_systems(no in unknown, rng)
        )
        org = _uuid(ids)
        for district, share in _recipients(no, Story.TWO_RECIPIENTS in stories.get(no, set())):
            # A municipality's second reception desk has a number of its own, but is no district with children.
            counted = district if (no, district, YEARS[0]) in reference.children() else ""
            weights = tuple(reference.children()[no, counted, year] * share * noise[no] for year in YEARS)
            service = service_of(no, district, date(2023, 6, 1))
            name = reference.district_names().get((no, district)) or reference.municipality_names()[no]
            host = reference.service_hosts()[service]
            places.append(
                Place(no, district, name, service, host, _uuid(ids), org, weights, systems, stories.get(no, set()))
            )
    _number_entries(places)
    return places


def _recipients(no: str, two: bool) -> list[tuple[str, float]]:
    if no in _BY_DISTRICT:
        return [(m.district_no, 1.0) for m in reference.service_members() if m.municipality_no == no]
    return [("", 0.8), ("01", 0.2)] if two else [("", 1.0)]


def _number_entries(places: Iterable[Place]) -> None:
    numbers: dict[tuple[str, str], int] = {}
    for place in places:
        if place.scope():
            own = place.district_no if place.municipality_no in _BY_DISTRICT else ""
            place.entry = numbers.setdefault((place.municipality_no, own), len(numbers))


def _starts(scenario: Scenario, familia: list[str], rng: np.random.Generator) -> dict[str, str]:
    """The day that each municipality took the integration in use; members of one service on the same day."""
    hosts: dict[str, str] = {}
    early = {no for services in planned_losses() for s in services.split("|") for no in _members_by_service()[s]}
    found: dict[str, str] = {}
    for no in sorted(familia):
        service = service_of(no, "", date(2023, 6, 1)) or no
        if service not in hosts:
            first = date.fromisoformat(scenario.first_day)
            late = int(rng.integers(5, 36)) * 21
            if rng.random() < scenario.joined_at_start or (no in early and late > 270):
                late = int(rng.integers(0, 30))
            hosts[service] = (first + timedelta(days=late)).isoformat()
        found[no] = hosts[service]
    return found


def _stories(scenario: Scenario, familia: list[str], count: int, rng: np.random.Generator) -> dict[str, set[Story]]:
    with_losses = {no for services in planned_losses() for s in services.split("|") for no in _members_by_service()[s]}
    alone = {places[0] for places in _members_by_service().values() if len(places) == 1}
    known = {row["kommunenummer"] for row in reference.rows("known_users.csv")}
    free = [no for no in sorted(familia) if no in alone and no not in with_losses | _BY_DISTRICT]
    # What is publicly known of a municipality is not told differently as long as there are others.
    order = sorted((free[int(i)] for i in rng.permutation(len(free))), key=lambda no: no not in known)
    found: dict[str, set[Story]] = {}
    for story, wanted in scenario.stories.items():
        for _ in range(scaled(wanted, count, scenario)):
            if order:
                found.setdefault(order.pop(), set()).add(story)
    return found


def scaled(wanted: int, count: int, scenario: Scenario) -> int:
    """How many of something there are in a nation of `count` municipalities instead of the scenario's own number."""
    return round(wanted * min(1.0, count / scenario.municipalities))


def _familia_systems(start: str, stories: set[Story], rng: np.random.Generator) -> list[SystemPeriod]:
    def later(day: str, low: int, high: int) -> str:
        return (date.fromisoformat(day) + timedelta(days=int(rng.integers(low, high)))).isoformat()

    found = [] if start == "2020-09-01" else [SystemPeriod(CaseSystem.MANUELL_MOTTAK, "2020-09-01", start)]
    if Story.CAME_BACK in stories:
        away = later(start, 60, 200)
        back = later(away, 60, 150)
        found.append(SystemPeriod(CaseSystem.VISMA_FAMILIA, start, away))
        found.append(SystemPeriod(CaseSystem.MANUELL_MOTTAK, away, back))
        start = back
    if stories & {Story.LEFT, Story.STALE_RECIPIENT}:
        gone = min(later(start, 90, 300), "2023-04-01")
        found.append(SystemPeriod(CaseSystem.VISMA_FAMILIA, start, gone))
        return [*found, SystemPeriod(CaseSystem.VISMA_FLYT_BARNEVERN, gone)]
    return [*found, SystemPeriod(CaseSystem.VISMA_FAMILIA, start)]


def _other_systems(unknown: bool, rng: np.random.Generator) -> list[SystemPeriod]:
    if unknown:
        return [SystemPeriod(CaseSystem.UKJENT, "")]
    return [SystemPeriod(_OTHER_SYSTEMS[int(rng.choice(4, p=[0.5, 0.2, 0.1, 0.2]))], "2020-09-01")]


def _uuid(rng: np.random.Generator) -> str:
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))
