"""Prints why a message has its outcome: Norwegian text for a person, JSON for a program."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.markup import escape

from meldingskontroll.domain import iso_utc
from meldingskontroll.explain.coverage import coverage_sentences
from meldingskontroll.explain.facts import Facts
from meldingskontroll.overview import words
from meldingskontroll.overview.why import clock_of, clock_story, duration, rule_of

Row = dict[str, Any]

CHANNELS = {
    "FIKS_IO": "Fiks IO", "SVARINN": "SvarInn", "MANUELL_MOTTAK": "manuelt mottak", "PRINT": "post",
    "portal": "portal", "svarinn": "SvarInn", "manual": "manuelt mottak", "post": "post",
}  # fmt: skip
_LATE_RECEIPT = timedelta(minutes=2)
_HOURS = {
    "twice": ", skrevet i timen som kommer to ganger om høsten",
    "never": ", skrevet i timen som ikke finnes om våren",
}
ITEMS = {"concern": "bekymringsmelding", "letter": "brev", "minutes": "møtereferat"}


def as_json(facts: Facts) -> Row:
    """The facts and the sentences, with times as ISO 8601 in UTC, ids as text and empty values as null."""
    plain = {field.name: _plain(getattr(facts, field.name)) for field in dataclasses.fields(facts)}
    plain["rule"] = rule_of(facts.message)
    plain["coverage_text"] = coverage_sentences(facts)
    for upload, row in zip(plain["uploads"], facts.uploads, strict=True):
        upload["clock_text"] = _clock(row)
    return plain


def print_facts(facts: Facts, console: Console | None = None) -> None:
    """Print the explanation in Norwegian."""
    console = console or Console(soft_wrap=True, highlight=False)
    message = facts.message
    outcome = words.OUTCOMES[message["outcome"]]
    console.print(f"[bold]Melding {message['message_id']}: {outcome}[/bold]")
    console.print(rule_of(message))
    for line in _about(facts):
        console.print(f"  {escape(line)}")
    _section(console, "Treff", _match(facts))
    _section(console, "Andre rader som kunne ha svart", _candidates(facts))
    if facts.group:
        _section(console, f"Gruppen {message['candidate_group']}, der en tapt melding ligger", _group(facts))
    _section(console, "Tidslinjen rundt meldingen (norsk tid, loggenes klokker rettet)", _line(facts))
    _section(console, "Dekning", coverage_sentences(facts))
    files = [f"{_letters(facts)[row['sha256']]}: {_name(row)}. {_clock(row)}" for row in facts.uploads]
    _section(console, "Loggene og klokkene deres", files or ["Ingen logg gjelder for stedet."])
    _section(console, "Filene bak", [_input(row) for row in facts.inputs])
    console.print(f"\nPer {words.clock_time(facts.as_of_utc)} (norsk tid).")


def _about(facts: Facts) -> list[str]:
    message = facts.message
    place = f"{message['name'] or message['municipality_no']} ({message['entry_id']})"
    if message["district_name"]:
        place = f"{place}, {message['district_name']}"
    lines = [f"Mottaker:   {place}", f"Sendt:      {both_times(message['sent_at_utc'])}"]
    if message["sent_later_utc"] != message["sent_at_utc"]:
        lines.append(f"            eller {both_times(message['sent_later_utc'])}: timen kommer to ganger denne natten")
    acknowledged = message["acknowledged_utc"]
    lines.append(f"Kvittert:   {both_times(acknowledged) if acknowledged else 'nei'}")
    lines.append(f"Frist:      {both_times(message['sent_at_utc'] + timedelta(hours=facts.deadline_hours))}")
    kind = words.FORM_TYPES.get(message["form_type"], message["form_type"])
    lines.append(f"Melder:     {kind}")
    lines.append(f"Kanal:      {CHANNELS.get(message['channel'], message['channel'])}")
    lines.append(f"Stedets tap: {_bounds(message)}")
    return lines


def _bounds(message: Row) -> str:
    low, high = message["place_lost_low"], message["place_lost_high"]
    found = words.plural(message["place_lost"], "melding", "meldinger")
    return found if low == high else f"{found}; i tiden som er bevist kan det være {words.interval(low, high)}"


def both_times(moment: datetime) -> str:
    """A moment to the second in Norwegian time and in UTC."""
    return f"{words.local(moment):%d.%m.%Y kl. %H.%M.%S} norsk tid ({iso_utc(moment.replace(microsecond=0))})"


def _letters(facts: Facts) -> dict[str, str]:
    """A short name for each file, so that a row can be pointed at: sha256 → `A`, `B` … `F27`."""
    places = {row["sha256"]: place for place, row in enumerate(facts.uploads)}
    return {sha256: chr(65 + place) if place < 26 else f"F{place + 1}" for sha256, place in places.items()}


def _match(facts: Facts) -> list[str]:
    message = facts.message
    if message["upload_sha256"] is None:
        return ["Ingen rad i noen logg er regnet som svar på meldingen."]
    way = "ved id" if message["matched_by"] == "id" else "i tid"
    return [
        f"Rad {message['file_row']} i fil {_letters(facts)[message['upload_sha256']]}, {way}. Registrert "
        f"{both_times(message['received_utc'])} når klokken er rettet, {duration(message['delay_s'])} etter at "
        "meldingen ble sendt."
    ]


def _candidates(facts: Facts) -> list[str]:
    letters = _letters(facts)
    others = [row for row in facts.candidates if not row["chosen"]]
    lines = [
        f"Rad {row['file_row']} i fil {letters[row['upload_sha256']]}, {_time(row['at_utc'])}, {_delay(row['delay_s'])}"
        f": {_answers(row, facts.message)}"
        for row in others
    ]
    more = facts.candidates[0]["candidates"] - len(facts.candidates) if facts.candidates else 0
    return [*lines, *([f"… og {words.plural(more, 'rad', 'rader')} til innen fristen"] if more else [])] or ["Ingen."]


def _delay(seconds: int) -> str:
    return f"{duration(abs(seconds))} {'før' if seconds < 0 else 'etter'} at meldingen ble sendt"


def _answers(row: Row, message: Row) -> str:
    """What a row that could have answered the message answers instead, and how likely the message's loss is there."""
    said = f"svarer på melding {row['answers_id']}" if row["answers_id"] else "svarer ikke på noen melding"
    if row["superseded"]:
        said = "står i en fil som er erstattet av en nyere"
    if row["names_it"]:
        said = f"oppgir denne meldingens id; {said}"
    if row["other_is_lost"] is not None:
        return f"{said}; at den er tapt i stedet, har sannsynlighet {words.percent(row['other_is_lost'])}"
    if message["outcome"] == "lost" and row["answers_id"]:
        return f"{said}; at den er tapt i stedet, er lite sannsynlig"
    return said


def _group(facts: Facts) -> list[str]:
    return [
        f"{row['message_id']}, sendt {_time(row['sent_at_utc'])}: {words.OUTCOMES[row['outcome']].lower()}, "
        f"sannsynlighet for tap {words.percent(row['loss_probability'])}"
        for row in facts.group
    ]


def _line(facts: Facts) -> list[str]:
    letters = _letters(facts)
    return [
        f"{'►' if row['asked_for'] else ' '} {_time(row['at_utc'])}  "
        + (_message_words(row, letters) if row["what"] == "message" else _row_words(row, letters))
        for row in facts.line
    ]


def _message_words(row: Row, letters: dict[str, str]) -> str:
    kind = words.FORM_TYPES.get(row["form_type"], row["form_type"]).lower()
    receipt = _late_receipt(row["at_utc"], row["acknowledged_utc"])
    said = f"melding {str(row['message_id'])[:8]} ({kind}, {CHANNELS.get(row['channel'], row['channel'])}{receipt})"
    if row["file_row"] is None:
        return f"{said}: {words.OUTCOMES[row['outcome']].lower()}"
    way = "ved id" if row["matched_by"] == "id" else "i tid"
    return f"{said}: rad {row['file_row']} i fil {letters[row['upload_sha256']]}, {way}"


def _late_receipt(sent: datetime, acknowledged: datetime | None) -> str:
    """The acknowledgement where it is missing, or so late that matching may go by it instead of the sending time."""
    if acknowledged is None:
        return ", ikke kvittert"
    return f", kvittert {_time(acknowledged)}" if acknowledged - sent > _LATE_RECEIPT else ""


def _row_words(row: Row, letters: dict[str, str]) -> str:
    item, channel = ITEMS.get(row["item_type"], row["item_type"]), CHANNELS.get(row["channel"], row["channel"])
    said = f"  rad {row['file_row']} i fil {letters[row['upload_sha256']]} ({item}, {channel})"
    said += _HOURS.get(row["hour_occurs"] or "", "")
    if row["superseded"]:
        return f"{said}: erstattet av en nyere fil"
    if row["answers_id"]:
        return f"{said}: svarer på melding {str(row['answers_id'])[:8]}"
    return said if row["item_type"] != "concern" or row["channel"] == "post" else f"{said}: svarer ikke på noen melding"


def _time(moment: datetime) -> str:
    return f"{words.local(moment):%d.%m.%Y kl. %H.%M.%S}"


def _clock(row: Row) -> str:
    periods = row["clock_periods"] or []
    if len(periods) > 1 or row["drift_s_a_day"]:
        said = clock_story(periods)
    else:
        said = clock_of(row["convention"], bool(row["identified"]), row["offset_s"], row["reference"] or "sent")
    if row["identified"]:
        share = f"{words.number(row['score'])} av {words.number(row['pairs'])} mulige par"
        said += f" Lesningen bygger på {share} av melding og rad."
    return said


def _name(row: Row) -> str:
    period = (
        f"{words.day(row['period_from_utc'])} – {words.day(row['period_to_utc'])}"
        if row["period_from_utc"] and row["period_to_utc"]
        else "uten oppgitt periode"
    )
    marks = [
        period,
        *(["gjelder ikke hele stedet"] if not row["speaks"] else []),
        *(["gjelder da meldingen ble sendt"] if row["holds"] else []),
        *(["erstattet av en nyere fil for denne tiden"] if row["replaced"] else []),
    ]
    return f"{row['file_name']} ({'; '.join(marks)})"


def _input(row: Row) -> str:
    rows = f", {words.plural(row['rows'], 'rad', 'rader')}" if row["rows"] is not None else ""
    here = f", meldingen står i rad {row['row']}" if row["row"] is not None else ""
    return f"{row['path']}{rows}{here}, sha256 {row['sha256'] or 'ukjent'}"


def _section(console: Console, title: str, lines: list[str]) -> None:
    console.print(f"\n[bold]{escape(title)}[/bold]")
    for line in lines:
        console.print(f"  {escape(line)}")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, UUID) else value
