"""Writes a whole synthetic nation as a work folder of the contract, with its truth beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from meldingskontroll.domain import AuditInputError, entry_name
from meldingskontroll.lake import WorkFolder, write_json, write_text
from meldingskontroll.simulation import answers, logs, portal_files, registry_files, uploads
from meldingskontroll.simulation.places import Place, settle
from meldingskontroll.simulation.registry_files import semicolon_table
from meldingskontroll.simulation.scenario import SCENARIOS, Oddity, Scenario
from meldingskontroll.simulation.traffic import FATES, LOST, Traffic, send
from meldingskontroll.simulation.uploads import Upload

_NOTICE = (
    "Alt i denne mappen er syntetisk. Navn og numre på kommuner er virkelige; meldinger, logger, svar og tiltak er "
    "oppdiktet og sier ingenting om noen kommune eller person.\n"
)
_TRUTH_README = """# Fasit for en syntetisk nasjon

Alt er oppdiktet av `meldingskontroll simulate`. `losses.csv` er meldingene som er tapt i virkeligheten som ble
simulert; `nation.json` sier frø, parametre, og hva som er sant for hver del av omfanget. Revisjonen leser aldri
denne mappen.
"""


def simulate(out: Path, seed: int, municipalities: int | None = None, scenario: str = "nation") -> None:
    """Write the nation of `seed` to `out`; equal arguments give equal bytes. `municipalities` are those on Familia.

    Raises:
        AuditInputError: the scenario is unknown, the number out of range, or `out` holds something else.
    """
    if scenario not in SCENARIOS:
        raise AuditInputError(f"--scenario {scenario}: choose one of {', '.join(SCENARIOS)}.")
    parameters = SCENARIOS[scenario]
    count = parameters.municipalities if municipalities is None else municipalities
    places = settle(parameters, count, seed)
    work = WorkFolder(out)
    _make_room(work)
    planned = uploads.plan(parameters, places, count, seed)
    svarinn = uploads.svarinn_entries(parameters, planned, seed)
    traffic = send(parameters, places, svarinn, seed)
    registry_files.write_registry(work, parameters, places, seed)
    portal_files.write_portal(work, parameters, places, svarinn, traffic, seed)
    logs.write_uploads(work, parameters, places, planned, traffic, seed)
    answers.write_survey(work, parameters, places, traffic, seed)
    answers.write_followup(work, parameters, places, traffic, seed)
    _write_truth(work, parameters, places, planned, traffic, seed, count)


def _make_room(work: WorkFolder) -> None:
    """Clear what an earlier simulation wrote; a folder with anything else in it is left alone.

    Raises:
        AuditInputError: the folder holds files and was not made by a simulation.
    """
    if work.root.exists() and any(work.root.iterdir()) and not work.synthetic_notice.exists():
        raise AuditInputError(f"{work.root} holds files that no simulation made: choose an empty folder.")
    # Truth goes first: a folder with a marker and no truth is one that was not finished.
    for folder in (work.truth, work.registry, work.portal, work.drop, work.survey, work.followup, work.out):
        shutil.rmtree(folder, ignore_errors=True)
    write_text(work.synthetic_notice, _NOTICE)


def _write_truth(
    work: WorkFolder,
    scenario: Scenario,
    places: list[Place],
    planned: list[Upload],
    traffic: Traffic,
    seed: int,
    count: int,
) -> None:
    lost = np.flatnonzero((traffic.fate == LOST) & (traffic.entry >= 0))
    entry_district = {place.entry: _entry_key(place) for place in reversed(places) if place.entry >= 0}
    rows = [
        (traffic.ids[index], *entry_district[int(traffic.entry[index])])
        for index in lost[np.lexsort((traffic.sent[lost], traffic.entry[lost]))].tolist()
    ]
    write_text(work.truth / "losses.csv", semicolon_table("message_id;municipality_no;district_no", rows))
    write_text(work.truth / "README.md", _TRUTH_README)
    by_entry = {entry: upload for upload in planned for entry in upload.entries}
    nation = {
        "synthetic": True,
        "scenario": scenario.name,
        "seed": seed,
        "municipalities": count,
        "as_of": scenario.as_of,
        "messages": len(traffic),
        "fates": {fate: int((traffic.fate == code).sum()) for code, fate in enumerate(FATES)},
        "overload_windows": len(traffic.windows),
        "parameters": {key: value for key, value in vars(scenario).items() if isinstance(value, int | float | str)},
        "entries": [
            _entry_truth(entry, *entry_district[entry], traffic, by_entry.get(entry))
            for entry in sorted(entry_district)
        ],
    }
    write_json(work.truth / "nation.json", nation)


def _entry_key(place: Place) -> tuple[str, str]:
    return place.municipality_no, place.district_no if place.district_no and _has_own_entry(place) else ""


def _has_own_entry(place: Place) -> bool:
    return registry_files.registered_district(place) != ""


def _entry_truth(
    entry: int, municipality_no: str, district_no: str, traffic: Traffic, upload: Upload | None
) -> dict[str, object]:
    fates = traffic.fate[traffic.entry == entry]
    truth: dict[str, object] = {
        "entry_id": entry_name(municipality_no, district_no),
        "sent": len(fates),
        **{fate: int((fates == code).sum()) for code, fate in enumerate(FATES)},
    }
    if upload is not None:
        silent = {Oddity.NO_FOLDER, Oddity.EMPTY_INBOX} & upload.oddities
        truth["upload"] = {
            "folder": upload.folder_no,
            "arrived": not silent,
            "with_ids": upload.with_ids,
            "clock": upload.clock,
            "clock_offset_s": upload.clock_offset,
            "by_minute": upload.by_minute,
            "oddities": sorted(upload.oddities),
        }
    return truth
