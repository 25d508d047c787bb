"""One method on one folder of synthetic Parquet, in a process of its own: `python -m benchmarks.kernel METHOD FOLDER`.

The methods of the product run its own SQL files, on views that give the Parquet files the names and columns of the
relations that the files read. It prints one line of JSON: seconds, peak memory in MB, and the answer.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.synthetic import buckets_of
from meldingskontroll import sql
from meldingskontroll.reconcile.run import match_in_rounds
from meldingskontroll.settings import Settings

Answer = dict[str, Any]
_MESSAGES = """
    CREATE VIEW {name} AS
    SELECT message_no, message_id, entry_id, 'FIKS_IO' AS channel, form_type, sent_utc, sent_utc AS sent_later_utc,
           NULL::TIMESTAMP AS acknowledged_utc
    FROM read_parquet('{files}')
"""
_REGISTRATIONS = """
    CREATE VIEW {name} AS
    SELECT row_no, message_id, [entry_id] AS entries, entry_id AS pool, 1::BIGINT AS pool_size,
           'VISMA_FAMILIA' AS source, reporter, 'portal' AS channel, false AS superseded,
           NULL::VARCHAR AS superseded_by,
           1 AS resolution_s, received_utc, received_utc AS at_utc, received_utc AS at_later_utc,
           INTERVAL 30 SECOND AS margin
    FROM read_parquet('{files}')
"""
_ENTRIES = "CREATE TABLE roster__entries AS SELECT DISTINCT entry_id, entry_id AS service_id FROM reconcile__messages"
_BEFORE_ROUNDS = range(45, 49)
_DEADLINE = {"deadline_ms": 40 * 3_600_000}


def _views(connection: duckdb.DuckDBPyConnection, folder: Path, messages: str, rows: str, bucket: str = "*") -> None:
    for statement, name, kind in ((_MESSAGES, messages, "messages"), (_REGISTRATIONS, rows, "registrations")):
        files = str(folder / f"{kind}-{bucket}.parquet").replace("'", "''")
        connection.execute(statement.format(name=name, files=files))


def _run(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    for file in sql.stage_files("reconcile"):
        if file.stem in names:
            sql.run_file(connection, file)


def _told(rows: list[tuple[Any, ...]]) -> Answer:
    counted = sorted((str(entry), *map(int, counts)) for entry, *counts in rows if any(counts))
    return {
        "unnamed": sum(row[1] for row in counted),
        "repeated": sum(row[2] for row in counted),
        "unheld": sum(row[3] for row in counted),
        "services": hashlib.sha256(json.dumps(counted).encode()).hexdigest(),
    }


def id_floor(folder: Path, settings: Settings) -> Answer:
    """Decode every column that the ids need, of both files, and aggregate them: less cannot be done."""
    return _floor(folder, settings, "max(message_id), ")


def time_floor(folder: Path, settings: Settings) -> Answer:
    """The same without the ids."""
    return _floor(folder, settings, "")


def _floor(folder: Path, settings: Settings, ids: str) -> Answer:
    with sql.connect(settings) as connection:
        _views(connection, folder, "messages", "registrations")
        for relation, kind, moment in (("messages", "form_type", "sent_utc"), ("registrations", "reporter", "at_utc")):
            group = "entry_id" if relation == "messages" else "pool"
            query = f"SELECT {group}, {kind}, {ids}max({moment}), count(*) FROM {relation} GROUP BY ALL"  # noqa: S608
            connection.execute(query).fetchall()
    return {}


def id_counts(folder: Path, settings: Settings) -> Answer:
    """What is unnamed, repeated and unheld in each service: `sql/reconcile/30_id_counts.sql`."""
    with sql.connect(settings) as connection:
        _views(connection, folder, "reconcile__messages", "reconcile__registrations")
        _run(connection, "30_id_counts")
        return _told(sql_rows(connection, "SELECT entry_id, unnamed, repeated, unheld FROM reconcile__id_counts"))


def id_matches(folder: Path, settings: Settings) -> Answer:
    """Which registration answers each message: `28_links`, `29_repeats` and `30_matches_by_id`."""
    with sql.connect(settings) as connection:
        _views(connection, folder, "reconcile__messages", "reconcile__registrations")
        connection.execute(_ENTRIES).fetchall()
        _run(connection, "28_links", "29_repeats", "30_matches_by_id")
        return {"matched": sql_rows(connection, "SELECT count(*) FROM reconcile__matches_by_id")[0][0]}


def time_rounds(folder: Path, settings: Settings) -> Answer:
    """Which registration answers each message by time: the rounds and what they rest on, bucket by bucket."""
    answer = {"messages": 0, "matched": 0}
    for bucket in range(buckets_of(folder)):
        with sql.connect(settings) as connection:
            _views(connection, folder, "reconcile__candidates", "reconcile__time_rows", f"{bucket:03d}")
            for file in sql.stage_files("reconcile"):
                if int(file.name[:2]) in _BEFORE_ROUNDS:
                    sql.run_file(connection, file, _DEADLINE)
            match_in_rounds(connection, _DEADLINE)
            answer["matched"] += sql_rows(connection, "SELECT count(*) FROM reconcile__pairs")[0][0]
            answer["messages"] += sql_rows(connection, "SELECT count(*) FROM reconcile__candidates")[0][0]
    return answer


def sql_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


METHODS: dict[str, Callable[[Path, Settings], Answer]] = {
    method.__name__: method for method in (id_floor, time_floor, id_counts, id_matches, time_rounds)
}


def main() -> None:
    name, folder = sys.argv[1:3]
    settings = Settings()
    begun, used = time.perf_counter(), time.process_time()
    answer = METHODS[name](Path(folder), settings)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu_s": cpu, "peak_mb": peak, **answer}) + "\n")


if __name__ == "__main__":
    main()
