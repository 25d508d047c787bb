"""What Airflow's database says of a run: read only, so that looking never disturbs the run."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_COUNTS = """
SELECT count(*) FILTER (WHERE state IN ('success', 'skipped', 'failed', 'upstream_failed', 'removed')), count(*)
FROM task_instance
WHERE run_id = (SELECT run_id FROM dag_run WHERE dag_id = :dag_id ORDER BY id DESC LIMIT 1) AND dag_id = :dag_id
    AND coalesce(:task_id, task_id) = task_id
"""
_RECORDS = "SELECT task_id, value FROM xcom WHERE dag_id = :dag_id AND run_id = :run_id AND key = 'return_value'"


def task_counts(database: Path, dag_id: str, task_id: str | None = None) -> tuple[int, int]:
    """Finished and known task instances of a DAG's latest run, of one task if named; (0, 0) while there is none."""
    try:
        done, known = _rows(database, _COUNTS, {"dag_id": dag_id, "task_id": task_id})[0]
    except sqlite3.Error:
        return 0, 0
    return int(done), int(known)


def library_seconds(database: Path, dag_id: str, run_id: str) -> float:
    """Seconds of the library's own work in a run: what the tasks' outcome records say, each once."""
    total = 0.0
    for task_id, value in _rows(database, _RECORDS, {"dag_id": dag_id, "run_id": run_id}):
        record = json.loads(value)
        record = json.loads(record) if isinstance(record, str) else record
        # The gathering task repeats the time of the tasks before it.
        if isinstance(record, dict) and task_id != "collect":
            total += float(record.get("seconds", 0.0))
    return total


def _rows(database: Path, query: str, parameters: dict[str, str | None]) -> list[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        return connection.execute(query, parameters).fetchall()
