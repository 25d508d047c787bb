"""One file from bytes to verdict: recognise, refuse or parse, understand. The inbox and `check` share it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from meldingskontroll.intake import columns, declaration, document, formats, personal, prose, reading, scope, source
from meldingskontroll.intake.ahead import ahead
from meldingskontroll.intake.messages import Notes, Refused, message
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.intake.rows import Registrations, read_rows
from meldingskontroll.intake.scope import Folder
from meldingskontroll.settings import Settings

# Raised whenever the same bytes may be read differently than before.
PARSER_VERSION = "4"
# The checks in their order, by the code of what fails them; a receipt says how many were done.
CHECKS = (
    "PERSONAL_NAME", "NOT_A_FILE", "UNKNOWN_ENDING", "CANNOT_BE_READ", "CHANGED_WHILE_READ", "TOO_LARGE",
    "MANIFEST_UNREADABLE", "PERSONAL_MANIFEST", "EMPTY_FILE", "OLD_OR_ENCRYPTED_WORKBOOK", "PROGRAM_OR_ARCHIVE",
    "BINARY", "LINE_TOO_LONG", "MACROS", "WORKBOOK_TOO_WIDE", "WORKBOOK_UNREADABLE", "JSON_UNREADABLE",
    "PERSONAL_NUMBER", "QUOTES_BROKEN", "NO_HEADER", "PERSONAL_COLUMN", "TOO_MANY_COLUMNS", "FREE_TEXT",
    "MANIFEST_CONFLICT", "EXPORT_UNREADABLE", "PERIOD_MISSING", "PERIOD_UNREADABLE", "PERIOD_BACKWARDS",
    "OTHER_MUNICIPALITY", "TWO_RECEIVED_COLUMNS", "BAD_ROW", "DATE_ORDER_MIXED", "DATE_ORDER_UNCLEAR",
    "BAD_TIME", "BAD_VALUE", "BAD_ID",
    "BAD_REPORTER", "BAD_PLACE", "ROWS_OF_OTHER_MUNICIPALITY", "ROW_OTHER_MUNICIPALITY", "NOTHING_FILLED_IN",
    "ROW_COUNT_DIFFERS",
)  # fmt: skip


@dataclass(frozen=True)
class Examined:
    """An outcome; where the file was accepted its registrations, and whether the file itself may be kept."""

    outcome: Outcome
    registrations: Registrations | None = None
    keeps_file: bool = False


def shown_name(name: str) -> str:
    """A file's name as text that can be written anywhere."""
    return os.fsencode(name).decode("utf-8", "replace")


def refused(folder: Folder, item: source.Item, refusal: Refused, sha256: str, size: int = 0) -> Outcome:
    """The outcome of a file that is refused: a code, and nothing of the content."""
    hide = personal.find_in_name(shown_name(item.name))
    refusal = Refused("PERSONAL_NAME") if hide else refusal
    return Outcome(
        folder_no=folder.number,
        file_name=source.name_hash(item.name) if hide else shown_name(item.name),
        sha256=sha256,
        size_bytes=size,
        arrived=item.arrived_us,
        status="rejected",
        hide_name=hide,
        messages=[message(refusal.code, refusal.row, **refusal.values)],
        checks=CHECKS.index(refusal.code) + 1,
    )


def examine(
    folder: Folder, item: source.Item, content: source.Content, manifest: bytes | None, spill: Path | None = None
) -> Examined:
    """Recognise, refuse or accept one file. Never raises for what is in it. `spill` is a folder for nameless files."""
    try:
        return _accepted(folder, item, content, manifest, spill)
    except Refused as refusal:
        outcome = refused(folder, item, refusal, content.sha256, content.size)
    except RecursionError:
        outcome = refused(folder, item, Refused("BINARY"), content.sha256, content.size)
    return Examined(outcome)


def limit_bytes(settings: Settings) -> int:
    return settings.max_upload_megabytes * 1_000_000


def _accepted(
    folder: Folder, item: source.Item, content: source.Content, manifest: bytes | None, spill: Path | None
) -> Examined:
    if personal.find_in_name(shown_name(item.name)):
        raise Refused("PERSONAL_NAME")
    notes = Notes()
    beside, readable = ({}, True) if manifest is None else declaration.from_json(manifest, notes)
    if manifest and personal.find(manifest.decode("utf-8", "replace") + "\n" + json.dumps(beside, ensure_ascii=False)):
        raise Refused("PERSONAL_MANIFEST")
    read = document.understand(item.name, content)
    form = formats.recognised(read)
    for first_row, text in form.texts(read):
        at = personal.find_in_bytes(text)
        if at is not None:
            raise Refused("PERSONAL_NUMBER", None if first_row is None else first_row + text.count(b"\n", 0, at))
    sheet = form.read(read, notes)
    columns.check_header(sheet.header, sheet.header_row)
    understood = columns.understand(sheet.header)
    if understood is None:
        raise Refused("NO_HEADER")
    if read.encoding:
        notes.add("ENCODING_GUESSED", encoding=read.encoding)
    if understood.extra:
        notes.add("EXTRA_COLUMNS", count=understood.extra)
    declared = declaration.understand(beside, sheet.declared, notes, readable=readable)
    speaks = scope.check_owner(declared, folder, notes)
    if form is formats.delimited:
        prose.check_text(read.pieces(), sheet.header_row or 0)
    sample, batches = reading.sampled(prose.checked(sheet.batches))
    chosen = reading.chosen(understood, sample)
    batches = ahead(batches) if content.is_large else batches
    registrations = read_rows(understood, chosen, batches, folder, notes, spill)
    if not registrations.read and notes.has("PERIOD_MISSING"):
        raise Refused("NOTHING_FILLED_IN")
    outcome = _outcome(folder, item, content, form.NAME, sheet.case_system, declared, speaks, registrations, notes)
    outcome.reading = reading.reading_of(read, form.NAME, sheet, understood, sample, registrations)
    return Examined(outcome, registrations, form.NAME != "svarinn_importer")


def _outcome(
    folder: Folder,
    item: source.Item,
    content: source.Content,
    form: str,
    case_system: str | None,
    declared: declaration.Declaration,
    speaks: list[str],
    registrations: Registrations,
    notes: Notes,
) -> Outcome:
    if not registrations.read:
        notes.add("NO_ROWS")
    counts_agree = declared.row_count in (None, registrations.read)
    if not counts_agree:
        notes.add("ROW_COUNT_DIFFERS", declared=declared.row_count, read=registrations.read)
    if registrations.folds:
        notes.add("IN_FOLD", count=registrations.folds)
    named = declared.for_municipalities or declared.for_districts
    messages = notes.messages()
    warned = any(entry.severity in ("error", "warning") for entry in messages)
    return Outcome(
        folder_no=folder.number,
        file_name=shown_name(item.name),
        sha256=content.sha256,
        size_bytes=content.size,
        arrived=item.arrived_us,
        status="accepted_with_warnings" if warned else "accepted",
        format=form,
        case_system=case_system or _system(declared.case_system),
        case_system_version=declared.case_system_version,
        exported=declared.exported,
        exported_until=declared.exported_until,
        period_from=declared.period_from,
        period_to=declared.period_to,
        period_is_proof=declared.period_from is not None and declared.trustworthy and counts_agree,
        speaks_municipalities=speaks,
        speaks_districts=declared.for_districts if named else registrations.districts or [],
        rows_read=registrations.read,
        rows_accepted=registrations.accepted,
        rows_rejected=registrations.rejected,
        checks=len(CHECKS),
        messages=messages,
    )


def _system(written: str | None) -> str:
    return "_".join(written.upper().replace("-", " ").replace("_", " ").split()) if written else "VISMA_FAMILIA"


def item_of(path: Path) -> source.Item:
    """A single file outside an inbox, as `check` reads it."""
    status = path.lstat()
    return source.Item(path, path.name, status.st_mtime_ns // 1000, stat.S_ISREG(status.st_mode))
