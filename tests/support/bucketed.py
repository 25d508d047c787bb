"""A scene reconciled from a lake, in one pass or in buckets, and what was left there, byte for byte."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.reconcile.buckets import reconcile
from meldingskontroll.reconcile.run import READS, TABLES
from meldingskontroll.settings import Settings
from support.scene import Scene, at


def clock_of(scene: Scene) -> Clock:
    return Clock(at(scene.as_of).replace(tzinfo=UTC))


def laid_out(scene: Scene, folder: Path) -> WorkFolder:
    """The scene's tables in the lake of a work folder."""
    work = WorkFolder(folder)
    with sql.connect(Settings(duckdb_threads=1)) as connection:
        scene.lay_out(connection)
        sql.save(connection, work, READS)
    return work


def left_by(work: WorkFolder, clock: Clock, buckets: int) -> dict[str, bytes]:
    """The bytes of every table that a reconciliation in so many buckets leaves."""
    reconcile(work, clock, Settings(duckdb_threads=1, reconcile_buckets=buckets))
    return {relation: work.table(relation).read_bytes() for relation in TABLES}
