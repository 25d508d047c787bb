"""What the parts of the reconciliation read and make, as their SQL says, and how a relation is divided into buckets."""

from __future__ import annotations

import math
import re
from pathlib import Path

import duckdb

from meldingskontroll import sql
from meldingskontroll.lake import WorkFolder
from meldingskontroll.reconcile.run import BUCKET, files_of
from meldingskontroll.settings import Settings

MOST_BUCKETS = 64
_RELATION = re.compile(r"\b(?:portal|roster|intake|reconcile)__[a-z_]+")
# By which key, and in the order in which they are looked for, a row finds the buckets that need it.
_HOMES = {
    "message_no": "SELECT message_no AS key, bucket, own FROM reconcile_buckets__messages",
    "entry_id": "SELECT name AS key, bucket, true AS own FROM reconcile_buckets__places WHERE kind = 'entry'",
    "upload_id": "SELECT name AS key, bucket, true AS own FROM reconcile_buckets__places WHERE kind = 'upload'",
}


class MissingPartError(Exception):
    """A part that the plan names is not there, or not whole. The text names it."""


def buckets_for(rows: int, settings: Settings) -> int:
    """How many buckets a nation of so many messages and registrations is worth (docs/decisions/0006)."""
    if settings.reconcile_buckets:
        return settings.reconcile_buckets
    return max(1, min(MOST_BUCKETS, math.ceil(rows / settings.reconcile_bucket_rows)))


def rows_to_reconcile(work: WorkFolder, settings: Settings) -> int:
    """The messages and registrations in the lake."""
    with sql.connect(settings) as connection:
        sql.load(connection, work, ("portal__messages", "intake__registrations"))
        query = "SELECT (SELECT count(*) FROM portal__messages) + (SELECT count(*) FROM intake__registrations)"
        return int(connection.execute(query).fetchall()[0][0])


def _files(part: range) -> list[Path]:
    return files_of(part) + (sql.stage_files("reconcile_rounds") if part == BUCKET else [])


def read_by(part: range) -> set[str]:
    """The relations that the files of a part name and do not themselves make."""
    named = {relation for file in _files(part) for relation in _RELATION.findall(sql.statement_of(file))}
    return named - made_by(part)


def made_by(part: range) -> set[str]:
    """The relations that the files of a part make."""
    return {sql.relation_of(file) for file in files_of(part)}


def split(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """A query for the rows of a relation with the buckets that need them, by the first key it has; without one, all do.

    Raises:
        MissingPartError: rows would be in no bucket.
    """
    columns = {row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()}
    key = next((key for key in _HOMES if key in columns), None)
    if key is None:
        return f"SELECT 0 AS bucket, true AS own, * FROM {relation}"  # noqa: S608
    homes = _HOMES[key]
    homeless = f"SELECT count(*) FROM {relation} ANTI JOIN ({homes}) AS home ON home.own AND home.key = {key}"  # noqa: S608
    if connection.execute(homeless).fetchall()[0][0]:
        raise MissingPartError(f"{relation} has rows that are in no bucket")
    return (
        f"SELECT home.bucket, home.own, held.* FROM {relation} AS held "  # noqa: S608
        f"JOIN ({homes}) AS home ON home.key = held.{key} ORDER BY home.bucket, held.{key}"
    )
