"""Fetches intervals of the portal's log and leaves them as the files that KS also hands over (contract §1).

One file an interval, disjoint, each replaced only by a new reading of the same interval. What the portal said of it
is recorded first and the file follows: a file without its record, or with other bytes, is never declared in the
manifest. The manifest is written last: a run that stops anywhere leaves an extract that is whole, or visibly not.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

from meldingskontroll.domain import iso_utc
from meldingskontroll.lake import WorkFolder, sha256_of, write_bytes, write_json
from meldingskontroll.portal import totals
from meldingskontroll.portal.circuit import Circuit
from meldingskontroll.portal.client import PortalClient
from meldingskontroll.portal.errors import PortalError, PortalIncomplete
from meldingskontroll.portal.extract_import import HISTORY_COLUMNS, MESSAGE_COLUMNS
from meldingskontroll.portal.intervals import Interval, contiguous, instants, oslo_text, to_fetch
from meldingskontroll.portal.kept_pages import KeptPages, Row
from meldingskontroll.settings import Settings

_LEFT_OUT = "[utelatt]"
_ID_LENGTH = 36  # the id stands first in each row of our own files


@dataclass(frozen=True)
class ExtractRecord:
    """What the portal said of one interval, and the bytes that it was written as."""

    from_utc: str
    to_utc: str
    extracted_utc: str
    total: int
    histories: int
    messages_sha256: str
    history_sha256: str

    @property
    def interval(self) -> Interval:
        return datetime.fromisoformat(self.from_utc[:-1]), datetime.fromisoformat(self.to_utc[:-1])


def extract_interval(
    work: WorkFolder,
    settings: Settings,
    from_utc: datetime,
    to_utc: datetime,
    client: PortalClient | None = None,
) -> dict[str, object]:
    """Fetch `[from_utc, to_utc)`, naive UTC, and declare in the manifest what the extract now covers.

    Extracts that overlap it are fetched anew, whole. An interval that has not ended is cut at the present second.

    Returns:
        `{"from_utc", "to_utc", "files", "messages", "manifest_total"}`.

    Raises:
        PortalError: there was no answer to rely on; the interval's earlier file and the manifest are as before.
    """
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    end = min(to_utc, now)
    if from_utc >= end:
        raise PortalError("The interval to fetch from the portal is empty, or has not begun.")
    _refuse_other_files(work)
    if client is None:
        with PortalClient(settings, Circuit(settings, work.portal_circuit)) as own:
            fetched = _fetch_all(work, own, (from_utc, end), settings)
    else:
        fetched = _fetch_all(work, client, (from_utc, end), settings)
    return {
        "from_utc": iso_utc(from_utc),
        "to_utc": iso_utc(end),
        "files": len(fetched),
        "messages": sum(record.total for record in fetched),
        "manifest_total": write_manifest(work),
    }


def begun(work: WorkFolder) -> list[ExtractRecord]:
    """Every extract that was begun, in order of time, whether or not its files followed.

    Raises:
        PortalError: a record cannot be read.
    """
    found = []
    for file in sorted(work.extract_records.glob("*.json")) if work.extract_records.is_dir() else []:
        try:
            found.append(ExtractRecord(**json.loads(file.read_text())))
        except (ValueError, TypeError):
            raise PortalError(f"The extract's record {file.name} in out/ cannot be read: restore it.") from None
    return sorted(found, key=lambda record: record.from_utc)


def records(work: WorkFolder) -> list[ExtractRecord]:
    """The extracts whose files are there with the bytes that were recorded, in order of time."""
    return [record for record in begun(work) if _is_whole(work, record)]


def _is_whole(work: WorkFolder, record: ExtractRecord) -> bool:
    kept = {"messages": record.messages_sha256, "history": record.history_sha256}
    files = {work.portal_file(kind, *record.interval): digest for kind, digest in kept.items()}
    return all(path.is_file() and sha256_of(path) == digest for path, digest in files.items())


def write_manifest(work: WorkFolder) -> int:
    """Declare the unbroken stretch of extracts from the earliest on, and the number of messages in all files.

    Raises:
        PortalIncomplete: a file has no valid record, so nothing can be declared; the manifest stays as it was.
    """
    known = records(work)
    span = contiguous(record.interval for record in known)
    declared = {work.portal_file("messages", *record.interval) for record in known}
    stray = [file.name for file in sorted(work.portal.glob("messages*.csv")) if file not in declared]
    if span is None or stray:
        raise PortalIncomplete(
            f"portal/{stray[0] if stray else 'messages*.csv'} is not as it was extracted: extract its interval anew."
        )
    total = sum(record.total for record in known)
    write_json(
        work.portal_manifest,
        {
            "fraDato": oslo_text(span[0]),
            "tilDato": oslo_text(span[1]),
            "totaltAntallTreff": total,
            "uttrekkstidspunkt": max(record.extracted_utc for record in known),
        },
    )
    return total


def _fetch_all(work: WorkFolder, client: PortalClient, wanted: Interval, settings: Settings) -> list[ExtractRecord]:
    have = [record.interval for record in begun(work)]
    return [_fetch(work, client, *piece, settings) for piece in to_fetch(wanted, have)]


def _fetch(work: WorkFolder, client: PortalClient, begin: datetime, end: datetime, settings: Settings) -> ExtractRecord:
    kept = KeptPages(work.extract_pages(begin, end), datetime.now(UTC), settings.portal_resume_hours)
    try:
        reading = client.messages(begin, end, kept)
        _refuse_rows_outside(reading.rows, begin, end)
        totals.compare(reading.rows, client.period_counts(begin, end))
        _refuse_ids_elsewhere(work, reading.rows, (begin, end))
    except PortalIncomplete:
        kept.clear()
        raise
    # Pages of an interrupted run are as old as they are: what came after them is the next extract's.
    extracted = kept.begun
    unanswered = sorted(str(row["bekymringsmeldingId"]) for row in reading.rows if not row.get("bekreftet"))
    events = [event for message_id in unanswered for event in _history(client, kept, message_id)]

    reading.rows.sort(key=lambda row: (str(row.get("innsendt")), str(row.get("bekymringsmeldingId"))))
    messages, history = _csv(MESSAGE_COLUMNS, reading.rows), _csv(HISTORY_COLUMNS, events)
    record = ExtractRecord(
        from_utc=str(iso_utc(begin)),
        to_utc=str(iso_utc(end)),
        extracted_utc=str(iso_utc(extracted.replace(microsecond=0))),
        total=reading.total,
        histories=len(events),
        messages_sha256=hashlib.sha256(messages).hexdigest(),
        history_sha256=hashlib.sha256(history).hexdigest(),
    )
    write_json(work.extract_record(begin, end), asdict(record))
    write_bytes(work.portal_file("history", begin, end), history)
    write_bytes(work.portal_file("messages", begin, end), messages)
    kept.clear()
    return record


def _history(client: PortalClient, kept: KeptPages, message_id: str) -> list[Row]:
    events = kept.history(message_id)
    if events is None:
        events = [_without_text(event) for event in client.history(UUID(message_id))]
        kept.add_history(message_id, events)
    return events


def _refuse_other_files(work: WorkFolder) -> None:
    """A hand-over of KS and an extraction of ours would count the same messages twice, and declare neither."""
    ours = {file.stem for file in work.extract_records.glob("*.json")} if work.extract_records.is_dir() else set()
    for file in sorted(work.portal.glob("messages*.csv")) if work.portal.is_dir() else []:
        if file.stem.removeprefix("messages-") not in ours:
            raise PortalError(
                f"portal/{file.name} was not extracted here, or its record in out/ is gone: move messages*.csv, "
                "history*.csv and manifest.json out of portal/, and extract the whole period."
            )


def _refuse_rows_outside(rows: Sequence[Row], begin: datetime, end: datetime) -> None:
    for row in rows:
        message_id = str(row.get("bekymringsmeldingId"))
        try:
            if str(UUID(message_id)) != message_id.lower():
                raise ValueError(message_id)
            earlier, later = instants(str(row.get("innsendt")))
        except ValueError:
            raise PortalIncomplete("The portal gave a message without a valid id or sending time.") from None
        if not (begin <= earlier < end or begin <= later < end):
            raise PortalIncomplete(
                f"Asked for messages sent from {begin.isoformat()}Z to {end.isoformat()}Z, the portal gave one sent at "
                f"{row['innsendt']}: its filter does not work."
            )


def _refuse_ids_elsewhere(work: WorkFolder, rows: Sequence[Row], interval: Interval) -> None:
    ids = {str(row["bekymringsmeldingId"]).lower() for row in rows}
    twice = 0
    for record in records(work) if ids else []:
        if record.interval != interval:
            with work.portal_file("messages", *record.interval).open(encoding="utf-8") as stream:
                twice += sum(line[:_ID_LENGTH].lower() in ids for line in stream)
    if twice:
        raise PortalIncomplete(f"The portal lists {twice} messages in two periods, with two sending times: tell KS.")


def _without_text(event: Row) -> Row:
    """An event's description is free text, and may speak of people: that there was one is all that is kept."""
    return {**event, "beskrivelse": _LEFT_OUT} if event.get("beskrivelse") else event


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(row.get(column)) for column in columns])
    return buffer.getvalue().encode()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | float):
        return "" if value is None else str(value)
    raise PortalIncomplete("The portal gave a field that is neither text nor number.")
