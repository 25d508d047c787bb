"""The simulated portal's memory: the delivery log in order of time, so that any page of it is a slice."""

from __future__ import annotations

import csv
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from sys import intern
from typing import Any

import numpy as np

from meldingskontroll.domain import AuditInputError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.simulation.rhythm import OSLO, norwegian_offset

Row = tuple[str, ...]
COLUMNS = (
    *("bekymringsmeldingId", "fiksOrgId", "bydelRessursId", "innsendt", "bydelsnavn", "fraFagsystem"),
    *("skjemaType", "kanal", "bekreftet"),
)
_EVENT_COLUMNS = (
    *("bekymringsmeldingId", "tidspunkt", "meldingstype", "meldingId", "state", "fiksIoKonto", "beskrivelse"),
)
_UNLIKE = frozenset({"bekymringsmeldingId", "innsendt", "bekreftet", "tidspunkt", "meldingId"})
ID, ORG, RECIPIENT, SENT, NAME, FROM_SYSTEM, FORM, CHANNEL, ACKNOWLEDGED = range(9)
_SEARCHED = (NAME, ID, ORG, RECIPIENT)


@dataclass(frozen=True)
class Query:
    """What a caller asks for; times are UTC seconds, `[since, until)`."""

    since: float = -np.inf
    until: float = np.inf
    org_id: str = ""
    search: str = ""
    form_type: str = ""
    from_system: bool | None = None
    warning: str = ""


@dataclass
class PortalIndex:
    """All messages in order of sending time, their events, and the recipients."""

    rows: list[Row]
    times: np.ndarray[Any, np.dtype[np.float64]]
    events: dict[str, list[Row]]
    recipients: list[dict[str, str]]
    extracted: datetime
    _by_id: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id = {row[ID]: row for row in self.rows}

    def found(self, query: Query) -> list[Row]:
        """The rows that a query asks for, in order of sending time and id."""
        low, high = self._period(query)
        rows = self.rows[low:high]
        for test in _tests(query):
            rows = [row for row in rows if test(row)]
        return rows

    def page(self, query: Query, since: int, count: int) -> tuple[int, list[Row]]:
        """How many rows a query finds, and one page of them; without filters a slice, however long the log."""
        if _tests(query):
            rows = self.found(query)
            return len(rows), rows[since : since + count]
        low, high = self._period(query)
        first = min(low + since, high)
        return high - low, self.rows[first : min(first + count, high)]

    def _period(self, query: Query) -> tuple[int, int]:
        low, high = np.searchsorted(self.times, [query.since, query.until], side="left")
        return int(low), max(int(low), int(high))

    def history(self, message_id: str) -> list[dict[str, str]] | None:
        """A message's events; where the log holds none, those that its row implies. None if it is unknown."""
        row = self._by_id.get(message_id.lower())
        if row is None:
            return None
        events = self.events.get(row[ID]) or list(_implied(row))
        return [dict(zip(_EVENT_COLUMNS, event, strict=True)) for event in events]


def row_json(row: Row) -> dict[str, Any]:
    """A row as version 2 of the API gives it."""
    answer: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    answer["fraFagsystem"] = row[FROM_SYSTEM] == "true"
    return answer


def count_period(rows: list[Row]) -> dict[str, int]:
    """The counts of `statistikk-gitt-periode`."""
    forms = Counter(row[FORM] for row in rows)
    delivered = Counter(row[CHANNEL] for row in rows if row[ACKNOWLEDGED] or row[CHANNEL] == "PRINT")
    return {
        "antallPrivateBekymringsmeldingerGittPeriode": forms["PRIVAT"],
        "antallOffentligBekymringsmeldingerGittPeriode": forms["OFFENTLIG"],
        "antallLevertFiksIOGittPeriode": delivered["FIKS_IO"],
        "antallLevertManuellMottakGittPeriode": delivered["MANUELL_MOTTAK"],
        "antallLevertSvarinnGittPeriode": delivered["SVARINN"],
        "antallLevertPrintGittPeriode": delivered["PRINT"],
        "antallFraFagsystemGittPeriode": sum(row[FROM_SYSTEM] == "true" for row in rows),
    }


def count_all(rows: list[Row]) -> dict[str, int]:
    """The counts of `statistikk`."""
    waiting = [row for row in rows if not row[ACKNOWLEDGED] and row[CHANNEL] != "PRINT"]
    return {
        "antallBekymringsmeldingerTotalt": len(rows),
        "antallUbekreftedeBekymringsmeldingerTotalt": len(waiting),
        "antallIkkeSendt": 0,
        "antallIkkeBekreftetFagsystem": len(waiting),
        "antallIkkeLevertPost": 0,
    }


def load(work: WorkFolder) -> PortalIndex:
    """Read `portal/` of a work folder into memory.

    Raises:
        AuditInputError: there is no log to serve, or it lacks a column.
    """
    unique: dict[str, Row] = {}
    for file in sorted(work.portal.glob("messages*.csv")):
        for row in _read(file, COLUMNS):
            own = row[ID].lower()
            unique[own] = row if own == row[ID] else (own, *row[1:])
    if not unique:
        raise AuditInputError(f"{work.portal} holds no messages*.csv to serve: simulate a nation there first.")
    times = np.array(_instants(np.array([row[SENT] for row in unique.values()])))
    ordered = list(unique.values())
    order = np.lexsort((np.array(list(unique)), times))
    events: dict[str, list[Row]] = {}
    for file in sorted(work.portal.glob("history*.csv")):
        for event in _read(file, _EVENT_COLUMNS):
            events.setdefault(event[0].lower(), []).append(event)
    recipients = []
    if (work.portal / "recipients.csv").is_file():
        with (work.portal / "recipients.csv").open(encoding="utf-8-sig", newline="") as stream:
            recipients = list(csv.DictReader(stream, delimiter=";"))
    extracted = datetime.fromtimestamp(float(times.max()), UTC)
    return PortalIndex([ordered[i] for i in order.tolist()], times[order], events, recipients, extracted)


def local_time(moment: datetime) -> str:
    """Norwegian local time without zone, as the portal writes times."""
    return moment.astimezone(OSLO).replace(tzinfo=None).isoformat(timespec="seconds")


def _read(file: Path, wanted: tuple[str, ...]) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        missing = [name for name in wanted if name not in header]
        if missing:
            raise AuditInputError(f"{file.name} lacks the column {missing[0]}: give the portal's log as it came.")
        places = [header.index(name) for name in wanted]
        unlike = {place for place in places if header[place] in _UNLIKE}
        for row in reader:
            if len(row) >= len(header):
                # Names, types and recipients repeat for each of several hundred thousand rows.
                yield tuple(row[place] if place in unlike else intern(row[place]) for place in places)


def _instants(texts: np.ndarray[Any, np.dtype[np.str_]]) -> list[float]:
    """UTC seconds of Norwegian local times; in the doubled autumn hour the earlier instant."""
    if max(map(len, texts.tolist())) > 19:
        return [_instant(text) for text in texts.tolist()]
    wall = texts.astype("datetime64[s]").astype(np.int64)
    earlier = wall - norwegian_offset(wall - 7200)
    return [float(second) for second in earlier.tolist()]


def _instant(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).timestamp()


def _tests(query: Query) -> list[Callable[[Row], bool]]:
    tests: list[Callable[[Row], bool]] = []
    if query.org_id:
        tests.append(lambda row: row[ORG] == query.org_id)
    if query.form_type:
        tests.append(lambda row: row[FORM] == query.form_type)
    if query.from_system is not None:
        tests.append(lambda row: (row[FROM_SYSTEM] == "true") is query.from_system)
    if query.search:
        text = query.search.lower()
        tests.append(lambda row: any(text in row[column].lower() for column in _SEARCHED))
    if query.warning:
        channel_is_print = query.warning == "IKKE_BEKREFTET_PRINT"
        unsent = query.warning == "IKKE_SENDT"
        tests.append(lambda row: not unsent and not row[ACKNOWLEDGED] and (row[CHANNEL] == "PRINT") is channel_is_print)
    return tests


def _implied(row: Row) -> Iterator[Row]:
    """The events that any portal keeps for a message with this row."""
    steps = [("AKSEPTERT", row[SENT]), ("SENDT_FAGSYSTEM", row[SENT])]
    if row[CHANNEL] == "PRINT":
        steps.append(("SENDT_PRINT", row[SENT]))
    elif row[ACKNOWLEDGED]:
        steps.append(("LEVERT", row[ACKNOWLEDGED]))
    for number, (state, at) in enumerate(steps):
        sending = str(uuid.uuid5(uuid.UUID(row[ID]), f"{number}"))
        yield (row[ID], at, "", sending, state, row[RECIPIENT], "")
