"""Imports the portal's delivery log as files (contract §1): messages*.csv, history*.csv and manifest.json.

KS's hand-over and our own extraction through the API arrive in the same form, so everything after this is one path.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder, inputs_in, sha256_of
from meldingskontroll.settings import Settings

MESSAGE_COLUMNS = (
    "bekymringsmeldingId", "fiksOrgId", "bydelRessursId", "innsendt", "bydelsnavn", "fraFagsystem", "skjemaType",
    "kanal", "bekreftet",
)  # fmt: skip
REQUIRED_COLUMNS = frozenset({"bekymringsmeldingId", "bydelRessursId", "innsendt", "kanal", "bekreftet"})
HISTORY_COLUMNS = (
    "bekymringsmeldingId", "tidspunkt", "meldingstype", "meldingId", "state", "fiksIoKonto", "beskrivelse",
)  # fmt: skip
REQUIRED_HISTORY = frozenset({"bekymringsmeldingId", "tidspunkt", "state"})
MANIFEST_KEYS = ("fraDato", "tilDato", "totaltAntallTreff", "uttrekkstidspunkt")
TABLES = ("portal__messages", "portal__problems", "portal__events", "portal__extract")


def import_extract(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Read the portal's files into `portal__messages`, `portal__events`, `portal__problems` and `portal__extract`.

    Raises:
        AuditInputError: there is no messages*.csv, or one that is not the portal's log.
    """
    messages = inputs_in(work.portal, "messages*.csv")
    if not messages:
        raise AuditInputError(
            "There is no portal/messages*.csv in the work folder, so there is nothing to audit: "
            "put KS's extract of the delivery log there, or run the portal_log extraction."
        )
    history = inputs_in(work.portal, "history*.csv")
    for file in (*messages, *history):
        work.keep_raw(file, sha256_of(file))
    with sql.connect(settings) as connection:
        _read_csv_files(connection, "portal__csv", messages, MESSAGE_COLUMNS, REQUIRED_COLUMNS)
        _read_csv_files(connection, "portal__history_csv", history, HISTORY_COLUMNS, REQUIRED_HISTORY)
        sql.run_stage(connection, "portal", _read_manifest(work))
        sql.save(connection, work, TABLES)


def _read_manifest(work: WorkFolder) -> dict[str, Any]:
    """The manifest's values as SQL parameters; `manifest_problem` says why it declares nothing, or is None."""
    empty: dict[str, Any] = {"from_date": None, "to_date": None, "extracted": None, "declared_total": None}
    if not work.portal_manifest.is_file():
        return {**empty, "manifest_problem": "MISSING"}
    work.keep_raw(work.portal_manifest, sha256_of(work.portal_manifest))
    try:
        manifest = json.loads(work.portal_manifest.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError):
        return {**empty, "manifest_problem": "UNREADABLE"}
    if not isinstance(manifest, dict) or any(manifest.get(key) in (None, "") for key in MANIFEST_KEYS):
        return {**empty, "manifest_problem": "KEY_MISSING"}
    total, dates = manifest["totaltAntallTreff"], [str(manifest[key]) for key in ("fraDato", "tilDato")]
    if (
        isinstance(total, bool)
        or not str(total).isdecimal()
        or not all(map(_is_time, [*dates, manifest["uttrekkstidspunkt"]]))
    ):
        return {**empty, "manifest_problem": "VALUE_UNREADABLE"}
    return {
        "manifest_problem": None,
        "from_date": dates[0],
        "to_date": dates[1],
        "extracted": str(manifest["uttrekkstidspunkt"]),
        "declared_total": int(total),
    }


def _is_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(str(value).strip())
    except ValueError:
        return False
    return True


def _read_csv_files(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    files: Sequence[Path],
    columns: Sequence[str],
    required: frozenset[str],
) -> None:
    """Read CSV files as text into one table, with file and row; unreadable rows go to portal__rejected."""
    text_columns = ", ".join(f'"{name}" VARCHAR' for name in columns)
    connection.execute(f"CREATE TABLE {relation} ({text_columns}, source_file VARCHAR, source_row BIGINT)")
    connection.execute("CREATE TABLE IF NOT EXISTS portal__rejected (source_file VARCHAR, source_row BIGINT)")
    for file in files:
        header = _header_of(file, required)
        wanted = ", ".join(f'"{name}"' if name in header else "NULL" for name in columns)
        try:
            connection.execute(
                f"INSERT INTO {relation} SELECT {wanted}, $label, 1 + row_number() OVER () "  # noqa: S608
                "FROM read_csv($path, header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false, "
                "columns = $columns, null_padding = false, store_rejects = true)",
                {"label": file.name, "path": str(file), "columns": {name: "VARCHAR" for name in header}},
            ).fetchall()
        except duckdb.Error as problem:
            raise AuditInputError(
                f"portal/{file.name} cannot be read as comma-separated UTF-8 text: ask KS for the file anew."
            ) from problem
        connection.execute(
            "INSERT INTO portal__rejected SELECT DISTINCT $label, line FROM reject_errors", {"label": file.name}
        ).fetchall()
        lines = connection.execute("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()
        for (line,) in lines:
            # Rows are numbered as they are read; those below an unreadable one stand a row further down in the file.
            connection.execute(
                f"UPDATE {relation} SET source_row = source_row + 1 WHERE source_file = $label AND source_row >= $line",  # noqa: S608
                {"label": file.name, "line": line},
            ).fetchall()
        connection.execute("DELETE FROM reject_errors").fetchall()


def _header_of(file: Path, required: frozenset[str]) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            header = [name.strip() for name in next(csv.reader(stream), [])]
    except UnicodeDecodeError:
        raise AuditInputError(f"portal/{file.name} is not UTF-8 text: ask KS for the file anew.") from None
    missing = sorted(required - set(header))
    if missing:
        raise AuditInputError(
            f"portal/{file.name}, row 1: the header lacks {', '.join(missing)}; "
            f"it must have the columns {', '.join(sorted(required))}. Ask KS for the file anew."
        )
    if len(set(header)) < len(header):
        raise AuditInputError(
            f"portal/{file.name}, row 1: a column stands twice in the header. Ask KS for the file anew."
        )
    return header
