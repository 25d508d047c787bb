"""Hand-made lakes for tests: the tables of `docs/architecture.md`, written as Parquet from dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from meldingskontroll.lake import WorkFolder

TABLES: dict[str, str] = {
    "portal__messages": "message_id UUID, recipient_id UUID, org_id VARCHAR, sent_text VARCHAR, sent_utc TIMESTAMP,"
    " sent_later_utc TIMESTAMP, form_type VARCHAR, channel VARCHAR, acknowledged_utc TIMESTAMP,"
    " from_case_system BOOLEAN, source_file VARCHAR, source_row BIGINT",
    "portal__events": "message_id UUID, at_utc TIMESTAMP, event_type VARCHAR, state VARCHAR, account VARCHAR,"
    " description_present BOOLEAN",
    "portal__extract": "declared BOOLEAN, problem VARCHAR, from_utc TIMESTAMP, to_utc TIMESTAMP,"
    " extracted_utc TIMESTAMP, declared_total BIGINT, unique_ids BIGINT, rows_read BIGINT, invalid_rows BIGINT,"
    " conflicting_ids BIGINT, repeated_rows BIGINT",
    "roster__municipalities": "municipality_no VARCHAR, name VARCHAR, county_no VARCHAR, county VARCHAR,"
    " valid_from DATE, valid_to DATE",
    "roster__services": "service_id VARCHAR, name VARCHAR, host_municipality_no VARCHAR",
    "roster__service_members": "service_id VARCHAR, municipality_no VARCHAR, district_no VARCHAR, valid_from DATE,"
    " valid_to DATE",
    "roster__renumberings": "old_no VARCHAR, canonical_no VARCHAR",
    "roster__recipients": "recipient_id UUID, municipality_no VARCHAR, district_no VARCHAR, district_name VARCHAR,"
    " org_id VARCHAR, account_type VARCHAR, case_system VARCHAR, source_row BIGINT",
    "roster__case_systems": "municipality_no VARCHAR, canonical_no VARCHAR, district_no VARCHAR, case_system VARCHAR,"
    " from_utc TIMESTAMP, to_utc TIMESTAMP, source VARCHAR, source_row BIGINT",
    "roster__fixes": "municipality_no VARCHAR, canonical_no VARCHAR, district_no VARCHAR, version VARCHAR,"
    " version_parts INTEGER[], installed_utc TIMESTAMP, confirmed_by VARCHAR, confirmed_utc TIMESTAMP,"
    " source_row BIGINT",
    "roster__entries": "entry_id VARCHAR, municipality_no VARCHAR, canonical_no VARCHAR, district_no VARCHAR,"
    " service_id VARCHAR, host_municipality_no VARCHAR, name VARCHAR, district_name VARCHAR, case_system VARCHAR,"
    " ended_utc TIMESTAMP, case_system_conflict BOOLEAN, made_from VARCHAR",
    "roster__periods": "entry_id VARCHAR, from_utc TIMESTAMP, to_utc TIMESTAMP",
    "roster__entry_recipients": "entry_id VARCHAR, recipient_id UUID",
    "roster__entry_services": "entry_id VARCHAR, service_id VARCHAR, host_canonical_no VARCHAR, from_date DATE,"
    " to_date DATE",
    "roster__unheld": "entry_id VARCHAR, reason VARCHAR, messages BIGINT, listed_under VARCHAR,"
    " first_sent_utc TIMESTAMP, last_sent_utc TIMESTAMP",
    "intake__uploads": "folder_no VARCHAR, file_name VARCHAR, sha256 VARCHAR, size_bytes BIGINT,"
    " arrived_utc TIMESTAMP, status VARCHAR, format VARCHAR, case_system VARCHAR, case_system_version VARCHAR,"
    " exported_utc TIMESTAMP, exported_until_utc TIMESTAMP, period_from_utc TIMESTAMP, period_to_utc TIMESTAMP,"
    " period_is_proof BOOLEAN, speaks_municipalities VARCHAR[], speaks_districts VARCHAR[], rows_read BIGINT,"
    " rows_accepted BIGINT, rows_rejected BIGINT, same_bytes_as VARCHAR, messages_json VARCHAR",
    "intake__registrations": "upload_sha256 VARCHAR, folder_no VARCHAR, file_row INTEGER, message_id UUID,"
    " received_local TIMESTAMP, received_utc TIMESTAMP, received_later_utc TIMESTAMP, resolution_s INTEGER,"
    " item_type VARCHAR, reporter VARCHAR, channel VARCHAR, municipality_no VARCHAR, district_no VARCHAR",
    "survey__answers": "answer_id VARCHAR, received_utc TIMESTAMP, service_id VARCHAR, on_behalf_of VARCHAR[],"
    " role VARCHAR, case_systems VARCHAR[], integrated VARCHAR[], missing VARCHAR, stated BIGINT,"
    " stated_by_service MAP(VARCHAR, BIGINT), other_missing VARCHAR[], routines VARCHAR, deviation VARCHAR,"
    " informed VARCHAR[], discarded BOOLEAN, superseded BOOLEAN, source_file VARCHAR, source_row BIGINT",
    "survey__by_service": "service_id VARCHAR, answer_id VARCHAR, own BOOLEAN, stated BIGINT, counted BOOLEAN",
    "survey__totals": "received BIGINT, answers BIGINT, discarded BIGINT, superseded BIGINT, could_be_affected BIGINT,"
    " with_losses BIGINT, losses_stated BIGINT, losses BIGINT",
    "survey__problems": "source_file VARCHAR, source_row BIGINT, code VARCHAR",
    "followup__actions": "municipality_no VARCHAR, canonical_no VARCHAR, message_id UUID, candidate_group VARCHAR,"
    " action VARCHAR, action_date DATE, done_by_present BOOLEAN, source_file VARCHAR, source_row BIGINT",
    "reconcile__findings": "message_id UUID, municipality_no VARCHAR, district_no VARCHAR, service_id VARCHAR,"
    " sent_at_utc TIMESTAMP, form_type VARCHAR, outcome VARCHAR, matched_by VARCHAR, candidate_group VARCHAR,"
    " loss_probability DOUBLE, entry_id VARCHAR, recipient_id UUID, channel VARCHAR, acknowledged_utc TIMESTAMP,"
    " covered BOOLEAN, required BOOLEAN, upload_sha256 VARCHAR, file_row INTEGER, received_utc TIMESTAMP,"
    " delay_s BIGINT, matched_elsewhere BOOLEAN, cause VARCHAR",
    "reconcile__entries": "entry_id VARCHAR, sent BIGINT, registered BIGINT, printed BIGINT, not_delivered BIGINT,"
    " in_transit BIGINT, lost BIGINT, unknown BIGINT, lost_low BIGINT, lost_high BIGINT, coverage_from_utc TIMESTAMP,"
    " coverage_to_utc TIMESTAMP, coverage_share DOUBLE, required_from_utc TIMESTAMP, required_to_utc TIMESTAMP,"
    " required_seconds BIGINT, unknown_required BIGINT, clock_convention VARCHAR, clock_offset_s BIGINT,"
    " clock_periods STRUCT(from_local VARCHAR, to_local VARCHAR, convention VARCHAR, identified BOOLEAN,"
    " offset_s BIGINT, drift_s_a_day DOUBLE)[],"
    " portal_covered BOOLEAN, uploads BIGINT, registrations BIGINT",
    "reconcile__coverage": "entry_id VARCHAR, from_utc TIMESTAMP, to_utc TIMESTAMP",
    "reconcile__proven": "entry_id VARCHAR, from_utc TIMESTAMP, to_utc TIMESTAMP",
    "reconcile__silences": "entry_id VARCHAR, from_utc TIMESTAMP, to_utc TIMESTAMP, messages BIGINT,"
    " upload_sha256s VARCHAR[]",
    "reconcile__rows_gone": "later_sha256 VARCHAR, earlier_sha256 VARCHAR, folder_no VARCHAR, rows BIGINT",
    "reconcile__extras": "entry_id VARCHAR, upload_sha256 VARCHAR, file_row INTEGER, received_utc TIMESTAMP,"
    " reason VARCHAR",
    "reconcile__nobody": "recipient_id UUID, messages BIGINT, known_recipient BOOLEAN",
    "quality__checks": "check_id VARCHAR, suite VARCHAR, severity VARCHAR, status VARCHAR, observed VARCHAR,"
    " unexpected BIGINT",
    "quality__drill": "planted BIGINT, found BIGINT, false_alarms BIGINT, method VARCHAR",
    "verification__requirements": "entry_id VARCHAR, municipality_no VARCHAR, district_no VARCHAR,"
    " requirement VARCHAR, met BOOLEAN, reason VARCHAR, evidence VARCHAR",
    "verification__survey_heard": "entry_id VARCHAR, from_date DATE, to_date DATE, received_on DATE,"
    " service_id VARCHAR, answer_id VARCHAR, received_utc TIMESTAMP, missing VARCHAR, services VARCHAR[],"
    " stated_in_all BIGINT, stated BIGINT, own BOOLEAN, counted BOOLEAN, is_judged_by BOOLEAN",
    "verification__verdicts": "entry_id VARCHAR, verdict VARCHAR, reasons VARCHAR[]",
}
"""The columns of every table that one room hands on to another."""

Rows = Iterable[Mapping[str, Any]]


def columns_of(relation: str) -> list[str]:
    """The column names of a table, in order."""
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t ({TABLES[relation]})")
    return [row[0] for row in connection.execute("DESCRIBE t").fetchall()]


def make_table(connection: duckdb.DuckDBPyConnection, relation: str, rows: Rows = ()) -> None:
    """Make one table on a connection. A column that a row leaves out is NULL; one that the table lacks is an error."""
    connection.execute(f"CREATE OR REPLACE TABLE {relation} ({TABLES[relation]})")
    given = [dict(row) for row in rows]
    described = connection.execute(f"DESCRIBE {relation}").fetchall()
    types = {name: kind for name, kind, *_ in described}
    surplus = {name for row in given for name in row} - set(types)
    if surplus:
        raise KeyError(f"{relation} has no {sorted(surplus)}")
    if not given:
        return
    structure = json.dumps([types_to_json(types)])
    text = json.dumps(given, default=str, ensure_ascii=False)
    connection.execute(
        f"INSERT INTO {relation} SELECT r.* FROM (SELECT unnest(from_json($rows, '{structure}')) AS r)",  # noqa: S608
        {"rows": text},
    ).fetchall()


def types_to_json(types: Mapping[str, str]) -> dict[str, Any]:
    """DuckDB types in the form that `from_json` reads: a list is a one-element list."""
    return {name: [kind[:-2]] if kind.endswith("[]") else kind for name, kind in types.items()}


def write_table(work: WorkFolder, relation: str, rows: Rows = ()) -> Path:
    """Write one table to the lake of a work folder. Returns its path."""
    target = work.table(relation)
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        make_table(connection, relation, rows)
        connection.execute(f"COPY {relation} TO '{target}' (FORMAT parquet)").fetchall()
    return target


def write_lake(work: WorkFolder, tables: Mapping[str, Rows] | None = None) -> None:
    """Write every table of the architecture: the rows given, and no rows for the tables that are not named."""
    given = dict(tables or {})
    for relation in TABLES:
        write_table(work, relation, given.pop(relation, ()))
    if given:
        raise KeyError(f"no such table: {sorted(given)}")


def read_table(work: WorkFolder, relation: str, order_by: str = "ALL") -> list[dict[str, Any]]:
    """The rows of a table of the lake."""
    with duckdb.connect() as connection:
        cursor = connection.execute(f"SELECT * FROM read_parquet('{work.table(relation)}') ORDER BY {order_by}")  # noqa: S608
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
