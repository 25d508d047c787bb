"""What the outcome rests on in time, in Norwegian sentences: the files' periods, cuts, silences, the portal."""

from __future__ import annotations

from typing import Any

from meldingskontroll.explain.facts import Facts
from meldingskontroll.overview import words

Row = dict[str, Any]


def coverage_sentences(facts: Facts) -> list[str]:
    """The sentences in the order that the rules ask: the place's own time, the logs, and the portal."""
    held = {kind: [row for row in facts.coverage if row["kind"] == kind and row["holds"]] for kind in _KINDS}
    said = []
    for row in held["period"]:
        said.append(f"Stedets meldinger skal gjøres rede for {span(row)}.")
    if not facts.message["required"]:
        said.append("Meldingen er nyere enn tiden som må være bevist for å verifisere stedet.")
    said += _logs(facts, held)
    said.append(_portal(facts, held))
    return said


_KINDS = ("period", "logs", "silent", "last_hours", "cut_at_beginning", "cut_at_end", "portal")


def _logs(facts: Facts, held: dict[str, list[Row]]) -> list[str]:
    if held["logs"]:
        return [f"Loggene beviser {span(row)}, og meldingen ble sendt i denne tiden." for row in held["logs"]]
    speaking = [upload for upload in facts.uploads if upload["speaks"]]
    if not speaking:
        return ["Vi har ingen logg som gjelder for hele stedet."]
    if held["silent"]:
        return [
            f"Loggen er taus {span(row)}: meldinger kom, men loggen har ingen rad av noe slag."
            for row in held["silent"]
        ]
    declaring = [upload for upload in speaking if upload["holds"]]
    if not declaring:
        return ["Ingen fil oppgir en periode som har med tiden da meldingen ble sendt.", *_nearest(facts)]
    if not any(upload["period_is_proof"] for upload in declaring):
        return ["Filen for denne tiden oppgir et antall rader som ikke stemmer, og perioden er ikke bevis."]
    if held["last_hours"]:
        until = held["last_hours"][0]["to_utc"]
        return [
            f"Loggen slutter {words.clock_time(until)}. En melding sendt i de siste {facts.deadline_hours} timene kan "
            "være registrert senere, og er derfor ikke bevist."
        ]
    for kind, where in (("cut_at_beginning", "begynnelsen"), ("cut_at_end", "slutten")):
        if held[kind]:
            return [
                f"Filen oppgir denne tiden, men i {where} mangler minst tre meldinger på rad, og loggen har ingen rad "
                f"{'før' if kind == 'cut_at_beginning' else 'etter'} "
                f"{words.clock_time(held[kind][0]['to_utc' if kind == 'cut_at_beginning' else 'from_utc'])}. "
                "Perioden er derfor kortet ned til loggens egne rader."
            ]
    return ["Filen for denne tiden har ingen rader, enda portalen sendte meldinger til stedet."]


def _nearest(facts: Facts) -> list[str]:
    sent = facts.message["sent_at_utc"]
    logs = [row for row in facts.coverage if row["kind"] == "logs"]
    before = [row for row in logs if row["to_utc"] <= sent]
    after = [row for row in logs if row["from_utc"] > sent]
    return [
        *(f"Nærmest før er {span(row)} bevist." for row in before[-1:]),
        *(f"Nærmest etter er {span(row)} bevist." for row in after[:1]),
    ]


def _portal(facts: Facts, held: dict[str, list[Row]]) -> str:
    if not any(row["kind"] == "portal" for row in facts.coverage):
        return "Uttrekket fra portalen er ikke bevist fullstendig, og da er ingen tid bevist fra begge sider."
    if not held["portal"]:
        return "Uttrekket fra portalen er fullstendig, men dekker ikke tiden da meldingen ble sendt."
    return f"Uttrekket fra portalen er fullstendig og dekker {span(held['portal'][0])}."


def span(row: Row) -> str:
    """A stretch as `fra … til …` in Norwegian time; an open end is left out."""
    begin = f"fra {words.clock_time(row['from_utc'])}" if row["from_utc"] else ""
    end = f"til {words.clock_time(row['to_utc'])}" if row["to_utc"] else ""
    return " ".join(part for part in (begin, end) if part)
