"""What the tests under real Airflow share: a home with a migrated database, made once, and a small nation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.airflow_runs import Airflow, airflow_environment, copied


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with one of each oddity."""
    from meldingskontroll.simulation.nation import simulate

    folder = tmp_path_factory.mktemp("nation") / "nation"
    simulate(folder, 7, scenario="small")
    return folder


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    home = tmp_path_factory.mktemp("airflow")
    command = str(Path(sys.executable).parent / "airflow")
    environment = airflow_environment(home, home / "work")
    done = subprocess.run([command, "db", "migrate"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return Airflow(home)


@pytest.fixture
def work(nation: Path, tmp_path: Path) -> Path:
    """A copy of the nation's inputs, with the portal's log as KS hands it over."""
    return copied(nation, tmp_path / "work")
