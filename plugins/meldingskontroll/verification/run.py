"""Judges every requirement of every roster entry (contract §2), each with a reason and its evidence."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import Clock, Requirement, norwegian_date
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
from meldingskontroll.verification import overrides
from meldingskontroll.verification.publish import publish

INPUTS = (
    "portal__extract",
    "roster__renumberings",
    "roster__entries",
    "roster__entry_services",
    "roster__entry_recipients",
    "roster__recipients",
    "roster__periods",
    "roster__unheld",
    "roster__fixes",
    "reconcile__entries",
    "reconcile__findings",
    "reconcile__proven",
    "reconcile__silences",
    "survey__spoken_for",
    "survey__by_service",
    "survey__disagreements",
    "followup__actions",
)
RESULTS = (
    "verification__losses",
    "verification__overrides",
    "verification__requirements",
    "verification__survey_heard",
    "verification__verdicts",
)
CLEAN_SECONDS = 7 * 24 * 3600
"""How long an entry must be proven after its fix: the contract's 7 × 24 hours."""


class SpineBroken(Exception):
    """The requirements do not number the roster's entries times the requirements: a fault of ours."""


def verify(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Leave `verification__requirements` and `verification__verdicts`, and write the tables in `out/`.

    Raises:
        SpineBroken: an entry or a requirement is missing, repeated or without a reason.
        AuditInputError: the overrides cannot be used.
    """
    with sql.connect(settings) as connection:
        sql.load(connection, work, INPUTS)
        judge(connection, clock, settings, overrides.read_given(work))
        sql.save(connection, work, RESULTS, order_by="ALL")
        publish(connection, work)


def judge(
    connection: duckdb.DuckDBPyConnection, clock: Clock, settings: Settings, given: pa.Table | None = None
) -> None:
    """Make the verification's relations on a connection that has the input tables, and check their spine.

    `given` are the overrides, as `overrides.read_given` reads them.
    """
    connection.register("verification__given_overrides", overrides.SCHEMA.empty_table() if given is None else given)
    sql.run_stage(connection, "verification", parameters(clock, settings))
    _check_spine(connection)


def parameters(clock: Clock, settings: Settings) -> dict[str, Any]:
    """The values that the verification's SQL binds."""
    return {
        "as_of_utc": clock.as_of_utc,
        "as_of_date": norwegian_date(clock.as_of),
        "fixed_parts": version_parts(settings.fixed_version),
        "clean_seconds": CLEAN_SECONDS,
        "requirements": [str(requirement) for requirement in Requirement],
    }


def version_parts(version: str) -> list[int]:
    """A version as numbers to compare one by one; trailing zeros say nothing and are left out.

    Raises:
        ValueError: the version is not numbers separated by full stops.
    """
    parts = [int(part) for part in version.strip().split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return parts


def _check_spine(connection: duckdb.DuckDBPyConnection) -> None:
    counts = sql.rows(
        connection,
        """
        SELECT
            (SELECT count(*) FROM roster__entries) AS entries,
            (SELECT count(*) FROM verification__verdicts) AS verdicts,
            count(*) AS requirements,
            count(DISTINCT (entry_id, requirement)) AS pairs,
            count(*) FILTER (
                met IS NULL OR coalesce(reason, '') = '' OR coalesce(evidence, '') = ''
                OR NOT list_contains($requirements::VARCHAR[], requirement)
            ) AS incomplete
        FROM verification__requirements
        """,
        {"requirements": [str(requirement) for requirement in Requirement]},
    )[0]
    expected = counts["entries"] * len(Requirement)
    whole = counts["requirements"] == counts["pairs"] == expected and counts["verdicts"] == counts["entries"]
    if not whole or counts["incomplete"]:
        raise SpineBroken(f"requirements do not cover the roster: {counts}")
