"""The reconciliation in buckets: the same SQL, over groups of services that have nothing to do with each other.

Three parts, so that the middle one can be a task a bucket: `plan` makes what rests on the whole nation and says which
bucket each roster entry and upload is in, `reconcile_bucket` does the rest for one bucket, and `gather` puts the parts
together as the tables that one pass over the nation makes.

A bucket is a hash of a service, or of the first of several services that an upload speaks for. What crosses buckets is
only what an id says: a message that was registered elsewhere is shown to the bucket that registered it, and the row
that answers it is told to the message's bucket when the parts are gathered.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from typing import Any

import duckdb

from meldingskontroll import sql
from meldingskontroll.domain import Clock, iso_utc
from meldingskontroll.lake import WorkFolder
from meldingskontroll.reconcile.exchange import Exchange
from meldingskontroll.reconcile.parts import (
    MissingPartError,
    buckets_for,
    made_by,
    read_by,
    rows_to_reconcile,
    split,
)
from meldingskontroll.reconcile.run import BUCKET, PREPARE, READS, TABLES, keep, parameters, run_part
from meldingskontroll.reconcile.run import reconcile as reconcile_in_one
from meldingskontroll.settings import Settings

Record = dict[str, Any]

_VISITS = """
    SELECT visit.message_no, row.upload_sha256, row.file_row, timed.at_utc
    FROM reconcile__visits AS visit
    JOIN reconcile__registrations AS row ON row.row_no = visit.row_no
    LEFT JOIN reconcile__rows_in_time AS timed ON timed.row_no = visit.row_no
"""


def reconcile(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Leave the `reconcile__*` tables in the lake, in one pass or in buckets: the answer is the same."""
    if buckets_for(rows_to_reconcile(work, settings), settings) == 1:
        reconcile_in_one(work, clock, settings)
    else:
        _reconcile_in_turn(work, clock, settings)


def _reconcile_in_turn(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """One bucket after the other in this process, so that one at a time is in memory."""
    with tempfile.TemporaryDirectory(prefix="meldingskontroll-buckets-", dir=settings.duckdb_temp_directory) as folder:
        run = Buckets(work, clock, settings, folder)
        plan = run.plan("one process")
        for bucket in plan:
            run.reconcile_bucket(bucket)
        run.gather(plan[0]["plan"])


class Buckets:
    """One reconciliation in buckets: what its tasks share is the work folder, the clock and the exchange."""

    def __init__(self, work: WorkFolder, clock: Clock, settings: Settings, address: str = "") -> None:
        self._work, self._clock, self._settings = work, clock, settings
        self._given = parameters(clock, settings)
        self._exchange = Exchange(address or work.bucket_address(settings.lake_url))

    def plan(self, run: str) -> list[Record]:
        """The national pass. `run` names the run, so that what another run left is never taken for this one's.

        Returns:
            The buckets, never none: `{"plan", "of", "name", "bucket", "entries", "uploads", "messages",
            "registrations"}`; `name` is Norwegian.
        """
        with self._exchange.connect(self._settings) as connection:
            sql.load(connection, self._work, READS)
            run_part(connection, PREPARE, self._given)
            number = buckets_for(rows_to_reconcile(self._work, self._settings), self._settings)
            sql.run_stage(connection, "reconcile_buckets", {"buckets": number})
            sizes = sql.rows(connection, "SELECT * FROM reconcile_buckets__sizes ORDER BY bucket")
            # A roster without entries is reconciled too, so that what is mapped over the buckets has one to do.
            sizes = sizes or [{"bucket": 1, "entries": 0, "uploads": 0, "messages": 0, "registrations": 0}]
            plan = self._plan_id(run, number, sizes)
            self._exchange.clear()
            for relation in sorted(read_by(BUCKET)):
                self._exchange.write(connection, split(connection, relation), f"{plan}/plan/{relation}")
            visits = "SELECT true AS own, * FROM reconcile_buckets__visits"
            self._exchange.write(connection, visits, f"{plan}/plan/reconcile__visits")
            for relation in sorted(made_by(PREPARE) & set(TABLES)):
                self._exchange.write(connection, _all_of(relation), f"{plan}/nation/{relation}")
        named = {size["bucket"]: f"bøtte {size['bucket']:02d} av {len(sizes):02d}" for size in sizes}
        buckets = [{"plan": plan, "of": len(sizes), "name": named[size["bucket"]], **size} for size in sizes]
        self._exchange.write_record(f"{plan}/plan", {"as_of_utc": iso_utc(self._clock.as_of), "buckets": buckets})
        return buckets

    def reconcile_bucket(self, bucket: Record) -> Record:
        """Reconcile one bucket, and leave its part: the tables first, then the record that says that they are there.

        Returns:
            `{"bucket", "rows"}`, rows of the part's tables together.

        Raises:
            MissingPartError: the plan is not there, or of another moment.
        """
        plan, number = str(bucket["plan"]), int(bucket["bucket"])
        self._planned(plan)
        with self._exchange.connect(self._settings) as connection:
            for relation in [*sorted(read_by(BUCKET)), "reconcile__visits"]:
                source = self._exchange.rows_of([f"{plan}/plan/{relation}"])
                mine = f"SELECT * EXCLUDE (bucket, own) FROM {source} WHERE bucket IN (0, {number:d})"  # noqa: S608
                _create(connection, relation, mine)
            run_part(connection, BUCKET, self._given)
            _create(connection, "reconcile__visits", _VISITS)
            rows = {
                relation: self._exchange.write(connection, _all_of(relation), f"{_part(plan, number)}/{relation}")
                for relation in sorted(made_by(BUCKET) & set(TABLES) | {"reconcile__visits"})
            }
        self._exchange.write_record(_part(plan, number), rows)
        return {"bucket": number, "rows": sum(rows.values())}

    def gather(self, plan: str) -> Record:
        """Put the parts of every bucket together as the tables of the lake, and clear the exchange.

        Returns:
            `{"buckets", "messages"}`.

        Raises:
            MissingPartError: a bucket of the plan has not left its part, or the parts are not the whole nation.
        """
        planned = self._planned(plan)
        places = {bucket["name"]: _part(plan, bucket["bucket"]) for bucket in planned}
        absent = [name for name, place in places.items() if not self._exchange.has_record(place)]
        if absent:
            raise MissingPartError(f"no result from {', '.join(absent)}: run what is missing again")
        with self._exchange.connect(self._settings) as connection:
            for relation in [*TABLES, "reconcile__visits"]:
                nation = relation in made_by(PREPARE)
                names = [f"{plan}/nation/{relation}"] if nation else [f"{one}/{relation}" for one in places.values()]
                name = "reconcile__parts_of_findings" if relation == "reconcile__findings" else relation
                _create(connection, name, _all_of(self._exchange.rows_of(names)))
            sql.run_stage(connection, "reconcile_gathered")
            connection.execute("ALTER TABLE reconcile_gathered__findings RENAME TO reconcile__findings").fetchall()
            messages = _require_whole(connection, "reconcile__findings", "message_no", planned, "messages")
            _require_whole(connection, "reconcile__entries", "entry_id", planned, "entries")
            keep(connection, self._work)
        self._exchange.clear(plan)
        return {"buckets": len(planned), "messages": messages}

    def _planned(self, plan: str) -> list[Record]:
        """The buckets of a plan, which must be of this run's moment."""
        try:
            record = self._exchange.record(f"{plan}/plan")
        except FileNotFoundError:
            raise MissingPartError(f"the plan {plan} is not there: another run took its place") from None
        if record["as_of_utc"] != iso_utc(self._clock.as_of) or not record["buckets"]:
            raise MissingPartError(f"the plan {plan} is of another moment, or has no bucket")
        return list(record["buckets"])

    def _plan_id(self, run: str, number: int, sizes: list[Record]) -> str:
        """A name that no other plan has: of the run, the moment, the settings, the rules and the inputs."""
        rules = [file.read_text() for room in ("reconcile", "reconcile_rounds") for file in sql.stage_files(room)]
        inputs = [self._work.table(relation).stat() for relation in READS]
        told = [run, str(self._given), number, sizes, rules, [(one.st_size, one.st_mtime_ns) for one in inputs]]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _part(plan: str, number: int) -> str:
    return f"{plan}/bucket-{number:02d}"


def _all_of(source: str) -> str:
    return f"SELECT * FROM {source}"  # noqa: S608 - names of ours


def _create(connection: duckdb.DuckDBPyConnection, relation: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {relation} AS {query}").fetchall()


def _require_whole(
    connection: duckdb.DuckDBPyConnection, relation: str, key: str, planned: list[Record], counted: str
) -> int:
    """Every row that the plan counts must be in the result, once. Returns their number."""
    query = f"SELECT count(*), count(DISTINCT {key}) FROM {relation}"  # noqa: S608 - names of ours
    rows, different = connection.execute(query).fetchall()[0]
    wanted = sum(bucket[counted] for bucket in planned)
    if not rows == different == wanted:
        raise MissingPartError(f"{relation} has {rows} rows of {wanted}, {different} of them different")
    return int(rows)
