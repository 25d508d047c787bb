"""The synthetic nation, the folder that is audited, and the simulated portal: what `make run` and `make up` share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from children import Children, free_port, tail, wait_for_port

ROOT = Path(__file__).resolve().parents[1]
SEED = 2023
PORTAL_PORT = 8765
MELDINGSKONTROLL = str(Path(sys.executable).parent / "meldingskontroll")
# What comes from registries, municipalities and Bufdir; the truth is for `meldingskontroll truth`, no audit reads it.
# The portal's log is not among them: it is fetched over HTTP.
_BROUGHT = ("SYNTETISK.txt", "registry", "drop", "survey", "followup", "portal/recipients.csv", "truth")


class DemonstrationError(Exception):
    """The demonstration cannot go on. The message is for the person at the terminal."""


def build_nation(started: Children, var: Path) -> subprocess.Popen[str] | None:
    """Start to write the nation into `var/nation`; None if it is there from before."""
    if (var / "nation" / "truth" / "nation.json").is_file():
        return None
    unfinished = var / "nation.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [MELDINGSKONTROLL, "simulate", "--out", str(unfinished), "--seed", str(SEED)]
    return started.start(command, os.environ, var / "log" / "simulate.log")


def finish_nation(building: subprocess.Popen[str] | None, var: Path) -> None:
    """Wait for the nation, and put it in its place.

    Raises:
        DemonstrationError: it could not be written.
    """
    if building is None:
        return
    if building.wait() != 0:
        raise DemonstrationError(f"The nation could not be built:\n{tail(var / 'log' / 'simulate.log')}")
    shutil.rmtree(var / "nation", ignore_errors=True)
    (var / "nation.unfinished").rename(var / "nation")


def lay_out_work(var: Path) -> Path:
    """Make `var/work`, the folder that is audited, with the municipalities' uploads; left as it is if it is there."""
    work = var / "work"
    if not work.exists():
        with tempfile.TemporaryDirectory(prefix=".work-", dir=var) as temporary:
            unfinished = Path(temporary) / "work"
            for name in _BROUGHT:
                source, target = var / "nation" / name, unfinished / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, target, symlinks=True)
                elif source.exists():
                    shutil.copy2(source, target)
            unfinished.rename(work)
    return work


def moment_of(var: Path) -> str:
    """The moment that the nation is audited at, ISO 8601."""
    return str(json.loads((var / "nation" / "truth" / "nation.json").read_text())["as_of"])


def start_portal(started: Children, var: Path) -> dict[str, str]:
    """Start the simulated portal on loopback, over the nation's own log.

    Returns:
        The settings that a client of it needs, as environment variables.

    Raises:
        DemonstrationError: it does not answer.
    """
    port = free_port(PORTAL_PORT)
    key, log = var / "portal" / "client.pem", var / "log" / "portal.log"
    key.parent.mkdir(parents=True, exist_ok=True)
    key.unlink(missing_ok=True)
    command = [MELDINGSKONTROLL, "portal", "serve", "--work", str(var / "nation"), "--port", str(port)]
    child = started.start([*command, "--client-key", str(key)], os.environ, log)
    if not wait_for_port(port, child, 60) or not key.is_file():
        raise DemonstrationError(f"The simulated portal does not answer:\n{tail(log)}")
    address = f"http://127.0.0.1:{port}"
    return {
        "MELDINGSKONTROLL_PORTAL_URL": address,
        "MELDINGSKONTROLL_PORTAL_TOKEN_URL": f"{address}/token",
        "MELDINGSKONTROLL_PORTAL_AUDIENCE": f"{address}/",
        "MELDINGSKONTROLL_PORTAL_CLIENT_KEY": str(key),
    }


def migrate(started: Children, environment: Mapping[str, str], home: Path) -> subprocess.Popen[str]:
    """Start to make or update Airflow's database."""
    airflow = str(Path(sys.executable).parent / "airflow")
    return started.start([airflow, "db", "migrate"], environment, home.parent / "log" / "migrate.log")
