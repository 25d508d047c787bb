"""The whole audit, room by room: the same steps as `meldingskontroll audit`, a task each."""

from typing import Any

import pendulum
from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, Param, chain, dag, get_current_context, task

NATIONAL_AUDIT = Asset("national_audit")
# The names of audit.STEPS, the reconciliation in buckets; a test holds the two together: parsing imports no library.
STEPS = {
    "inputs": "Kildene", "portal": "Portalens logg", "roster": "Omfanget", "intake": "Kommunenes logger",
    "survey": "Spørreundersøkelsen", "stage": "Plass til resultatene", "plan_buckets": "Fordelingen i bøtter",
    "reconcile": "Avstemmingen", "gather_buckets": "Samlingen av bøttene", "verification": "Kravene",
    "receipts": "Kvitteringene", "drill": "Kontrollprøven", "quality": "Kontrollene", "decision": "Beslutningen",
    "overview": "Oversikten", "publish": "Offentliggjøringen",
}  # fmt: skip


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
    def room(name: str, **options: Any) -> Any:
        @task(task_id=name, task_display_name=STEPS[name], **options)
        def run(given: Any = None) -> Any:
            from meldingskontroll.orchestration import run_step

            context = get_current_context()
            context["bucket_name"] = given["name"] if name == "reconcile" else ""
            return run_step(name, context, given)

        return run

    done = {"plan_buckets": room("plan_buckets")()}
    done["reconcile"] = room("reconcile", map_index_template="{{ bucket_name }}").expand(given=done["plan_buckets"])
    # It runs whatever became of the buckets: one that was left out fails it by name, and is not left out silently too.
    done["gather_buckets"] = room("gather_buckets", trigger_rule="all_done")(done["plan_buckets"])
    done["publish"] = room("publish", outlets=[NATIONAL_AUDIT])()
    chain(*(done[name] if name in done else room(name)() for name in STEPS))


national_audit()
