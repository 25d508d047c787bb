"""The survey's answers, in the shape that Bufdir published, and what was done about the losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

import numpy as np

from meldingskontroll.domain import CaseSystem
from meldingskontroll.lake import WorkFolder, write_text
from meldingskontroll.roster import reference
from meldingskontroll.simulation import rhythm
from meldingskontroll.simulation.places import Place
from meldingskontroll.simulation.registry_files import semicolon_table
from meldingskontroll.simulation.scenario import Scenario
from meldingskontroll.simulation.traffic import LOST, Traffic

# What Bufdir published of the survey of 15 June 2023.
_INTEGRATED, _NOT_INTEGRATED, _OTHERS_ONLY, _DISCARDED = 113, 45, 8, 3
_OTHER_SYSTEMS = (
    (CaseSystem.VISMA_FLYT_BARNEVERN, 13, 12),
    (CaseSystem.DIPS_BARNEVERN, 2, 5),
    (CaseSystem.NETCOMPANY_MODULUS_BARN, 2, 1),
)
_ROUTINES = (("ja", 45), ("nei", 69), ("vet_ikke", 51))
_DEVIATION_OTHERS = (("ja", 5), ("vet_ikke", 14))
_DEVIATION_WITH_LOSSES = 15
_NOT_INFORMED = 28
_INFORMED = (("direkte_personer", 14), ("direkte_tjenester", 36), ("lokal_media", 82), ("andre_måter", 83))
_HEADER = (
    "svar_id;mottatt;tjeneste;svarer_paa_vegne_av;rolle;fagsystem;integrert;mangler_meldinger;antall_meldinger;"
    "antall_per_tjeneste;mangler_annet;endrer_rutiner;melder_avvik;informert;fritekst"
)


@dataclass
class Answer:
    """One answer to the survey."""

    service: str = ""
    on_behalf_of: Sequence[str] = ()
    role: str = "tjeneste"
    systems: list[tuple[str, str]] = field(default_factory=list)
    missing: str = "nei"
    stated: int | None = None
    by_service: str = ""
    other_missing: str = ""
    routines: str = ""
    deviation: str = "nei"
    informed: list[str] = field(default_factory=list)
    received: str = ""


def write_survey(
    work: WorkFolder, scenario: Scenario, places: list[Place], traffic: Traffic, seed: int
) -> list[Answer]:
    """Write `survey/responses.csv`; all free text says that it is synthetic. Returns the answers."""
    rng = np.random.default_rng([seed, 11])
    answers = _with_losses(places, _lost_by_service(places, traffic))
    spoken = {s for answer in answers for s in (answer.service, *answer.on_behalf_of)}
    roster = {place.service_id for place in places if _on_familia(place)}
    quiet = _shuffled(sorted(roster - spoken), rng)
    rest = _shuffled(
        sorted(set(reference.service_hosts()) - {place.service_id for place in places if place.entry >= 0}), rng
    )
    if scenario.published_survey and len(roster) > _INTEGRATED:
        integrated, outside, discarded = _INTEGRATED - len(answers), _NOT_INTEGRATED + _OTHERS_ONLY, _DISCARDED
    else:
        integrated, outside, discarded = round(len(quiet) * scenario.survey_share), 2, 1
    answers += [Answer(service=s, systems=[(CaseSystem.VISMA_FAMILIA, "ja")]) for s in quiet[:integrated]]
    answers += _outside_roster(rest[:outside])
    for answer in answers[-outside - 2 : -outside]:
        if scenario.published_survey:
            answer.other_missing = "brev"
    _doubt(answers, scenario)
    _routines_and_deviation(answers, rng)
    answers += [
        Answer(service=s, role="barnevernsvakt", missing="nei") for s in islice(cycle(rest or quiet), discarded)
    ]
    opened = rhythm.instant("2023-06-08T08:00:00")
    times = np.sort(rng.integers(opened, rhythm.instant("2023-06-15T12:00:00"), len(answers)))
    for answer, at in zip(answers, rhythm.local_text(times[rng.permutation(len(answers))]).tolist(), strict=True):
        answer.received = at
    answers.sort(key=lambda answer: answer.received)
    write_text(work.survey / "responses.csv", semicolon_table(_HEADER, map(_row, range(1, len(answers) + 1), answers)))
    return answers


def write_followup(work: WorkFolder, scenario: Scenario, places: list[Place], traffic: Traffic, seed: int) -> None:
    """Write `followup/tiltak.csv`: what was done about most of the losses, and the deviations that were reported."""
    rng = np.random.default_rng([seed, 12])
    rows: list[tuple[str, ...]] = []
    actions = ("gjenopprettet", "meldt_på_nytt", "ikke_mulig_å_gjenopprette")
    lost = np.flatnonzero(traffic.fate == LOST)
    for index in lost.tolist():
        number = places[traffic.place[index]].municipality_no
        action, day = actions[int(rng.choice(3, p=[0.3, 0.4, 0.3]))], f"2023-06-{rng.integers(5, 21):02d}"
        if rng.random() < scenario.followed_up:
            rows.append((number, str(traffic.ids[index]), "", action, day, "barnevernleder"))
    for number in sorted({places[traffic.place[index]].municipality_no for index in lost.tolist()}):
        if rng.random() < scenario.deviations_reported:
            day = f"2023-06-{rng.integers(1, 15):02d}"
            rows.append((number, "", "", "avvik_meldt_datatilsynet", day, "personvernombud"))
            rows.append((number, "", "", "offentlig_varslet", day, "kommunedirektør"))
    header = "kommunenummer;bekymringsmeldingId;gruppe;tiltak;dato;utført_av"
    write_text(work.followup / "tiltak.csv", semicolon_table(header, rows))


def _with_losses(places: list[Place], lost: dict[str, int]) -> list[Answer]:
    """The published answers with losses, for the services that are in this nation."""
    present = {place.service_id for place in places}
    answers = []
    for row in reference.rows("survey_losses.csv"):
        services = [service for service in row["tjenester"].split("|") if service in present]
        stated = sum(lost.get(service, 0) for service in services)
        if not stated:
            continue
        answer = Answer(systems=[(CaseSystem.VISMA_FAMILIA, "ja")], missing="ja_kjent", stated=stated)
        if len(row["tjenester"].split("|")) == 1:
            answer.service = services[0]
        elif services[0].startswith("BV-0301"):
            answer.on_behalf_of = sorted(s for s in present if s.startswith("BV-0301"))
            answer.role = "systemforvalter"
            answer.by_service = "|".join(f"{service}={lost[service]}" for service in services)
        else:
            answer.on_behalf_of = services
        answers.append(answer)
    for answer, what in zip(answers, ("brev", "brev", "brev", "møtereferat"), strict=False):
        answer.other_missing = what
    return answers


def _lost_by_service(places: list[Place], traffic: Traffic) -> dict[str, int]:
    lost: dict[str, int] = {}
    for number in traffic.place[traffic.fate == LOST].tolist():
        lost[places[number].service_id] = lost.get(places[number].service_id, 0) + 1
    return lost


def _outside_roster(services: list[str]) -> list[Answer]:
    """Services that had Familia without the integration, and some with other systems only, as published."""
    others = [(s, "ja") for s, yes, _ in _OTHER_SYSTEMS for _ in range(yes)]
    others += [(s, "nei") for s, _, no in _OTHER_SYSTEMS for _ in range(no)]
    answers = []
    for number, service in enumerate(services):
        familia = [] if number < _OTHERS_ONLY else [(CaseSystem.VISMA_FAMILIA, "nei")]
        answers.append(Answer(service=service, systems=[*familia, *others[number : number + 1]]))
    return answers


def _doubt(answers: list[Answer], scenario: Scenario) -> None:
    """One answer does not know, and one left the question empty."""
    without = [answer for answer in answers if answer.missing == "nei"]
    if scenario.survey_share < 1 and len(without) >= 2:
        without[0].missing, without[1].missing = "vet_ikke", ""


def _routines_and_deviation(answers: list[Answer], rng: np.random.Generator) -> None:
    scale = len(answers) / 166
    order = [answers[int(i)] for i in rng.permutation(len(answers))]
    for answer, choice in zip(order, [c for c, n in _ROUTINES for _ in range(round(n * scale))], strict=False):
        answer.routines = choice
    losers = [answer for answer in order if answer.missing == "ja_kjent"]
    for answer in losers[: round(_DEVIATION_WITH_LOSSES / 18 * len(losers))]:
        answer.deviation = "ja"
    others = [answer for answer in order if answer.missing != "ja_kjent"]
    for answer, choice in zip(others, [c for c, n in _DEVIATION_OTHERS for _ in range(round(n * scale))], strict=False):
        answer.deviation = choice
    if len(answers) == 166:
        others[-1].deviation = ""
    quiet = round(_NOT_INFORMED * scale)
    for answer in order[:quiet]:
        answer.informed = ["ikke_noe"]
    telling = order[quiet:]
    for number, (what, count) in enumerate(_INFORMED):
        shift = -round(count * scale) if number == len(_INFORMED) - 1 else 0
        for position in range(round(count * scale)):
            telling[(position + shift) % len(telling)].informed.append(what)


def _row(number: int, answer: Answer) -> tuple[object, ...]:
    return (
        f"S{number:03d}",
        answer.received,
        answer.service,
        "|".join(answer.on_behalf_of),
        answer.role,
        "|".join(system for system, _ in answer.systems),
        "|".join(integrated for _, integrated in answer.systems),
        answer.missing,
        "" if answer.stated is None else answer.stated,
        answer.by_service,
        answer.other_missing,
        answer.routines,
        answer.deviation,
        "|".join(answer.informed),
        "Syntetisk svar",
    )


def _on_familia(place: Place) -> bool:
    return place.entry >= 0 and any(period.case_system is CaseSystem.VISMA_FAMILIA for period in place.systems)


def _shuffled(values: list[str], rng: np.random.Generator) -> list[str]:
    return [values[int(index)] for index in rng.permutation(len(values))]
