"""Writes the tables that outsiders read (contract §2): findings, municipalities, requirements. Always in one order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Requirement, iso_utc
from meldingskontroll.lake import WorkFolder, defused, write_text

FINDINGS = """(
    SELECT
        message_id::UUID AS message_id, municipality_no::VARCHAR AS municipality_no,
        district_no::VARCHAR AS district_no, service_id::VARCHAR AS service_id, sent_at_utc::TIMESTAMP AS sent_at_utc,
        form_type::VARCHAR AS form_type, outcome::VARCHAR AS outcome, matched_by::VARCHAR AS matched_by,
        candidate_group::VARCHAR AS candidate_group, loss_probability::DOUBLE AS loss_probability
    FROM reconcile__findings
)"""
MUNICIPALITIES = """(
    SELECT
        e.municipality_no, e.district_no, e.service_id, v.verdict,
        coalesce(r.sent, 0)::BIGINT AS sent, coalesce(r.registered, 0)::BIGINT AS registered,
        coalesce(r.printed, 0)::BIGINT AS printed, coalesce(r.not_delivered, 0)::BIGINT AS not_delivered,
        coalesce(r.in_transit, 0)::BIGINT AS in_transit, coalesce(r.lost, 0)::BIGINT AS lost,
        coalesce(r.unknown, 0)::BIGINT AS unknown, coalesce(r.lost_low, 0)::BIGINT AS lost_low,
        coalesce(r.lost_high, 0)::BIGINT AS lost_high, r.coverage_from_utc, r.coverage_to_utc,
        coalesce(r.coverage_share, 0)::DOUBLE AS coverage_share, r.clock_offset_s::BIGINT AS clock_offset_s, v.reasons
    FROM roster__entries AS e
    JOIN verification__verdicts AS v USING (entry_id)
    LEFT JOIN reconcile__entries AS r USING (entry_id)
)"""
REQUIREMENTS = """
    SELECT q.municipality_no, q.district_no, q.requirement, q.met, q.reason, q.evidence
    FROM verification__requirements AS q
    JOIN (SELECT unnest($requirements::VARCHAR[]) AS requirement,
                 generate_subscripts($requirements::VARCHAR[], 1) AS place) AS a USING (requirement)
    ORDER BY q.municipality_no, q.district_no, a.place
"""


def publish(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> None:
    """Write `findings.parquet`, `municipalities.parquet` and `.csv`, `requirements.csv` from the relations on hand.

    The same relations give the same bytes. A roster without entries gives files with columns and no rows.
    """
    sql.write_parquet(connection, FINDINGS, work.findings, order_by="service_id NULLS FIRST, sent_at_utc, message_id")
    sql.write_parquet(connection, MUNICIPALITIES, work.municipalities, order_by="municipality_no, district_no")
    _write_csv(work, connection)


def _write_csv(work: WorkFolder, connection: duckdb.DuckDBPyConnection) -> None:
    cursor = connection.execute(f"SELECT * FROM {MUNICIPALITIES} ORDER BY municipality_no, district_no")  # noqa: S608
    write_text(work.municipalities_csv, csv_text([c[0] for c in cursor.description or []], cursor.fetchall()))
    cursor = connection.execute(REQUIREMENTS, {"requirements": [str(requirement) for requirement in Requirement]})
    write_text(work.requirements_csv, csv_text([c[0] for c in cursor.description or []], cursor.fetchall()))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as semicolon-separated text: `true|false`, times as ISO with Z, lists joined by `|`, empty for nothing.

    Text that a spreadsheet could run is defused.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_written(value) for value in row] for row in rows)
    return text.getvalue()


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return iso_utc(value) or ""
    if isinstance(value, list):
        return "|".join(str(item) for item in value)
    return str(defused(value))
