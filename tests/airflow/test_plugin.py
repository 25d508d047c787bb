"""The one Airflow plugin: the overview, read-only, the release service, and nothing else of the work folder."""

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
apps, _ = plugins_manager.get_fastapi_plugins()
heavy = [name for name in ("duckdb", "great_expectations", "pandas", "meldingskontroll") if name in sys.modules]
heavy += [name for name in sys.modules if name.startswith("meldingskontroll.")]
from fastapi import FastAPI
from starlette.testclient import TestClient

server = FastAPI()
for app in apps:
    server.mount(app["url_prefix"], app["app"])
client = TestClient(server)

def ask(method, path):
    import anyio
    from meldingskontroll_plugin import overview
    if path.startswith("/deletion-release"):
        answer = client.request(method, path)
        return [answer.status_code, answer.text]
    sent = []
    scope = {"type": "http", "method": method, "path": "/meldingskontroll" + path, "root_path": "/meldingskontroll",
             "headers": [], "query_string": b"", "scheme": "http", "server": ("127.0.0.1", 80), "http_version": "1.1"}
    async def receive(): await anyio.sleep_forever()
    async def send(message): sent.append(message)
    anyio.run(overview, scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return [sent[0]["status"], body.decode("utf-8", "replace")]

asked = {f"{m} {p}": ask(m, p) for m, p in (line.split(" ", 1) for line in sys.argv[1:])}
from meldingskontroll_plugin import MeldingskontrollPlugin
menu = {view["name"]: view["href"] for view in MeldingskontrollPlugin.external_views}
print(json.dumps({"asked": asked, "menu": menu, "apps": [app["url_prefix"] for app in apps], "heavy": heavy}))
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
    "GET /deletion-release/",
    "GET /deletion-release/health",
    "GET /deletion-release/v1/status",
    "GET /deletion-release/v1/jwks.json",
    "POST /deletion-release/v1/clearance",
    "GET /deletion-release/oversikt/index.html",
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


def test_airflow_mounts_the_overview_and_the_release_service_and_nothing_else(answers: dict[str, Any]) -> None:
    assert answers["apps"] == ["/meldingskontroll", "/deletion-release"]


def test_the_menu_links_to_both_by_addresses_without_a_leading_slash(answers: dict[str, Any]) -> None:
    assert answers["menu"] == {
        "Landsoversikten": "meldingskontroll/oversikt/index.html",
        "Frigivelse": "deletion-release/",
    }


def test_the_service_has_the_same_paths_in_airflow_as_alone(answers: dict[str, Any]) -> None:
    status, page = answers["asked"]["GET /deletion-release/"]
    assert status == 200
    assert "Sletting holdes tilbake" in page
    assert answers["asked"]["GET /deletion-release/health"] == [200, '{"status": "ok"}']
    assert answers["asked"]["GET /deletion-release/v1/jwks.json"][0] == 200


def test_airflows_login_is_not_what_guards_the_service(answers: dict[str, Any]) -> None:
    """Nobody has logged in here, and there is no token: only what is public is answered."""
    for call in ("GET /deletion-release/v1/status", "POST /deletion-release/v1/clearance"):
        assert answers["asked"][call][0] == 401
    assert answers["asked"]["GET /deletion-release/oversikt/index.html"][0] == 401


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
