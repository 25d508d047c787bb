"""Whether KS may delete: evaluated, approved by two named people, evaluated anew at each. Holds unless all is met."""

from typing import Any

import pendulum
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, chain, dag, get_current_context, task


def named_people_only(context: Any) -> None:
    from meldingskontroll.orchestration_release import name_approvers

    name_approvers(context)  # fmt: skip


@dag(
    schedule=None, start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"), catchup=False, max_active_runs=1,
    params={"as_of": Param(None, type=["null", "string"], title="Per", description="Tidspunktet kjøringen gjelder")},
    default_args={"owner": "frigivelsen"},
    tags=["beslutter"],
    dag_display_name="Frigivelse for sletting",
    doc_md="""
### Frigivelse for sletting
Gjør hele revisjonen om igjen fra kildene. Står noe i veien, feiler kjøringen og sier hva. Ellers spør den to navngitte
personer etter tur. Hver limer inn en erklæring signert på egen maskin, og revisjonen gjøres om igjen før den teller.
Sier én av dem nei, feiler kjøringen, og ingenting frigis. Etter den andre godkjenningen er sletting frigitt i 24 timer.
""",
)  # fmt: skip
def deletion_release() -> None:
    @task
    def evaluate() -> dict[str, Any]:
        from meldingskontroll.orchestration_release import evaluate

        return evaluate(get_current_context())

    @task
    def record(answer: Any, last: bool) -> dict[str, Any]:
        from meldingskontroll.orchestration_release import record_approval

        return record_approval(get_current_context(), answer, last=last)

    @task
    def renew() -> dict[str, Any]:
        from meldingskontroll.orchestration_release import renew

        return renew(get_current_context())

    field = Param("", type="string", format="multiline", title="Signert erklæring", description="Linjen fra kommandoen")
    first, second = (
        ApprovalOperator(
            task_id=f"approval_{number}", task_display_name=f"Godkjenning {number}", fail_on_reject=True,
            subject=f"Kan meldingene slettes? Godkjenning {number} av 2", params={"statement": field},
            body="{{ ti.xcom_pull(task_ids='evaluate')['shown'] }}", pre_execute=named_people_only,
        ) for number in (1, 2)
    )  # fmt: skip
    names = [record.override(task_id=f"record_{n}", task_display_name=f"Godkjenning {n} føres") for n in (1, 2)]
    chain(evaluate(), first, names[0](first.output, False), second, names[1](second.output, True), renew())


deletion_release()
