"""Runs DAGs to their end in this process, one after the other, as Airflow itself does with `airflow dags test`.

Each begin and end is one line of JSON on standard output, for the caller that shows the progress; everything that
Airflow and the tasks print goes to standard error. Exit status 1: a DAG did not succeed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


class Reports:
    """Standard output kept for our own lines: what others print there goes to standard error."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def say(self, event: str, **values: Any) -> None:
        print(json.dumps({"event": event, **values}), file=self._stream, flush=True)


def main(arguments: list[str]) -> int:
    """Arguments: pairs of a DAG's id and the run's conf as JSON."""
    reports = Reports()
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DagRunState

    bag = DagBag()
    wanted = list(zip(arguments[::2], arguments[1::2], strict=True))
    if bag.import_errors or any(dag_id not in bag.dags for dag_id, _ in wanted):
        reports.say("error", files=sorted(bag.import_errors), known=sorted(bag.dags))
        return 1
    for dag_id, conf in wanted:
        begun = time.time()
        reports.say("begin", dag_id=dag_id)
        run = bag.dags[dag_id].test(run_conf=json.loads(conf))
        seconds = round(time.time() - begun, 2)
        reports.say("end", dag_id=dag_id, run_id=run.run_id, state=str(run.state), seconds=seconds)
        if run.state != DagRunState.SUCCESS:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
