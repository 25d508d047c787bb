"""Whether KS may delete: the decision made anew from the inputs. Holds unless everything is met."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Param, chain, dag, get_current_context, task


@dag(
    schedule=None,
    start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"),
    catchup=False,
    max_active_runs=1,
    params={"as_of": Param(None, type=["null", "string"], title="Per", description="Tidspunktet kjøringen gjelder")},
    default_args={"owner": "frigivelsen"},
    tags=["beslutter"],
    dag_display_name="Frigivelse for sletting",
    doc_md="""
### Frigivelse for sletting
Gjør hele revisjonen om igjen fra kildene og leser beslutningen. Står det noe i veien, feiler kjøringen og sier hva.
Den frigir aldri noe: er alt oppfylt, venter beslutningen på to godkjenninger.
""",
)
def deletion_release() -> None:
    @task
    def evaluate() -> list[dict[str, Any]]:
        from meldingskontroll.orchestration import run_audit

        return run_audit(get_current_context())

    @task
    def decide() -> dict[str, Any]:
        from meldingskontroll.orchestration import ready_for_approval

        return ready_for_approval(get_current_context())

    chain(evaluate(), decide())


deletion_release()
