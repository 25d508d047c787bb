"""The registry of the simulated nation, in the form that the contract gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from meldingskontroll.domain import CaseSystem
from meldingskontroll.lake import WorkFolder, write_json, write_text
from meldingskontroll.roster import reference
from meldingskontroll.simulation.places import Place
from meldingskontroll.simulation.scenario import Scenario

SOURCE = "syntetisk"


def semicolon_table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """A table as text: the header, then each row joined by semicolons. Values hold no semicolons."""
    return "\n".join([header, *(";".join(str(value) for value in row) for row in rows)]) + "\n"


def write_registry(work: WorkFolder, scenario: Scenario, places: list[Place], seed: int) -> None:
    """Write `registry/`: the shipped tables of places, and the nation's own case systems, fixes and (no) approvers."""
    for name in ("municipalities.csv", "services.csv", "service_members.csv"):
        write_text(work.registry / name, reference.shipped(name).read_text(encoding="utf-8"))
    systems = [
        (p.municipality_no, registered_district(p), period.case_system, period.since, period.until, SOURCE)
        for p in _one_each(places)
        for period in p.systems
    ]
    header = "kommunenummer;bydelsnummer;fagsystem;integrert_fra;integrert_til;kilde"
    write_text(work.registry / "case_systems.csv", semicolon_table(header, systems))
    header = "kommunenummer;bydelsnummer;versjon;installert;bekreftet_av;bekreftet_tidspunkt"
    write_text(work.registry / "fixes.csv", semicolon_table(header, _fixes(scenario, places, seed)))
    write_json(work.registry / "approvers.json", {"keys": []})


def _one_each(places: list[Place]) -> list[Place]:
    """One place for each line of the registry: a municipality's second reception desk has no line of its own."""
    found: dict[tuple[str, str], Place] = {}
    for place in places:
        found.setdefault((place.municipality_no, registered_district(place)), place)
    return list(found.values())


def registered_district(place: Place) -> str:
    return place.district_no if (place.municipality_no, place.district_no) in reference.district_names() else ""


def _fixes(scenario: Scenario, places: list[Place], seed: int) -> list[tuple[str, ...]]:
    """Versions by entry: most were confirmed in June 2023; some are missing, some too old, some unconfirmed."""
    rng = np.random.default_rng([seed, 8])
    rows: list[tuple[str, ...]] = []
    decided: dict[str, tuple[str, ...]] = {}
    for place in _one_each(places):
        if place.current_system is not CaseSystem.VISMA_FAMILIA:
            continue
        if place.municipality_no not in decided:
            decided[place.municipality_no] = _fix(scenario, rng)
        if decided[place.municipality_no]:
            rows.append((place.municipality_no, registered_district(place), *decided[place.municipality_no]))
    return rows


def _fix(scenario: Scenario, rng: np.random.Generator) -> tuple[str, ...]:
    installed = date.fromisoformat(scenario.fix_day) + timedelta(days=int(rng.gamma(2.0, 2.0)) % 13)
    confirmed = (
        f"{installed + timedelta(days=int(rng.integers(0, 3)))}T{rng.integers(8, 16):02d}:{rng.integers(0, 60):02d}:00"
    )
    version = "23.2.1" if rng.random() < 0.2 else "23.2"
    trouble = int(rng.integers(0, 3)) if rng.random() < scenario.unconfirmed_fixes else -1
    if trouble == 0:
        return ()
    if trouble == 1:
        return ("23.1", "2023-03-14", "IT-ansvarlig", "2023-06-05T10:00:00")
    if trouble == 2:
        return (version, installed.isoformat(), "", "")
    return (version, installed.isoformat(), "IT-ansvarlig", confirmed)
