"""Real Airflow in a process of its own, on a work folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from airflow_environment import airflow_environment  # noqa: E402

AS_OF = "2023-07-01T06:00:00Z"
INPUTS = ("registry", "portal", "drop", "survey", "followup")


@dataclass(frozen=True)
class Ran:
    """What a process with Airflow said and left behind."""

    status: int
    reports: list[dict[str, Any]]
    log: str

    @property
    def states(self) -> dict[str, str]:
        return {r["dag_id"]: r["state"] for r in self.reports if r["event"] == "end"}


@dataclass(frozen=True)
class Airflow:
    """Airflow's home, its database made."""

    home: Path

    def run(self, work: Path, wanted: dict[str, dict[str, str]], settings: dict[str, str] | None = None) -> Ran:
        """Run DAGs one after the other, each with its conf, until one does not succeed."""
        environment = airflow_environment(self.home, work) | (settings or {})
        command = [sys.executable, str(SCRIPTS / "run_dags.py")]
        for dag_id, conf in wanted.items():
            command += [dag_id, json.dumps({"as_of": AS_OF, **conf})]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
        return Ran(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)


def copied(source: Path, target: Path) -> Path:
    """The inputs of a work folder, and nothing that was made from them."""
    for name in INPUTS:
        if (source / name).exists():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("receipts"))
    return target
