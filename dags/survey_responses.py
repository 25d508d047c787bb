"""The questionnaire's answers and what was done about each loss."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Asset, CronTriggerTimetable, dag, get_current_context, task

SURVEY_RESPONSES = Asset("survey_responses")


@dag(
    schedule=CronTriggerTimetable("30 5 * * *", timezone="Europe/Oslo"),
    start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "spørreundersøkelsen"},
    tags=["henter inn"],
    dag_display_name="Spørreundersøkelsen",
    doc_md="""
### Spørreundersøkelsen
Leser tjenestenes svar og kommunenes oppfølging av hvert tap. At svar mangler, er et funn og ikke en feil.
""",
)
def survey_responses() -> None:
    @task(outlets=[SURVEY_RESPONSES])
    def survey() -> dict[str, Any]:
        from meldingskontroll.orchestration import run_step

        return run_step("survey", get_current_context(), alone=True)

    survey()


survey_responses()
