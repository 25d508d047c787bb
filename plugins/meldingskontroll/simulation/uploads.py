"""Who uploads which log: one plan for each municipality, district or service that hands in a file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from meldingskontroll.domain import CaseSystem
from meldingskontroll.simulation import rhythm
from meldingskontroll.simulation.places import FAR, Place, planned_losses, scaled
from meldingskontroll.simulation.rhythm import DAY, HOUR
from meldingskontroll.simulation.scenario import Oddity, Scenario

_OSLO, _BERGEN = "0301", "4601"
# What these hosts keep together is publicly known to be one service with one case system.
_ALWAYS_TOGETHER = frozenset({"4204", "4211", "4631"})
_TOGETHER_SHARE = 0.6
# Such a flaw must be large enough to be seen: a municipality of its own, with many messages.
_NEEDS_MESSAGES = frozenset({Oddity.GAP, Oddity.TRUNCATED, Oddity.OVERLAP, Oddity.ROWS_GONE, Oddity.IMPORTER})
_BUSY_CHILDREN = 900


@dataclass
class Upload:
    """The plan of one case-system log: whom it speaks for, how it is written, and what is wrong with it."""

    folder_no: str
    entries: list[int]
    municipalities: list[str]
    districts: list[str]
    since: int
    until: int
    with_ids: bool
    names_municipality: bool
    by_minute: bool
    clock: str
    clock_offset: int
    manifest_beside: bool
    oddities: set[Oddity] = field(default_factory=set)

    @property
    def label(self) -> str:
        """What tells this upload from others in its folder, for the file's name."""
        return f"_bydel_{'_'.join(self.districts)}" if self.districts else ""


def plan(scenario: Scenario, places: list[Place], count: int, seed: int) -> list[Upload]:
    """The uploads of all entries on Visma Familia, in order of folder; every such entry is in exactly one."""
    rng = np.random.default_rng([seed, 5])
    uploads = [_upload(scenario, key, group, rng) for key, group in sorted(_groups(places, rng).items())]
    if scenario.logs_without_ids > 0 and len(uploads) >= 3:
        # Both kinds are in every nation that is large enough to hold them.
        uploads[-1].with_ids, uploads[-2].with_ids = False, True
    _spread_oddities(scenario, uploads, places, count, rng)
    return uploads


def _groups(places: list[Place], rng: np.random.Generator) -> dict[tuple[str, str], list[Place]]:
    held = [p for p in places if p.entry >= 0 and any(s.case_system is CaseSystem.VISMA_FAMILIA for s in p.systems)]
    by_service: dict[str, list[Place]] = {}
    for place in held:
        by_service.setdefault(place.service_id, []).append(place)
    groups: dict[tuple[str, str], list[Place]] = {}
    for service, members in sorted(by_service.items()):
        host = members[0].host_no
        numbers = {member.municipality_no for member in members}
        together = host in _ALWAYS_TOGETHER or rng.random() < _TOGETHER_SHARE
        for member in members:
            if host in (_OSLO, _BERGEN):
                groups.setdefault((host, service), []).append(member)
            elif together and len(numbers) > 1 and host in numbers:
                groups.setdefault((host, ""), []).append(member)
            else:
                groups.setdefault((member.municipality_no, ""), []).append(member)
    return groups


def _upload(scenario: Scenario, key: tuple[str, str], group: list[Place], rng: np.random.Generator) -> Upload:
    folder, _ = key
    intervals = [interval for place in group for interval in place.scope()]
    until = max(until for _, until in intervals)
    municipalities = sorted({place.municipality_no for place in group})
    clock = str(rng.choice(["utc", "zoned", "oslo"], p=_clock_shares(scenario)))
    wrong = rng.random() < scenario.wrong_clocks
    offset = int(rng.normal(0, scenario.clock_sd)) if wrong else 0
    by_district = folder in (_OSLO, _BERGEN)
    pooled = folder in scenario.pooled_hosts
    return Upload(
        folder_no=folder,
        entries=sorted({place.entry for place in group}),
        municipalities=municipalities,
        districts=sorted({place.district_no for place in group}) if by_district else [],
        since=min(since for since, _ in intervals),
        until=_export_time(rng) if until == FAR else until + 3 * DAY,
        with_ids=bool(rng.random() >= scenario.logs_without_ids),
        names_municipality=not pooled and (len(municipalities) > 1 or bool(rng.random() < 0.5)),
        by_minute=bool(rng.random() < scenario.minute_resolution),
        clock=clock,
        clock_offset=offset,
        manifest_beside=bool(rng.random() < 0.25),
    )


def _clock_shares(scenario: Scenario) -> list[float]:
    return [scenario.utc_clocks, scenario.zoned_clocks, 1 - scenario.utc_clocks - scenario.zoned_clocks]


def _export_time(rng: np.random.Generator) -> int:
    """Some working hour of 27 to 30 June 2023: late enough to prove what must be proven at the usual `as_of`."""
    return rhythm.instant("2023-06-27T08:00:00") + int(rng.integers(0, 4)) * DAY + int(rng.integers(0, 8 * HOUR))


def _spread_oddities(
    scenario: Scenario, uploads: list[Upload], places: list[Place], count: int, rng: np.random.Generator
) -> None:
    """Give each oddity to uploads without planted losses; each upload has one at most."""
    with_losses = {service for services in planned_losses() for service in services.split("|")}
    spared = {place.entry for place in places if place.service_id in with_losses}
    for upload in uploads:
        if set(upload.municipalities) & set(scenario.undeclared_with_loss):
            upload.oddities.add(Oddity.UNDECLARED)
    free = [u for u in uploads if not set(u.entries) & spared and not u.districts]
    free = [free[int(i)] for i in rng.permutation(len(free))]
    busy = {u.folder_no for u in free if len(u.municipalities) == 1 and _is_busy(u, places)}
    for oddity, wanted in scenario.oddities.items():
        have = sum(oddity in upload.oddities for upload in uploads)
        for _ in range(max(0, scaled(wanted, count, scenario) - have)):
            chosen = _next(uploads[::-1] if oddity is Oddity.GARBAGE else free, oddity, busy)
            if chosen is not None:
                _make_odd(chosen, oddity)


def _make_odd(upload: Upload, oddity: Oddity) -> None:
    upload.oddities.add(oddity)
    if oddity is Oddity.STALE:
        upload.until = min(upload.until, rhythm.instant("2023-06-12T10:15:00"))
    if oddity is Oddity.LATE:
        upload.until = rhythm.instant("2023-07-05T10:15:00")
    if oddity is Oddity.IMPORTER:
        upload.with_ids, upload.by_minute, upload.clock = True, False, "oslo"


def _next(free: list[Upload], oddity: Oddity, busy: set[str]) -> Upload | None:
    """Take the next upload that can show the oddity; garbage lies beside a log that is whole, whoever sent it."""
    if oddity is Oddity.GARBAGE:
        return next((upload for upload in free if not upload.oddities), None)
    for position, upload in enumerate(free):
        if (upload.folder_no in busy) is (oddity in _NEEDS_MESSAGES):
            return free.pop(position)
    return free.pop() if free and oddity not in _NEEDS_MESSAGES else None


def _is_busy(upload: Upload, places: list[Place]) -> bool:
    """Whether an upload speaks of enough messages, over a long enough time, that a hole in it shows."""
    children = sum(place.weights[2] for place in places if place.entry in upload.entries)
    return upload.until - upload.since > 500 * DAY and children > _BUSY_CHILDREN


def svarinn_entries(scenario: Scenario, uploads: list[Upload], seed: int) -> set[int]:
    """The entries that receive over SvarInn: those with an importer's log, and a share of the others."""
    rng = np.random.default_rng([seed, 6])
    found = {entry for upload in uploads if Oddity.IMPORTER in upload.oddities for entry in upload.entries}
    for upload in uploads:
        # What SvarInn fetched may be stored a day later, and a hole in such a log has no plain edge.
        plain = not upload.districts and not upload.oddities & {Oddity.GAP, Oddity.TRUNCATED}
        if rng.random() < scenario.svarinn_share and plain:
            found.update(upload.entries)
    return found
