"""Compiles the roster: every (municipality, district) that must be verified, its period, recipients and service."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import AuditInputError, CaseSystem, Clock
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.roster.reference import canonical, renumberings, shipped, successions
from meldingskontroll.roster.tables import Row, checked, read_rows, with_place
from meldingskontroll.settings import Settings

TABLES = (
    "roster__municipalities", "roster__services", "roster__service_members", "roster__renumberings",
    "roster__recipients", "roster__case_systems", "roster__fixes", "roster__entries", "roster__periods",
    "roster__entry_recipients", "roster__entry_services", "roster__unheld",
)  # fmt: skip
_PLACE = ("municipality_no", "canonical_no", "district_no")
_FILES = {
    "municipalities": ("kommunenummer", "navn", "fylkesnummer", "fylke", "gyldig_fra", "gyldig_til"),
    "services": ("tjeneste_id", "navn", "vert_kommunenummer"),
    "service_members": ("tjeneste_id", "kommunenummer", "bydelsnummer", "gyldig_fra", "gyldig_til"),
    "case_systems": ("kommunenummer", "bydelsnummer", "fagsystem", "integrert_fra", "integrert_til", "kilde"),
    "fixes": ("kommunenummer", "bydelsnummer", "versjon", "installert", "bekreftet_av", "bekreftet_tidspunkt"),
    "recipients": (
        "bydelRessursId",
        "kommunenummer",
        "bydelsnummer",
        "bydelsnavn",
        "fiksOrgId",
        "kontotype",
        "fagsystem",
    ),
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def compile_roster(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Leave the `roster__*` tables in the lake. An empty roster is left as empty tables, for the decision to hold on.

    Raises:
        AuditInputError: case_systems.csv or recipients.csv is missing, or a registry row cannot be used.
    """
    tables = {
        "municipalities": _municipalities(work),
        "services": _services(work),
        "service_members": _service_members(work),
        "case_systems": _case_systems(work),
        "fixes": _fixes(work),
        "recipients": _recipients(work),
        "renumberings": [{"old_no": old, "canonical_no": new} for old, new in sorted(renumberings().items())],
        "successions": [{"old_no": old, "new_no": new} for old, new in successions()],
    }
    columns = {name: (*_FILES[name], "source_row", *_PLACE) for name in _FILES} | {
        "renumberings": ("old_no", "canonical_no"),
        "successions": ("old_no", "new_no"),
    }
    with sql.connect(settings) as connection:
        for name, rows in tables.items():
            _register(connection, f"roster__{name}_csv", rows, columns[name])
        sql.load(connection, work, ["portal__messages"])
        parameters = {
            "as_of_utc": clock.as_of_utc,
            "fault_start": datetime.combine(settings.fault_start, datetime.min.time()),
        }
        sql.run_stage(connection, "roster", parameters)
        sql.save(connection, work, TABLES)


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Make rows a table of text columns, also when there are none."""
    table = pa.table({column: pa.array([row.get(column, "") for row in rows], pa.string()) for column in columns})
    connection.register("incoming", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming").fetchall()  # noqa: S608
    connection.unregister("incoming")


def _registry_file(work: WorkFolder, name: str, *, shipped_instead: bool = False) -> Path | None:
    file = work.registry / f"{name}.csv"
    if file.is_file():
        work.keep_raw(file, sha256_of(file))
        return file
    return shipped(f"{name}.csv") if shipped_instead else None


def _municipalities(work: WorkFolder) -> list[Row]:
    file = _registry_file(work, "municipalities", shipped_instead=True)
    assert file is not None
    return with_place(read_rows(file, _FILES["municipalities"], ("kommunenummer", "navn")), file)


def _services(work: WorkFolder) -> list[Row]:
    file = _registry_file(work, "services", shipped_instead=True)
    assert file is not None
    rows = read_rows(file, _FILES["services"], ("tjeneste_id",))
    checked(rows, file, "tjeneste_id", bool, "is empty: give the service an id.")
    hosts: dict[str, str] = {}
    for row in rows:
        host = row["vert_kommunenummer"]
        row["vert_kommunenummer"] = host.zfill(4) if host.isdecimal() else host
        number = canonical(row["vert_kommunenummer"])
        if hosts.setdefault(row["tjeneste_id"], number) != number:
            raise AuditInputError(
                f"registry/services.csv, row {row['source_row']}: the same tjeneste_id has two hosts. A service that "
                "moved to another host is a service of its own: give it a new id, and both their dates in "
                "service_members.csv."
            )
    return rows


def _service_members(work: WorkFolder) -> list[Row]:
    file = _registry_file(work, "service_members", shipped_instead=True)
    assert file is not None
    rows = read_rows(file, _FILES["service_members"], ("tjeneste_id", "kommunenummer"))
    _read_times(rows, file, ("gyldig_fra", "gyldig_til"), "must be a date like 2020-09-01, or empty.")
    return with_place(rows, file)


def _case_systems(work: WorkFolder) -> list[Row]:
    file = _registry_file(work, "case_systems")
    if file is None:
        raise AuditInputError(
            "There is no registry/case_systems.csv, so it is not known who must be heard: add it and run again."
        )
    rows = read_rows(file, _FILES["case_systems"], ("kommunenummer", "fagsystem", "integrert_fra"))
    for row in rows:
        row["fagsystem"] = row["fagsystem"].upper().replace(" ", "_")
    known = {str(system) for system in CaseSystem}
    checked(rows, file, "fagsystem", known.__contains__, f"must be one of {', '.join(sorted(known))}.")
    _read_times(rows, file, ("integrert_fra", "integrert_til"), "must be a date like 2020-09-01, or empty.")
    for row in rows:
        # Such a stretch would hold no time at all, and the place would leave the roster without a word.
        if row["integrert_fra"] and row["integrert_til"] and row["integrert_til"] < row["integrert_fra"]:
            raise AuditInputError(
                f"registry/case_systems.csv, row {row['source_row']}: integrert_til is before integrert_fra. "
                "Correct the dates and run again."
            )
    return with_place(rows, file)


def _fixes(work: WorkFolder) -> list[Row]:
    file = _registry_file(work, "fixes")
    if file is None:
        return []
    rows = read_rows(file, _FILES["fixes"], ("kommunenummer", "versjon", "installert"))
    remedy = "must be a date or time like 2023-06-01T12:00, or empty."
    _read_times(rows, file, ("installert", "bekreftet_tidspunkt"), remedy)
    return with_place(rows, file)


def _recipients(work: WorkFolder) -> list[Row]:
    file = work.portal / "recipients.csv"
    if not file.is_file():
        raise AuditInputError(
            "There is no portal/recipients.csv, so nobody knows whose the portal's messages are: add it and run again."
        )
    work.keep_raw(file, sha256_of(file))
    rows = read_rows(file, _FILES["recipients"], ("bydelRessursId", "kommunenummer"))
    checked(rows, file, "bydelRessursId", lambda value: bool(_UUID.fullmatch(value)), "must be a UUID.")
    placed = with_place(rows, file)
    places: dict[str, tuple[str, str]] = {}
    for row in placed:
        place = (row["canonical_no"], row["district_no"])
        if places.setdefault(row["bydelRessursId"].lower(), place) != place:
            raise AuditInputError(
                f"portal/recipients.csv, row {row['source_row']}: the same bydelRessursId stands for two places. "
                "Ask KS which is right."
            )
    return placed


def _read_times(rows: list[Row], file: Path, columns: Sequence[str], remedy: str) -> None:
    """Turn every way of writing ISO 8601 (`20200901` too) to the one that the SQL reads; a date stays a date.

    Raises:
        AuditInputError: a value is neither empty nor a date or time.
    """
    for column in columns:
        checked(rows, file, column, lambda value: not value or _iso(value) is not None, remedy)
        for row in rows:
            row[column] = _iso(row[column]) or ""


def _iso(value: str) -> str | None:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(value).isoformat()
        except ValueError:
            continue
    return None
