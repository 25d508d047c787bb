"""The one Airflow plugin: the overview, read-only, and nothing else of the work folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.airflow_runs import Airflow, airflow_environment

_ASK = """
import json, sys
from airflow import plugins_manager
heavy = [name for name in ("duckdb", "great_expectations", "pandas") if name in sys.modules]
apps, _ = plugins_manager.get_fastapi_plugins()
import anyio
from meldingskontroll_plugin import overview

def ask(method, path):
    sent = []
    scope = {"type": "http", "method": method, "path": "/meldingskontroll" + path, "root_path": "/meldingskontroll",
             "headers": [], "query_string": b"", "scheme": "http", "server": ("127.0.0.1", 80), "http_version": "1.1"}
    async def receive(): await anyio.sleep_forever()
    async def send(message): sent.append(message)
    anyio.run(overview, scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return [sent[0]["status"], body.decode("utf-8", "replace")]

asked = {f"{m} {p}": ask(m, p) for m, p in (line.split(" ", 1) for line in sys.argv[1:])}
print(json.dumps({"asked": asked, "apps": [app["url_prefix"] for app in apps], "heavy": heavy}))
"""
ASKED = (
    "GET /oversikt/index.html",
    "GET /oversikt/kommuner/4601.html",
    "GET /oversikt/kommuner/0000.html",
    "GET /oversikt/",
    "GET /oversikt/../release.json",
    "GET /oversikt/..%2frelease.json",
    "GET /oversikt/link.html",
    "GET /index.html",
    "POST /oversikt/index.html",
    "DELETE /oversikt/index.html",
)


@pytest.fixture(scope="module")
def answers(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    work = tmp_path_factory.mktemp("pages")
    pages = work / "out" / "overview"
    (pages / "kommuner").mkdir(parents=True)
    (pages / "index.html").write_text("Landsoversikten")
    (pages / "kommuner" / "4601.html").write_text("Bergen")
    (work / "out" / "release.json").write_text("not to be shown")
    (pages / "link.html").symlink_to(work / "out" / "release.json")
    environment = airflow_environment(airflow.home, work)
    command = [sys.executable, "-c", _ASK, *ASKED]
    environment["PYTHONPATH"] = str(Path(environment["AIRFLOW__CORE__PLUGINS_FOLDER"]))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_airflow_mounts_the_overview_and_nothing_else(answers: dict[str, Any]) -> None:
    assert answers["apps"] == ["/meldingskontroll"]


def test_the_plugin_costs_airflows_processes_no_heavy_import(answers: dict[str, Any]) -> None:
    assert answers["heavy"] == []


def test_the_pages_are_served(answers: dict[str, Any]) -> None:
    assert answers["asked"]["GET /oversikt/index.html"] == [200, "Landsoversikten"]
    assert answers["asked"]["GET /oversikt/kommuner/4601.html"] == [200, "Bergen"]


def test_nothing_outside_the_overview_is_served(answers: dict[str, Any]) -> None:
    refused = [call for call in ASKED if call.startswith("GET") and answers["asked"][call][0] == 404]
    assert len(refused) == 6
    assert "not to be shown" not in json.dumps(answers)


def test_the_pages_can_only_be_read(answers: dict[str, Any]) -> None:
    for method in ("POST", "DELETE"):
        assert answers["asked"][f"{method} /oversikt/index.html"][0] == 405
