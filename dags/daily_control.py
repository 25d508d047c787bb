"""What is not registered and can still be fetched, before it is gone."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task


@dag(
    schedule=CronTriggerTimetable("0 * * * *", timezone="Europe/Oslo"),
    start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"),
    catchup=False,
    max_active_runs=1,
    params={"as_of": Param(None, type=["null", "string"], title="Per", description="Tidspunktet kjøringen gjelder")},
    default_args={"owner": "revisjonen"},
    tags=["varsler"],
    dag_display_name="Daglig kontroll",
    doc_md="""
### Daglig kontroll
Lister meldinger som ikke er registrert, men som portalen fortsatt har innholdet i: den som forsvinner først, øverst.
Listen ligger i `out/daily_control.csv`.
""",
)
def daily_control() -> None:
    @task
    def list_retrievable() -> dict[str, Any]:
        from meldingskontroll.orchestration import list_what_can_be_fetched

        return list_what_can_be_fetched(get_current_context())

    list_retrievable()


daily_control()
