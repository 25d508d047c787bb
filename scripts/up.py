"""`make up`: Airflow with its pages and scheduler on loopback, over the synthetic nation and the simulated portal.

One server's shape: LocalExecutor, SQLite, local folders. Ctrl-C ends everything that was started.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from children import Children, children, free_port, tail, wait_for_port
from demonstration import DemonstrationError, moment_of, start_portal
from rich.console import Console
from run_nation import HOME, VAR, prepare, progress_on, run_dags

USER = "admin"
AIRFLOW = str(Path(sys.executable).parent / "airflow")


def main() -> int:
    try:
        with children() as started:
            parts = _start(started)
            while all(part.poll() is None for part in parts):
                time.sleep(0.5)
            print(f"A part of Airflow stopped by itself; what it said is in {VAR / 'log'}.")
            return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running.")
        return 0
    except DemonstrationError as problem:
        print(problem)
        return 1


def _start(started: Children) -> list[subprocess.Popen[str]]:
    port = free_port(8080)
    work = VAR / "work"
    with progress_on(Console(soft_wrap=True, highlight=False)) as progress:
        environment = prepare(started, progress, port)
        environment |= start_portal(started, VAR)
        if not (work / "out" / "release.json").is_file():
            run_dags(started, progress, environment)
    environment |= {"MELDINGSKONTROLL_AS_OF": moment_of(VAR)}
    password = _password(HOME / "passwords.json")
    print("Starting Airflow …", flush=True)
    # The scheduler comes last: a task that runs before the API server answers has failed.
    server = _part(started, environment, "api-server")
    if not wait_for_port(port, server, 240):
        raise DemonstrationError(f"Airflow does not answer:\n{tail(_log('api-server'))}")
    parts = [server, *(_part(started, environment, name) for name in ("dag-processor", "triggerer", "scheduler"))]
    print(
        f"\nAirflow:   http://127.0.0.1:{port}   user {USER}, password {password}\n"
        f"Overview:  http://127.0.0.1:{port}/meldingskontroll/oversikt/index.html\n"
        f"Portal:    {environment['MELDINGSKONTROLL_PORTAL_URL']} (simulated)\n"
        f"Drop:      {work / 'drop'}\n"
        "The DAGs are on and speak of the nation's own moment. Ctrl-C stops everything.",
        flush=True,
    )
    return parts


def _part(started: Children, environment: Mapping[str, str], name: str) -> subprocess.Popen[str]:
    return started.start([AIRFLOW, name], environment, _log(name))


def _log(name: str) -> Path:
    return VAR / "log" / f"{name}.log"


def _password(file: Path) -> str:
    """The administrator's password on this machine: made once, in a file that only its owner can read."""
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            json.dump({USER: secrets.token_urlsafe(12)}, stream)
    return str(json.loads(file.read_text())[USER])


if __name__ == "__main__":
    sys.exit(main())
