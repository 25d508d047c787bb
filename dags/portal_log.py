"""The portal's delivery log, day by day, in the form in which KS also hands it over as files."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Asset, CronDataIntervalTimetable, Param, dag, get_current_context, task

PORTAL_LOG = Asset("portal_log")


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="Europe/Oslo"),
    start_date=pendulum.datetime(2020, 9, 1, tz="Europe/Oslo"),
    catchup=False,
    max_active_runs=1,
    params={
        "from": Param(None, type=["null", "string"], title="Fra", description="Hent fra dette tidspunktet, med sone"),
        "to": Param(None, type=["null", "string"], title="Til", description="Hent til dette tidspunktet, med sone"),
    },
    default_args={"owner": "portal"},
    tags=["henter inn"],
    dag_display_name="Portalens logg",
    doc_md="""
### Portalens logg
Henter portalens leveringslogg for kjøringens døgn, og de foregående døgnene på nytt, siden kvitteringer kan ha kommet
til. Med `from` og `to` hentes en lengre periode måned for måned. Antallet sammenholdes med portalens egne tall: er
svaret kortere enn portalen sier, feiler oppgaven, og det som var hentet før, står urørt.
""",
)
def portal_log() -> None:
    @task
    def plan() -> list[dict[str, str]]:
        from meldingskontroll.orchestration import portal_intervals

        return portal_intervals(get_current_context())

    @task(map_index_template="{{ interval_name }}", max_active_tis_per_dagrun=1)
    def extract(interval: dict[str, str]) -> dict[str, Any]:
        from meldingskontroll.orchestration import extract_interval

        context = get_current_context()
        context["interval_name"] = f"{interval['from_utc'][:10]} – {interval['to_utc'][:10]}"
        return extract_interval(interval, context)

    @task(outlets=[PORTAL_LOG])
    def read(records: list[dict[str, Any]]) -> dict[str, Any]:
        from meldingskontroll.orchestration import run_step

        return run_step("portal", get_current_context(), alone=True) | {"intervals": len(list(records))}

    read(extract.expand(interval=plan()))


portal_log()
