"""Runs `deletion_release` in this process and answers what it asks of people, as Airflow's own API takes an answer.

Arguments: the run's conf, and the answers as a list of `{"user", "option", "as", "key"}`, one for each approval.
Each answer is signed with the key from what the task shows. Prints one line of JSON: the run's state, its tasks'
states, and what the API said to each answer.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

DAG_ID = "deletion_release"


def answer_all(answers: list[dict[str, str]], said: list[str], stop: threading.Event) -> None:
    """Wait for each approval to ask, and answer it."""
    for number, answer in enumerate(answers, start=1):
        while not stop.is_set():
            found = waiting(f"approval_{number}")
            if found is not None:
                break
            time.sleep(0.1)
        else:
            return
        said.append(give(*found, answer))


def waiting(task_id: str) -> tuple[str, str, str] | None:
    """The run, the task and what it shows, once it waits for a person."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from sqlalchemy.exc import OperationalError

    try:
        with create_session() as session:
            asked = select(TaskInstance.run_id, HITLDetail.body).join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
            found = session.execute(
                asked.where(
                    TaskInstance.dag_id == DAG_ID,
                    TaskInstance.task_id == task_id,
                    TaskInstance.state == "awaiting_input",
                    HITLDetail.responded_at.is_(None),
                )
            ).first()
    except OperationalError:
        return None
    return (found[0], task_id, str(found[1])) if found else None


def give(run_id: str, task_id: str, shown: str, answer: dict[str, str]) -> str:
    """Give an answer through the function behind Airflow's API. Returns what it said."""
    from airflow.api_fastapi.app import init_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
    from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
    from airflow.utils.session import create_session
    from fastapi import HTTPException

    from meldingskontroll.release.statement import sign_request

    init_auth_manager()
    (request,) = re.findall(r"--request (\S+)", shown)
    statement = sign_request(answer["as"], Path(answer["key"]), request) if answer["as"] else ""
    payload = UpdateHITLDetailPayload(chosen_options=[answer["option"]], params_input={"statement": statement})
    said = []
    # Somebody who is not named tries first, each time.
    for user in ("somebody", answer["user"]):
        try:
            with create_session() as session:
                person = SimpleAuthManagerUser(username=user, role="admin")
                update_hitl_detail(DAG_ID, run_id, task_id, payload, person, session)
            said.append("taken")
        except HTTPException as refused:
            said.append(str(refused.status_code))
    return " ".join(said)


def main(conf: str, answers: str) -> int:
    stream = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.session import create_session

    said: list[str] = []
    stop = threading.Event()
    people = threading.Thread(target=answer_all, args=(json.loads(answers), said, stop))
    people.start()
    try:
        run = DagBag().dags[DAG_ID].test(run_conf=json.loads(conf))
    finally:
        stop.set()
        people.join()
    with create_session() as session:
        tasks = {ti.task_id: str(ti.state) for ti in run.get_task_instances(session=session)}
    found: dict[str, Any] = {"state": str(run.state), "tasks": tasks, "said": said}
    print(json.dumps(found), file=stream, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
