"""`make run`: a synthetic nation audited from end to end under Airflow, in one terminal.

Everything that it makes is in var/. Run again, it takes up what is there; `rm -rf var` begins anew.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

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
FIRST_DAY = "2020-09-01T00:00:00+02:00"
_TITLES = {
    "portal_log": "The portal's log, by month",
    "municipal_logs": "The municipalities' logs, one task each",
    "survey_responses": "The survey and the follow-up",
    "national_audit": "The audit, room by room",
    "daily_control": "What can still be fetched",
}


def main() -> int:
    console = Console(soft_wrap=True, highlight=False)
    begun = time.monotonic()
    try:
        with children() as started, _progress(console) as progress:
            work, seconds = _run(started, progress, console)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running. Run again to take up where it was.")
        return 130
    except DemonstrationError as problem:
        console.print(str(problem), style="red", markup=False)
        return 1
    _summarise(console, work, seconds, time.monotonic() - begun)
    return 0


def _run(started: Children, progress: Progress, console: Console) -> tuple[Path, dict[str, float]]:
    home = VAR / "airflow"
    environment = airflow_environment(home, VAR / "work")
    stage = progress.add_task("The nation, synthetic, and Airflow's database", total=None)
    migration = migrate(started, environment, home)
    finish_nation(build_nation(started, VAR), VAR)
    work = lay_out_work(VAR)
    if migration.wait() != 0:
        raise DemonstrationError(f"Airflow's database could not be made:\n{tail(VAR / 'log' / 'migrate.log')}")
    progress.update(stage, total=1, completed=1)
    environment |= start_portal(started, VAR)

    as_of = moment_of(VAR)
    conf = {"as_of": as_of}
    wanted = {name: conf | ({"from": FIRST_DAY, "to": as_of} if name == "portal_log" else {}) for name in _TITLES}
    command = [sys.executable, str(ROOT / "scripts" / "run_dags.py")]
    for dag_id, run_conf in wanted.items():
        command += [dag_id, json.dumps(run_conf)]
    log = VAR / "log" / "airflow.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("")
    child = started.start(command, environment, log, stdout=subprocess.PIPE)
    seconds = {"library": 0.0, "airflow": 0.0}
    for report in _reports(child, progress, home / "airflow.db"):
        if report["event"] == "error":
            raise DemonstrationError(f"Airflow cannot read the DAGs {report['files'] or report['known']}: {log}")
        if report["state"] != "success":
            raise DemonstrationError(f"{tail(log, 30)}\n{_TITLES[report['dag_id']]} failed. The whole log is in {log}.")
        seconds["library"] += library_seconds(home / "airflow.db", report["dag_id"], report["run_id"])
        seconds["airflow"] += report["seconds"]
    if child.wait() != 0:
        raise DemonstrationError(f"{tail(log, 30)}\nAirflow stopped. The whole log is in {log}.")
    return work, seconds


def _reports(child: subprocess.Popen[str], progress: Progress, database: Path) -> Iterator[dict[str, str | float]]:
    """Follow the DAGs, showing how many tasks are done. Yields what the runner says of each DAG's end."""
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        dag_id, stage = "", progress.add_task("Airflow starts", total=None)
        while True:
            if selector.select(timeout=0.4):
                line = child.stdout.readline()
                if not line:
                    return
                report = json.loads(line)
                if report["event"] == "begin":
                    progress.update(stage, total=1, completed=1) if not dag_id else None
                    dag_id = report["dag_id"]
                    stage = progress.add_task(_TITLES[dag_id], total=None)
                    continue
                done, known = task_counts(database, dag_id) if dag_id else (0, 0)
                progress.update(stage, total=known, completed=done)
                yield report
            elif dag_id:
                done, known = task_counts(database, dag_id)
                progress.update(stage, total=known or None, completed=done)


def _summarise(console: Console, work: Path, seconds: dict[str, float], elapsed: float) -> None:
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.summary import print_summary

    console.print()
    print_summary(WorkFolder(work), console=console)
    around = seconds["airflow"] - seconds["library"]
    console.print(
        f"Time: {elapsed:.0f} s, of which the library {seconds['library']:.0f} s, Airflow around it {around:.0f} s, "
        f"start-up and the nation {elapsed - seconds['airflow']:.0f} s. All data are synthetic."
    )


def _progress(console: Console) -> Progress:
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
