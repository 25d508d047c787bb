"""What a municipality's page shows: status, next step, requirements, time line, losses and files."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from meldingskontroll.overview import words
from meldingskontroll.overview.drawing import STACK, draw_timeline
from meldingskontroll.overview.figures import Entry, Figures, Row
from meldingskontroll.overview.overridden import overridden_in
from meldingskontroll.overview.status import NextStep, loss_groups, next_step, sentence_of, status_of
from meldingskontroll.overview.why import why_of

_RECEIPTS = {
    "accepted": ("✓", "Godtatt"),
    "accepted_with_warnings": ("!", "Godtatt med merknader"),
    "rejected": ("✗", "Avvist"),
}
_MESSAGES_SHOWN = 20
_REFUSED = "Den siste filen ble avvist. Gjør det som står ved filen nederst på siden, og last opp loggen på nytt."


def page_of(figures: Figures, number: str, entries: list[Entry]) -> dict[str, Any]:
    """The values that the template `municipality.html` names."""
    return {
        "number": number,
        "name": entries[0].name,
        "status": status_of(entries),
        "sentence": sentence_of(entries),
        "overridden": overridden_in(entries),
        "step": _step(entries, figures.uploads.get(number, [])),
        "sections": [_section(figures, entry) for entry in entries],
        "uploads": [_upload(row, number) for row in figures.uploads.get(number, [])],
    }


def _step(entries: list[Entry], uploads: list[Row]) -> NextStep | None:
    """The next step; where a log is missing and the latest file was refused, it is to put that file right."""
    step = next_step(entries)
    if step and step.requirement == "LOG_COVERED" and uploads and uploads[-1]["status"] == "rejected":
        return dataclasses.replace(step, remedy=_REFUSED)
    return step


def _section(figures: Figures, entry: Entry) -> dict[str, Any]:
    named, groups = loss_groups(entry)
    picture = draw_timeline(
        entry.entry_id,
        _in_words(entry),
        entry.months,
        figures.first,
        figures.as_of,
        periods=entry.periods,
        proven=entry.proven,
        silences=entry.silences,
        losses=[row for row in entry.losses if row["outcome"] == "lost"],
    )
    return {
        "entry": entry,
        "status": status_of([entry]),
        "requirements": (requirements := [_requirement(row) for row in _ordered(entry.requirements)]),
        "unmet": [requirement for requirement in requirements if not requirement["met"]],
        "met": [requirement for requirement in requirements if requirement["met"]],
        "picture": picture,
        "named": named,
        "lost_whys": [why_of(row) for row in entry.whys if row["outcome"] == "lost"],
        "unknown_whys": [why_of(row) for row in entry.whys if row["outcome"] == "unknown"],
        "unexplained": entry.row["lost"] + entry.row["unknown"] - len(entry.whys),
        "groups": groups,
        "gaps": gaps_of(entry),
        "months": [
            row | {"label": f"{words.MONTHS[row['month'].month - 1]} {row['month'].year}"} for row in entry.months
        ],
        "survey": _survey(entry),
        "stack": STACK,
    }


def _requirement(row: Row) -> dict[str, Any]:
    text, reason = words.text_of(row["requirement"]), words.reason_of(row["requirement"], row["reason"] or "")
    return {
        "code": row["requirement"],
        "met": row["met"],
        "name": text.name,
        "explanation": reason.explanation or text.explanation,
        "remedy": reason.remedy,
        "reason_code": row["reason"],
        "reason": reason.name,
        "evidence": row["evidence"] or "",
    }


def _ordered(requirements: list[Row]) -> list[Row]:
    order = {code: place for place, code in enumerate(words.catalogue())}
    return sorted(requirements, key=lambda row: (row["met"], order.get(row["requirement"], len(order))))


def gaps_of(entry: Entry) -> list[tuple[datetime, datetime]]:
    """The parts of the entry's own required time that nothing proves, as half-open intervals in UTC."""
    found = []
    for period in entry.periods:
        at, end = period["from_utc"], min(period["to_utc"], entry.required_to or period["from_utc"])
        for proven in entry.proven:
            if at < proven["from_utc"] < end:
                found.append((at, proven["from_utc"]))
            if proven["to_utc"] > at:
                at = max(at, min(proven["to_utc"], end)) if proven["from_utc"] < end else at
        if at < end:
            found.append((at, end))
    return found


def _survey(entry: Entry) -> str:
    if entry.survey is None:
        return "Ingen har svart på spørreundersøkelsen for tjenesten."
    who = "Tjenesten har svart selv" if entry.survey["answered_itself"] else "En annen har svart for tjenesten"
    stated = entry.survey["stated"]
    if stated is None:
        return f"{who}, uten å oppgi et antall for den."
    return f"{who} og oppgir {words.plural(stated, 'tapt melding', 'tapte meldinger')}."


def _upload(row: Row, number: str) -> dict[str, Any]:
    symbol, name = _RECEIPTS.get(row["status"], ("?", row["status"]))
    messages = [message.get("text", "") for message in row["messages"]]
    if row["silences"]:
        messages.append(
            "Loggen er taus i deler av perioden. Strekningene står over. Undersøk om loggen er fullstendig."
        )
    if row["rows_gone"]:
        gone = words.plural(row["rows_gone"], "rad", "rader")
        messages.append(f"{gone} fra en tidligere fil er borte i denne. Eksporter på nytt, eller forklar hvorfor.")
    return row | {
        "symbol": symbol,
        "status_name": name,
        "host": row["folder_no"] if row["folder_no"] != number else "",
        "texts": messages[:_MESSAGES_SHOWN],
        "more": max(len(messages) - _MESSAGES_SHOWN, 0),
    }


def _in_words(entry: Entry) -> str:
    row = entry.row
    return (
        f"{entry.place}: {words.number(row['sent'])} meldinger sendt, {words.number(row['registered'])} registrert, "
        f"{words.number(row['lost'])} tapt, {words.number(row['unknown'])} ukjent, måned for måned. "
        f"Loggene dekker {words.percent(row['coverage_share'])} av perioden."
    )
