"""The whole audit, room by room: the same steps as `meldingskontroll audit`, a task each."""

from typing import Any

import pendulum
from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, Param, chain, dag, get_current_context, task

NATIONAL_AUDIT = Asset("national_audit")
# The names of audit.STEPS, in its order; a test holds the two together, so that no library is imported to parse a DAG.
STEPS = {
    "inputs": "Kildene",
    "portal": "Portalens logg",
    "roster": "Omfanget",
    "intake": "Kommunenes logger",
    "survey": "Spørreundersøkelsen",
    "stage": "Plass til resultatene",
    "reconcile": "Avstemmingen",
    "verification": "Kravene",
    "receipts": "Kvitteringene",
    "drill": "Kontrollprøven",
    "quality": "Kontrollene",
    "decision": "Beslutningen",
    "overview": "Oversikten",
    "publish": "Offentliggjøringen",
}


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 6 * * *", timezone="Europe/Oslo"),
        assets=Asset("portal_log") | Asset("municipal_logs") | Asset("survey_responses"),
    ),
    start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"),
    catchup=False,
    max_active_runs=1,
    params={"as_of": Param(None, type=["null", "string"], title="Per", description="Tidspunktet kjøringen gjelder")},
    default_args={"owner": "revisjonen"},
    tags=["avstemmer"],
    dag_display_name="Landsoversikten",
    doc_md="""
### Landsoversikten
Avstemmer portalens logg mot kommunenes logger, prøver kravene for hver kommune og skriver beslutningen og oversikten.
Kjøres når en logg er endret, og hver dag kl. 06. Beslutningen er HOLD til alle krav er oppfylt og to har godkjent.
Resultatet: [oversikten](/meldingskontroll/oversikt/index.html).
""",
)
def national_audit() -> None:
    def room(name: str, title: str) -> Any:
        @task(task_id=name, task_display_name=title, outlets=[NATIONAL_AUDIT] if name == list(STEPS)[-1] else [])
        def run() -> dict[str, Any]:
            from meldingskontroll.orchestration import run_step

            return run_step(name, get_current_context())

        return run()

    chain(*(room(name, title) for name, title in STEPS.items()))


national_audit()
