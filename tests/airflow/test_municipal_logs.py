"""What an operator sees of the municipalities' logs under real Airflow."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from support.airflow_runs import Airflow, Ran, copied


@pytest.fixture(scope="module")
def read(airflow: Airflow, nation: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A nation's inboxes, one of them still empty, read once."""
    work = copied(nation, tmp_path_factory.mktemp("read") / "work")
    (work / "drop" / "0301" / "inbox").mkdir(parents=True)
    return work, airflow.run(work, {"municipal_logs": {}})


def asked(airflow: Airflow, ran: Ran, query: str) -> list[tuple[Any, ...]]:
    """Airflow's own database on one run of the DAG."""
    (report,) = [report for report in ran.reports if report["event"] == "end"]
    with sqlite3.connect(airflow.home / "airflow.db") as database:
        return database.execute(query, {"run": report["run_id"]}).fetchall()


def test_each_municipality_that_sent_something_is_a_task_named_by_it_and_by_what_became_of_its_files(
    airflow: Airflow, read: tuple[Path, Ran]
) -> None:
    work, ran = read
    assert ran.states == {"municipal_logs": "success"}
    query = "SELECT rendered_map_index FROM task_instance WHERE run_id = :run AND task_id = 'collect'"
    shown = {label[:4]: label for (label,) in asked(airflow, ran, query)}
    assert set(shown) == {path.parent.parent.name for path in work.glob("drop/*/inbox/*")}
    assert "0301" not in shown
    assert shown["3002"] == "3002 Moss: 1 mottatt med merknader"
    assert shown["4650"].endswith(": 1 mottatt, 1 avvist")


def test_a_task_tells_each_receipt_in_short_and_where_it_lies(airflow: Airflow, read: tuple[Path, Ran]) -> None:
    work, ran = read
    query = "SELECT value FROM xcom WHERE run_id = :run AND task_id = 'collect' AND key = 'return_value'"
    told = [entry for (value,) in asked(airflow, ran, query) for entry in json.loads(value)["receipts"]]
    assert {work / entry["receipt"] for entry in told} == set(work.glob("drop/*/receipts/*.html"))
    refused = [entry for entry in told if entry["status"] == "avvist"]
    assert refused and all(entry["said"] and entry["period"] == "" for entry in refused)


def test_the_assets_event_tells_how_many_files_came(airflow: Airflow, read: tuple[Path, Ran]) -> None:
    work, ran = read
    query = "SELECT extra FROM asset_event WHERE source_run_id = :run AND source_dag_id = 'municipal_logs'"
    (extra,) = [json.loads(row[0]) for row in asked(airflow, ran, query)]
    assert sum(extra["files"].values()) == len(list(work.glob("drop/*/receipts/*.html")))
    assert "avvist" in extra["shown"]


def test_a_run_without_news_has_no_task_for_any_municipality(airflow: Airflow, read: tuple[Path, Ran]) -> None:
    ran = airflow.run(read[0], {"municipal_logs": {}})
    assert (ran.status, ran.states) == (0, {"municipal_logs": "success"})
    query = "SELECT task_id, state, map_index FROM task_instance WHERE run_id = :run ORDER BY task_id"
    assert asked(airflow, ran, query) == [
        ("collect", "skipped", -1),
        ("find", "success", -1),
        ("gather", "success", -1),
    ]
    assert asked(airflow, ran, "SELECT id FROM asset_event WHERE source_run_id = :run") == []
