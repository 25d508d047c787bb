"""The DAG that asks two people, under real Airflow, answered through the function behind Airflow's own API."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.approvers import enter_approver
from support.airflow_runs import AS_OF, Airflow, airflow_environment

RUN = Path(__file__).resolve().parents[1] / "support" / "answered_run.py"
KARI, OLA = "Kari Ås", "Ola Nordmann"
USERS = {"MELDINGSKONTROLL_APPROVER_USERS": f"kari={KARI};ola={OLA}"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing in the way, and two people's keys beside it."""
    from meldingskontroll.simulation.nation import simulate

    folder = tmp_path_factory.mktemp("clean")
    simulate(folder / "work", 5, 1, scenario="clean")
    for name in (KARI, OLA):
        enter_approver(WorkFolder(folder / "work"), name, folder / f"{name}.json")
    return folder


def answer(place: Path, name: str, user: str, option: str = "Approve") -> dict[str, str]:
    return {"user": user, "option": option, "as": name, "key": str(place / f"{name}.json")}


def run(
    airflow: Airflow, place: Path, answers: list[dict[str, str]], users: Mapping[str, str] = USERS
) -> dict[str, Any]:
    environment = airflow_environment(airflow.home, place / "work") | users
    environment["PYTHONPATH"] = str(RUN.parents[1])
    command = [sys.executable, str(RUN), json.dumps({"as_of": AS_OF}), json.dumps(answers)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout.splitlines()[-1])) | {"log": done.stderr}


def decision(place: Path) -> dict[str, Any]:
    return dict(json.loads((place / "work" / "out" / "release.json").read_text()))


def test_a_no_fails_the_run_and_releases_nothing(airflow: Airflow, place: Path) -> None:
    found = run(airflow, place, [answer(place, KARI, "kari", "Reject")])
    assert found["state"] == "failed", found["log"][-4000:]
    assert found["said"] == ["403 taken"]
    assert found["tasks"]["approval_1"] == "failed"
    assert found["tasks"]["record_1"] == "upstream_failed"
    assert decision(place)["global_reasons"] == ["AWAITING_APPROVAL"]
    assert decision(place)["approvals"] == []


def test_two_named_people_release_and_nobody_else_is_heard(airflow: Airflow, place: Path) -> None:
    found = run(airflow, place, [answer(place, KARI, "kari"), answer(place, OLA, "ola")])
    assert found["state"] == "success", found["log"][-4000:]
    assert found["said"] == ["403 taken", "403 taken"]
    assert set(found["tasks"].values()) == {"success"}
    assert decision(place)["decision"] == "RELEASE"
    assert [one["name"] for one in decision(place)["approvals"]] == [KARI, OLA]
    assert (place / "work" / "out" / "release.jws").is_file()
