"""Small scenes for the reconciliation: places, messages and uploads from short literals, run on a connection in memory.

Times are naive UTC, written as ISO text. A place is one roster entry with one recipient of its own. Messages are known
by a short name within their place. Nothing is declared that a test does not declare.
"""

from __future__ import annotations

import contextlib
import functools
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Clock, entry_name
from meldingskontroll.reconcile.run import READS, run_reconciliation
from meldingskontroll.settings import Settings
from support.lake_fixtures import make_table

AS_OF = "2023-07-01T12:00:00"
SINCE = "2023-01-01T00:00:00"
REPORTER = {"private": "private", "public": "public", "unknown": None}
ROW_CHANNEL = {"FIKS_IO": "portal", "SVARINN": "svarinn", "MANUELL_MOTTAK": "manual", "PRINT": "post"}

OSLO = ZoneInfo("Europe/Oslo")

Row = dict[str, Any]


def at(text: str, **delta: float) -> datetime:
    """The moment that a text names, `delta` later."""
    return datetime.fromisoformat(text) + timedelta(**delta)


def wall_clock(moment: datetime, convention: str = "oslo") -> datetime:
    """What a clock shows at a moment of naive UTC: Norwegian time, UTC, or Norwegian winter time all year."""
    if convention == "oslo":
        return moment.replace(tzinfo=UTC).astimezone(OSLO).replace(tzinfo=None)
    return moment + timedelta(hours={"utc": 0, "cet": 1}[convention])


def read_as_norwegian(wall: datetime, fold: int) -> datetime:
    """The naive UTC of a Norwegian wall clock; `fold` 1 is the later instant of the doubled hour."""
    return wall.replace(tzinfo=OSLO, fold=fold).astimezone(UTC).replace(tzinfo=None)


@dataclass
class Upload:
    """One file in an inbox: what it declares, and its accepted rows."""

    place: Place
    name: str
    declared: Row
    rows: list[Row] = field(default_factory=list)
    folder_no: str = ""

    @property
    def sha256(self) -> str:
        return uuid5(NAMESPACE_URL, f"upload/{self.folder_no}/{self.name}").hex * 2

    def row(self, received: datetime | str, **changed: Any) -> Upload:
        """One accepted row, with its zone unless `wall` says how the log's clock was set: oslo, utc or cet."""
        moment = at(received) if isinstance(received, str) else received
        convention = changed.pop("wall", None)
        wall = wall_clock(moment, convention) if convention else None
        made = {
            "file_row": len(self.rows) + 2, "message_id": None, "received_local": wall,
            "received_utc": read_as_norwegian(wall, 0) if wall else moment,
            "received_later_utc": read_as_norwegian(wall, 1) if wall else moment, "resolution_s": 1,
            "item_type": "concern",
            "reporter": "public", "channel": "portal", "municipality_no": None, "district_no": None,
        }  # fmt: skip
        self.rows.append(made | changed)
        return self

    def by_id(self, names: str, *, delay: float = 20, **changed: Any) -> Upload:
        """Rows that name the messages by the portal's id, `delay` seconds after they were sent."""
        for message in self.place.named(names):
            self._answer(message, delay, {"message_id": message["message_id"]} | changed)
        return self

    def by_time(self, names: str, *, delay: float = 20, **changed: Any) -> Upload:
        """Rows without ids that answer the messages, `delay` seconds after they were sent."""
        for message in self.place.named(names):
            self._answer(message, delay, changed)
        return self

    def _answer(self, message: Row, delay: float, changed: Row) -> None:
        kind = {"reporter": REPORTER[message["form_type"]], "channel": ROW_CHANNEL[message["channel"]]}
        self.row(message["sent_utc"] + timedelta(seconds=delay), **(kind | changed))


@dataclass
class Place:
    """One roster entry: a municipality or a district of one, on Visma Familia since `since`."""

    scene: Scene
    number: str
    district: str
    since: str
    until: str | None
    service: str
    messages: dict[str, Row] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)

    @property
    def entry_id(self) -> str:
        return entry_name(self.number, self.district)

    @property
    def recipient(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"recipient/{self.entry_id}")

    def id_of(self, name: str) -> UUID:
        made = self.messages[name]["message_id"]
        assert isinstance(made, UUID)
        return made

    def named(self, names: str) -> list[Row]:
        return [self.messages[name] for name in names.split()]

    def send(
        self, name: str, sent: str | datetime, *, kind: str = "public", channel: str = "FIKS_IO",
        acknowledged: float | None = 5, **changed: Any,
    ) -> Place:  # fmt: skip
        """One message of the portal's log; `acknowledged` is in seconds after it was sent, None: never."""
        moment = at(sent) if isinstance(sent, str) else sent
        receipt = None if acknowledged is None else moment + timedelta(seconds=acknowledged)
        made = {
            "message_id": uuid5(NAMESPACE_URL, f"message/{self.entry_id}/{name}"), "recipient_id": self.recipient,
            "org_id": "", "sent_text": "", "sent_utc": moment, "sent_later_utc": moment, "form_type": kind,
            "channel": channel, "acknowledged_utc": receipt, "from_case_system": False, "source_file": "messages.csv",
        }  # fmt: skip
        self.messages[name] = made | changed
        return self

    def send_each(self, names: str, *, first: str = "2023-01-10T10:00:00", days: float = 4, **changed: Any) -> Place:
        """One message for each name, `days` apart, so that none can be taken for its neighbour."""
        for step, name in enumerate(names.split()):
            self.send(name, at(first, days=step * days), **changed)
        return self

    def event(self, name: str, state: str, moment: str) -> Place:
        """One event of a message's history in the portal."""
        self.scene.events.append({"message_id": self.id_of(name), "at_utc": at(moment), "state": state})
        return self

    def upload(
        self, name: str = "log.csv", period: tuple[str, str] | None = (SINCE, "2023-07-01T00:00:00"), **declared: Any
    ) -> Upload:
        """One file in the place's own inbox; without a period it proves nothing about what it lacks."""
        folder_no = declared.pop("folder_no", self.number)
        made = Upload(self, name, {"period": period} | declared, folder_no=folder_no)
        self.uploads.append(made)
        return made


@dataclass
class Scene:
    """Everything that the reconciliation reads, and the moment that it speaks of."""

    as_of: str = AS_OF
    places: list[Place] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    extract: Row = field(default_factory=dict)
    shuffled: bool = False
    renumbered: dict[str, str] = field(default_factory=dict)

    def place(
        self, number: str, district: str = "", *, since: str = SINCE, until: str | None = None, service: str = ""
    ) -> Place:
        """A new roster entry; places with the same `service` share it, and its host is the first of them."""
        made = Place(self, number, district, since, until, service or f"T{number}")
        self.places.append(made)
        return made

    def tables(self) -> dict[str, list[Row]]:
        """The rows of every table that the reconciliation reads."""
        as_of = at(self.as_of)
        messages = [message for place in self.places for message in place.messages.values()]
        found: dict[str, list[Row]] = {relation: [] for relation in READS}
        found["portal__messages"] = [message | {"source_row": no + 2} for no, message in enumerate(messages)]
        found["portal__events"] = self.events
        declared = {
            "declared": True, "from_utc": at("2020-08-31T22:00:00"), "to_utc": as_of, "extracted_utc": as_of,
            "declared_total": len(messages), "unique_ids": len(messages), "rows_read": len(messages),
            "invalid_rows": 0, "conflicting_ids": 0, "repeated_rows": 0,
        }  # fmt: skip
        found["portal__extract"] = [declared | self.extract]
        hosts = {place.service: place.number for place in reversed(self.places)}
        for place in self.places:
            ended = at(place.until) if place.until and at(place.until) <= as_of else None
            where = {"municipality_no": place.number, "district_no": place.district}
            found["roster__entries"].append(
                where | {"entry_id": place.entry_id, "canonical_no": place.number, "service_id": place.service,
                         "host_municipality_no": hosts[place.service], "name": place.number, "ended_utc": ended,
                         "case_system": "VISMA_FAMILIA", "case_system_conflict": False, "made_from": "registry"}
            )  # fmt: skip
            found["roster__periods"].append(
                {"entry_id": place.entry_id, "from_utc": at(place.since), "to_utc": ended or as_of}
            )
            found["roster__entry_recipients"].append({"entry_id": place.entry_id, "recipient_id": place.recipient})
            found["roster__recipients"].append(where | {"recipient_id": place.recipient})
            found["roster__service_members"].append(where | {"service_id": place.service})
        found["roster__services"] = [{"service_id": one, "host_municipality_no": host} for one, host in hosts.items()]
        found["roster__renumberings"] = [{"old_no": old, "canonical_no": new} for old, new in self.renumbered.items()]
        for upload in (upload for place in self.places for upload in place.uploads):
            found["intake__uploads"].append(_upload_row(upload))
            keys = {"upload_sha256": upload.sha256, "folder_no": upload.folder_no}
            if upload.declared.get("same_bytes_as") is None:
                found["intake__registrations"] += [keys | row for row in upload.rows]
        return {name: rows[::-1] if self.shuffled else rows for name, rows in found.items()}

    def lay_out(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the tables that the reconciliation reads."""
        for relation, rows in self.tables().items():
            make_table(connection, relation, rows)
            if relation in {"roster__recipients", "roster__service_members"}:
                connection.execute(f"ALTER TABLE {relation} ADD COLUMN IF NOT EXISTS canonical_no VARCHAR")
                connection.execute(f"UPDATE {relation} SET canonical_no = municipality_no").fetchall()  # noqa: S608

    def reconcile(self, **settings: Any) -> Result:
        """Run the whole reconciliation on this scene."""
        chosen = Settings(duckdb_threads=1, **settings)
        stack = contextlib.ExitStack()
        connection = stack.enter_context(sql.connect(chosen))
        self.lay_out(connection)
        run_reconciliation(connection, Clock(at(self.as_of).replace(tzinfo=UTC)), chosen)
        result = Result(self, connection)
        weakref.finalize(result, stack.close)
        return result


def _upload_row(upload: Upload) -> Row:
    declared = dict(upload.declared)
    period = declared.pop("period")
    made = {
        "folder_no": upload.folder_no, "file_name": upload.name, "sha256": upload.sha256, "size_bytes": 1,
        "arrived_utc": at("2023-07-01T08:00:00"), "status": "accepted", "format": "template",
        "case_system": "VISMA_FAMILIA", "period_from_utc": at(period[0]) if period else None,
        "period_to_utc": at(period[1]) if period else None, "period_is_proof": period is not None,
        "speaks_municipalities": [upload.place.number], "speaks_districts": [], "rows_read": len(upload.rows),
        "rows_accepted": len(upload.rows), "rows_rejected": 0, "messages_json": "[]",
    }  # fmt: skip
    return made | {name: at(value) if name.endswith("_utc") else value for name, value in declared.items()}


class Result:
    """What the reconciliation made of a scene; the connection closes when the result is let go."""

    def __init__(self, scene: Scene, connection: duckdb.DuckDBPyConnection) -> None:
        self.scene = scene
        self.connection = connection

    def rows(self, query: str, parameters: Any = None) -> list[Row]:
        return sql.rows(self.connection, query, parameters)

    def table(self, relation: str, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
        """The rows of a relation in its order, as tuples of the columns asked for."""
        query = f"SELECT {columns} FROM {relation} WHERE {where}"  # noqa: S608
        return self.connection.execute(query).fetchall()

    @functools.cached_property
    def _findings(self) -> dict[UUID, Row]:
        return {row["message_id"]: row for row in self.rows("SELECT * FROM reconcile__findings")}

    def finding(self, place: Place, name: str) -> Row:
        return self._findings[place.id_of(name)]

    def outcomes(self, place: Place, names: str = "") -> dict[str, str]:
        """The outcomes of a place's messages, by name."""
        return {name: self.finding(place, name)["outcome"] for name in (names.split() or place.messages)}

    def called(self, place: Place, outcome: str) -> str:
        """The names of a place's messages with an outcome, in their order."""
        return " ".join(name for name, found in self.outcomes(place).items() if found == outcome)

    def entry(self, place: Place) -> Row:
        return self.rows("SELECT * FROM reconcile__entries WHERE entry_id = $entry", {"entry": place.entry_id})[0]

    def stretches(self, relation: str, place: Place) -> list[tuple[str, str]]:
        """The intervals of a place in a relation, as ISO text."""
        query = f"SELECT from_utc, to_utc FROM {relation} WHERE entry_id = $entry ORDER BY from_utc"  # noqa: S608
        found: Sequence[Any] = self.connection.execute(query, {"entry": place.entry_id}).fetchall()
        return [(begin.isoformat(), end.isoformat()) for begin, end in found]
