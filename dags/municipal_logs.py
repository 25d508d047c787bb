"""What municipalities put in their drop folders: read, answered with a receipt, one task a municipality."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Asset, AssetAlias, CronTriggerTimetable, dag, get_current_context, task

MUNICIPAL_LOGS = Asset("municipal_logs")
ARRIVED = AssetAlias("municipal_logs_arrived")


@dag(
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="Europe/Oslo"),
    start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=2,
    default_args={"owner": "inntak"},
    tags=["henter inn"],
    dag_display_name="Kommunenes logger",
    doc_md="""
### Kommunenes logger
Leser det som er kommet i mottaksmappene siden sist, og legger en kvittering ved siden av: én oppgave for hver kommune
som har sendt noe, med kommunens navn og hva svaret ble. Oppgavens XCom har hver fils kvittering i korthet og hvor siden
ligger. Filene i mottaksmappen røres ikke. Feiler én kommune, blir de andre lest, og kjøringen feiler med nummeret.
""",
)
def municipal_logs() -> None:
    @task
    def find() -> list[dict[str, str]]:
        from meldingskontroll.orchestration import municipalities_with_news

        return municipalities_with_news()

    @task(map_index_template="{{ shown }}")
    def collect(municipality: dict[str, str]) -> dict[str, Any]:
        from meldingskontroll.orchestration import collect_municipality

        context = get_current_context()
        context["shown"] = name = f"{municipality['municipality_no']} {municipality['name']}"
        record = collect_municipality(municipality["municipality_no"], context)
        context["shown"] = f"{name}: {record['shown']}"
        return record

    @task(outlets=[ARRIVED], trigger_rule="all_done")
    def gather(found: list[dict[str, str]], outcomes: list[dict[str, Any]] | None) -> dict[str, Any]:
        from meldingskontroll.orchestration import gather_municipalities

        record = gather_municipalities(found, list(outcomes or []))
        if record["municipalities"]:
            get_current_context()["outlet_events"][ARRIVED].add(MUNICIPAL_LOGS, extra=record)
        return record

    found = find()
    gather(found, collect.expand(municipality=found))


municipal_logs()
