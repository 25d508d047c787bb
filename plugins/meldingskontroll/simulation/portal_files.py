"""The portal's side of the simulated nation: the delivery log, events, recipients and the manifest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from meldingskontroll.domain import CaseSystem
from meldingskontroll.lake import WorkFolder, write_json, write_text
from meldingskontroll.simulation import rhythm
from meldingskontroll.simulation.places import Place
from meldingskontroll.simulation.registry_files import semicolon_table
from meldingskontroll.simulation.rhythm import Seconds
from meldingskontroll.simulation.scenario import Scenario, Story
from meldingskontroll.simulation.traffic import (
    CHANNELS,
    IN_TRANSIT,
    KINDS,
    NEVER_ACKNOWLEDGED,
    PRINT_REJECTED,
    PRINTED,
    Traffic,
    message_ids,
)

_PREFIX = "no.ks.fiks.bekymringsmelding"
_MESSAGES = "bekymringsmeldingId,fiksOrgId,bydelRessursId,innsendt,bydelsnavn,fraFagsystem,skjemaType,kanal,bekreftet"
_EVENTS = "bekymringsmeldingId,tidspunkt,meldingstype,meldingId,state,fiksIoKonto,beskrivelse"


def write_portal(
    work: WorkFolder, scenario: Scenario, places: list[Place], svarinn: set[int], traffic: Traffic, seed: int
) -> None:
    """Write `portal/`. The manifest's total is the number of messages: every id is unique."""
    write_text(work.portal / "messages.csv", _messages(places, traffic, seed))
    write_text(work.portal / "history.csv", _history(scenario, places, traffic, seed))
    write_text(work.portal / "recipients.csv", _recipients(places, svarinn))
    write_json(
        work.portal_manifest,
        {
            "fraDato": f"{scenario.first_day}T00:00:00",
            "tilDato": f"{scenario.end_day}T00:00:00",
            "totaltAntallTreff": len(traffic),
            "uttrekkstidspunkt": str(rhythm.local_text(np.array([rhythm.instant(scenario.as_of)]))[0]),
        },
    )


def _messages(places: list[Place], traffic: Traffic, seed: int) -> str:
    rng = np.random.default_rng([seed, 9])
    order = np.lexsort((traffic.place, traffic.sent))
    where = [f"{p.org_id},{p.recipient_id}" for p in places]
    truth_values = {True: "true", False: "false"}
    names = [p.name.replace(",", " ") for p in places]
    from_system = rng.random(len(traffic)) < 0.15
    columns = (
        traffic.ids[order].tolist(),
        traffic.place[order].tolist(),
        rhythm.local_text(traffic.sent[order]).tolist(),
        from_system.tolist(),
        traffic.kind[order].tolist(),
        traffic.channel[order].tolist(),
        _local_or_empty(traffic.acknowledged[order]),
    )
    lines = [
        f"{own},{where[place]},{sent},{names[place]},{truth_values[system]},{KINDS[kind]},{CHANNELS[channel]},{at}"
        for own, place, sent, system, kind, channel, at in zip(*columns, strict=True)
    ]
    return "\n".join([_MESSAGES, *lines]) + "\n"


def _local_or_empty(instants: Seconds) -> list[str]:
    text = rhythm.local_text(np.maximum(instants, 0)).tolist()
    return [at if happened else "" for at, happened in zip(text, (instants >= 0).tolist(), strict=True)]


def _history(scenario: Scenario, places: list[Place], traffic: Traffic, seed: int) -> str:
    """Events of all messages that went another way than usual, and of a share of the others."""
    rng = np.random.default_rng([seed, 10])
    unusual = np.isin(traffic.fate, [PRINTED, PRINT_REJECTED, NEVER_ACKNOWLEDGED, IN_TRANSIT])
    shown = np.flatnonzero(unusual | (traffic.failed >= 0) | (rng.random(len(traffic)) < scenario.history_share))
    printed = np.isin(traffic.fate[shown], [PRINTED, PRINT_REJECTED])
    rejected = traffic.fate[shown] == PRINT_REJECTED
    failed = traffic.failed[shown] >= 0
    acknowledged = traffic.acknowledged[shown] >= 0
    sent, at_print = traffic.sent[shown], traffic.printed[shown]
    kind = np.where(traffic.kind[shown] == 0, "privat", "offentlig")
    digital = np.array([f"{_PREFIX}.{name}.v1" for name in kind], dtype=object)
    received = np.full(len(shown), f"{_PREFIX}.mottatt.v1", dtype=object)
    none = np.full(len(shown), "", dtype=object)
    always = np.ones(len(shown), dtype=bool)
    steps: list[tuple[str, npt.NDArray[np.bool_], Seconds, npt.NDArray[np.object_]]] = [
        ("AKSEPTERT", always, sent, none),
        ("SENDT_FAGSYSTEM", always, sent + 1, digital),
        ("AVVIST_FAGSYSTEM", failed, traffic.failed[shown], np.full(len(shown), f"{_PREFIX}.feilet.v1", dtype=object)),
        ("SENDT_PRINT", printed, at_print, none),
        ("AVVIST_PRINT", rejected, at_print + 7200, none),
        ("LEVERT", printed & ~rejected, at_print + 26 * rhythm.HOUR, none),
        ("LEVERT", ~printed & acknowledged, traffic.acknowledged[shown], received),
    ]
    as_of = rhythm.instant(scenario.as_of)
    picked, times, states, types = [], [], [], []
    for state, happened, at, message_type in steps:
        known = np.flatnonzero(happened & (at <= as_of))
        picked.append(shown[known])
        times.append(at[known])
        states.append(np.full(len(known), state, dtype=object))
        types.append(message_type[known])
    message, time = np.concatenate(picked), np.concatenate(times)
    order = np.lexsort((message, time))
    account = [place.recipient_id for place in places]
    columns = (
        traffic.ids[message[order]].tolist(),
        rhythm.local_text(time[order]).tolist(),
        np.concatenate(types)[order].tolist(),
        message_ids(rng, len(order)).tolist(),
        np.concatenate(states)[order].tolist(),
        [account[number] for number in traffic.place[message[order]].tolist()],
    )
    lines = [f"{','.join(row)}," for row in zip(*columns, strict=True)]
    return "\n".join([_EVENTS, *lines]) + "\n"


def _recipients(places: list[Place], svarinn: set[int]) -> str:
    rows = []
    for place in places:
        stale = Story.STALE_RECIPIENT in place.stories
        system = CaseSystem.VISMA_FAMILIA if stale else place.current_system
        account = "SVARINN" if place.entry in svarinn else "FIKS_IO"
        if system is CaseSystem.MANUELL_MOTTAK:
            account = "MANUELL_MOTTAK"
        district = place.district_no or "00"
        rows.append((place.recipient_id, place.municipality_no, district, place.name, place.org_id, account, system))
    header = "bydelRessursId;kommunenummer;bydelsnummer;bydelsnavn;fiksOrgId;kontotype;fagsystem"
    return semicolon_table(header, rows)
