"""The DAG files as Airflow reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from meldingskontroll import audit
from support.airflow_runs import Airflow, airflow_environment

DAG_IDS = {"portal_log", "municipal_logs", "survey_responses", "national_audit", "deletion_release", "daily_control"}
_READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag, nothing = DagBag(), DagBag(sys.argv[1])
heavy = [name for name in ("duckdb", "great_expectations", "pandas", "meldingskontroll.audit") if name in sys.modules]
rule = lambda t: str(getattr(t.trigger_rule, "value", t.trigger_rule))
describe = lambda dag: {
    "owner": dag.owner, "tags": sorted(dag.tags), "doc": dag.doc_md, "catchup": dag.catchup, "tasks": [
        {"id": t.task_id, "rule": rule(t), "up": sorted(t.upstream_task_ids)}
        for t in dag.tasks
    ],
}
print(json.dumps({
    "errors": bag.import_errors, "heavy": heavy, "dags": {i: describe(d) for i, d in bag.dags.items()},
    "nothing": [len(nothing.dags), len(nothing.import_errors)],
}))
"""


@pytest.fixture(scope="module")
def bag(airflow: Airflow) -> dict[str, Any]:
    environment = airflow_environment(airflow.home, airflow.home / "work")
    command = [sys.executable, "-c", _READ, str(airflow.home / "no such folder")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_airflow_reads_every_dag_and_no_other_without_an_error(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert set(bag["dags"]) == DAG_IDS


def test_a_missing_folder_gives_no_error_which_is_why_the_names_are_counted(bag: dict[str, Any]) -> None:
    assert bag["nothing"] == [0, 0]


def test_reading_the_dags_imports_no_heavy_library(bag: dict[str, Any]) -> None:
    assert bag["heavy"] == []


def test_every_dag_says_in_norwegian_what_it_does_and_whose_it_is(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        assert dag["owner"] not in {"", "airflow"}, dag_id
        assert dag["tags"], dag_id
        assert "###" in dag["doc"], dag_id
        assert dag["catchup"] is False, dag_id


def test_the_national_audit_is_the_steps_of_the_command_in_their_order(bag: dict[str, Any]) -> None:
    tasks = bag["dags"]["national_audit"]["tasks"]
    names = list(audit.STEPS)
    at = names.index("reconcile")
    names[at : at + 1] = ["plan_buckets", "reconcile", "gather_buckets"]
    wanted = {name: [before] if before else [] for before, name in zip([None, *names], names, strict=False)}
    # What gathers the buckets also asks the plan which there are.
    wanted["gather_buckets"] = ["plan_buckets", "reconcile"]
    assert {task["id"]: task["up"] for task in tasks} == wanted


def test_no_task_goes_on_as_if_nothing_had_happened_but_those_that_count_outcomes(bag: dict[str, Any]) -> None:
    tasks = [(dag_id, task) for dag_id, dag in bag["dags"].items() for task in dag["tasks"]]
    lenient = {(dag_id, task["id"]) for dag_id, task in tasks if task["rule"] != "all_success"}
    assert lenient == {("municipal_logs", "gather"), ("national_audit", "gather_buckets")}
