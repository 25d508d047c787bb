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

from airflow_environment import airflow_environment
from children import Children, children, free_port, tail, wait_for_port
from demonstration import (
    ROOT,
    DemonstrationError,
    build_nation,
    finish_nation,
    lay_out_work,
    migrate,
    moment_of,
    start_portal,
)

VAR = ROOT / "var"
HOME = VAR / "airflow"
USER = "admin"
FIRST_DAY = "2020-09-01T00:00:00+02:00"
AIRFLOW = str(Path(sys.executable).parent / "airflow")


def main() -> int:
    try:
        with children() as started:
            airflow = _start(started)
            while airflow.poll() is None:
                time.sleep(0.5)
            print(f"{tail(VAR / 'log' / 'standalone.log')}\nAirflow stopped by itself.")
            return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running.")
        return 0
    except DemonstrationError as problem:
        print(problem)
        return 1


def _start(started: Children) -> subprocess.Popen[str]:
    port = free_port(8080)
    environment = airflow_environment(HOME, VAR / "work", port=port)
    password = _password(HOME / "passwords.json")
    print("Building the nation and Airflow's database …", flush=True)
    migration = migrate(started, environment, HOME)
    finish_nation(build_nation(started, VAR), VAR)
    work = lay_out_work(VAR)
    if migration.wait() != 0:
        raise DemonstrationError(f"Airflow's database could not be made:\n{tail(VAR / 'log' / 'migrate.log')}")
    environment |= start_portal(started, VAR) | {"MELDINGSKONTROLL_AS_OF": moment_of(VAR)}
    if not (work / "portal" / "manifest.json").is_file():
        print("Asking for the portal's whole log …", flush=True)
        _airflow(started, environment, "dags", "reserialize")
        conf = json.dumps({"from": FIRST_DAY, "to": moment_of(VAR)})
        _airflow(started, environment, "dags", "trigger", "portal_log", "--conf", conf)
    print("Starting Airflow …", flush=True)
    airflow = started.start([AIRFLOW, "standalone"], environment, VAR / "log" / "standalone.log")
    if not wait_for_port(port, airflow, 180):
        raise DemonstrationError(f"Airflow does not answer:\n{tail(VAR / 'log' / 'standalone.log')}")
    print(
        f"\nAirflow:   http://127.0.0.1:{port}   user {USER}, password {password}\n"
        f"Overview:  http://127.0.0.1:{port}/meldingskontroll/oversikt/index.html, once national_audit has run\n"
        f"Portal:    {environment['MELDINGSKONTROLL_PORTAL_URL']} (simulated)\n"
        f"Drop:      {work / 'drop'}\n"
        "The DAGs are on and speak of the nation's own moment. Ctrl-C stops everything.",
        flush=True,
    )
    return airflow


def _airflow(started: Children, environment: Mapping[str, str], *arguments: str) -> None:
    log = VAR / "log" / "command.log"
    if started.start([AIRFLOW, *arguments], environment, log).wait() != 0:
        raise DemonstrationError(f"airflow {' '.join(arguments[:2])} failed:\n{tail(log)}")


def _password(file: Path) -> str:
    """The administrator's password on this machine: made once, in a file that only its owner can read."""
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            json.dump({USER: secrets.token_urlsafe(12)}, stream)
    return str(json.loads(file.read_text())[USER])


if __name__ == "__main__":
    sys.exit(main())
