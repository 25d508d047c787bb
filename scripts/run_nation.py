"""`make run`: a synthetic nation audited from end to end under Airflow, in one terminal.

Everything that it makes is in var/. Run again, it takes up what is there; `rm -rf var` begins anew.
"""

from __future__ import annotations

import csv
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from airflow_environment import airflow_environment
from children import Children, children, tail
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
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from run_state import library_seconds, task_counts

VAR = ROOT / "var"
HOME = VAR / "airflow"
DATABASE = HOME / "airflow.db"
FIRST_DAY = "2020-09-01T00:00:00+02:00"
_TITLES = {
    "portal_log": "The portal's log, by month",
    "municipal_logs": "The municipalities' logs",
    "survey_responses": "The survey and the follow-up",
    "national_audit": "The audit, room by room",
    "daily_control": "What can still be fetched",
}
# Where the mapped tasks are what a person wants to see counted.
_COUNTED = {"portal_log": "extract", "municipal_logs": "collect"}


def main() -> int:
    console = Console(soft_wrap=True, highlight=False)
    begun = time.monotonic()
    try:
        with children() as started, progress_on(console) as progress:
            environment = prepare(started, progress)
            environment |= start_portal(started, VAR)
            seconds = run_dags(started, progress, environment)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running. Run again to take up where it was.")
        return 130
    except DemonstrationError as problem:
        console.print(str(problem), style="red", markup=False)
        return 1
    _summarise(console, seconds, time.monotonic() - begun)
    return 0


def prepare(started: Children, progress: Progress, port: int = 8080) -> dict[str, str]:
    """Build the nation, the folder to audit and Airflow's database where they are missing. Returns the environment."""
    environment = airflow_environment(HOME, VAR / "work", port=port)
    stage = progress.add_task("The nation, synthetic, and Airflow's database", total=None)
    migration = migrate(started, environment, HOME)
    finish_nation(build_nation(started, VAR), VAR)
    lay_out_work(VAR)
    if migration.wait() != 0:
        raise DemonstrationError(f"Airflow's database could not be made:\n{tail(VAR / 'log' / 'migrate.log')}")
    progress.update(stage, total=1, completed=1)
    return environment


def run_dags(started: Children, progress: Progress, environment: dict[str, str]) -> dict[str, float]:
    """Run the DAGs to their end in one process of their own. Returns the seconds of the library and of Airflow with it.

    Raises:
        DemonstrationError: a DAG did not succeed.
    """
    as_of = moment_of(VAR)
    command = [sys.executable, str(ROOT / "scripts" / "run_dags.py")]
    for dag_id in _TITLES:
        span = {"from": FIRST_DAY, "to": as_of} if dag_id == "portal_log" else {}
        command += [dag_id, json.dumps({"as_of": as_of, **span})]
    log = VAR / "log" / "airflow.log"
    log.unlink(missing_ok=True)
    child = started.start(command, environment, log, stdout=subprocess.PIPE)
    seconds = {"library": 0.0, "airflow": 0.0}
    for report in _reports(child, progress):
        if report["event"] == "error":
            raise DemonstrationError(f"Airflow cannot read the DAGs {report['files'] or report['known']}: {log}")
        if report["state"] != "success":
            raise DemonstrationError(f"{tail(log, 30)}\n{_title(report['dag_id'])} failed. The whole log is in {log}.")
        seconds["library"] += library_seconds(DATABASE, report["dag_id"], report["run_id"])
        seconds["airflow"] += report["seconds"]
    if child.wait() != 0:
        raise DemonstrationError(f"{tail(log, 30)}\nAirflow stopped. The whole log is in {log}.")
    return seconds


def _reports(child: subprocess.Popen[str], progress: Progress) -> Iterator[dict[str, Any]]:
    """Follow the DAGs, showing how many tasks are done. Yields what the runner says of each DAG's end."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_pass_on, args=(child, lines), daemon=True).start()
    dag_id, stage = "", progress.add_task("Airflow starts", total=None)
    while True:
        try:
            line = lines.get(timeout=0.4)
        except queue.Empty:
            line = "{}"
        if line == "":
            return
        if dag_id:
            done, known = task_counts(DATABASE, dag_id, _COUNTED.get(dag_id))
            progress.update(stage, total=known or None, completed=done)
        report = json.loads(line)
        if report.get("event") == "begin":
            if not dag_id:
                progress.update(stage, total=1, completed=1)
            dag_id = report["dag_id"]
            stage = progress.add_task(_title(dag_id), total=None)
        elif report:
            yield report


def _pass_on(child: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(line)
    lines.put("")


def _title(dag_id: str) -> str:
    """What a stage is called; the municipalities' says how many of those that must be heard have sent something."""
    if dag_id != "municipal_logs":
        return _TITLES[dag_id]
    with (VAR / "work" / "registry" / "case_systems.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter=";") if row["fagsystem"] == "VISMA_FAMILIA"]
    users = {row["kommunenummer"] for row in rows}
    sent = sum(1 for _ in (VAR / "work" / "drop").iterdir())
    return f"The logs of {sent} municipalities ({len(users)} use Visma Familia)"


def _summarise(console: Console, seconds: dict[str, float], elapsed: float) -> None:
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.summary import print_summary

    console.print()
    print_summary(WorkFolder(VAR / "work"), console=console)
    around = seconds["airflow"] - seconds["library"]
    console.print(
        f"Time: {elapsed:.0f} s, of which the library {seconds['library']:.0f} s, Airflow around it {around:.0f} s, "
        f"start-up and the nation {elapsed - seconds['airflow']:.0f} s. All data are synthetic."
    )


def progress_on(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


if __name__ == "__main__":
    sys.exit(main())
