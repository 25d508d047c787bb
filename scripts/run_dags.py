"""Runs DAGs to their end in this process, one after the other, as Airflow itself does with `airflow dags test`.

Each begin and end is one line of JSON on standard output, for the caller that shows the progress; Airflow's own log
goes to standard error. Exit status 1: a DAG did not succeed.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main(arguments: list[str]) -> int:
    """Arguments: pairs of a DAG's id and the run's conf as JSON."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DagRunState

    bag = DagBag()
    if bag.import_errors:
        return _stop("a DAG file cannot be read", {"files": sorted(bag.import_errors)})
    for dag_id, conf in zip(arguments[::2], arguments[1::2], strict=True):
        if dag_id not in bag.dags:
            return _stop("there is no DAG of this name", {"dag_id": dag_id})
        begun = time.time()
        _say("begin", dag_id=dag_id)
        run = bag.dags[dag_id].test(run_conf=json.loads(conf))
        _say("end", dag_id=dag_id, run_id=run.run_id, state=str(run.state), seconds=round(time.time() - begun, 2))
        if run.state != DagRunState.SUCCESS:
            return 1
    return 0


def _say(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}), file=sys.__stdout__, flush=True)


def _stop(reason: str, values: dict[str, Any]) -> int:
    _say("error", reason=reason, **values)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
