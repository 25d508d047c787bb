"""What Airflow's tasks call: one room, with the clock of the run. Knows nothing of Airflow but the shape of a context.

A task returns an outcome record, so that what an operator sees is what the room said, and so that the library's own
time can be told apart from the scheduler's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from meldingskontroll.domain import AuditInputError, Clock, iso_utc
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import current


def clock_of(context: Mapping[str, Any]) -> Clock:
    """The moment that a run speaks of: `as_of` given to the run, else the setting, else the end of its data interval.

    Raises:
        AuditInputError: `as_of` is given and is not a time.
    """
    given = _given(context, "as_of") or current().as_of
    if given:
        return Clock.parse(str(given))
    end = context.get("data_interval_end")
    return Clock(end.astimezone(UTC)) if isinstance(end, datetime) and end.tzinfo else Clock.now()


def _given(context: Mapping[str, Any], name: str) -> Any:
    run = context.get("dag_run")
    conf = getattr(run, "conf", None) or {}
    return conf.get(name) or (context.get("params") or {}).get(name)


def run_step(name: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Run one step of the audit on the work folder of the settings.

    Returns:
        `{"step", "as_of_utc", "seconds"}`, seconds of the library's own work.

    Raises:
        KeyError: no step has this name.
        AuditInputError: the input cannot be audited.
    """
    from meldingskontroll import audit

    clock = clock_of(context)
    work = WorkFolder(current().work)
    begun = time.perf_counter()
    audit.STEPS[name](work, clock, current())
    return {"step": name, "as_of_utc": iso_utc(clock.as_of), "seconds": round(time.perf_counter() - begun, 3)}


def portal_intervals(context: Mapping[str, Any]) -> list[dict[str, str]]:
    """The intervals that a run of the portal's log must fetch, as `{"from_utc", "to_utc"}`.

    `from` and `to` given to the run are cut at the months of the Norwegian calendar; otherwise it is the run's data
    interval and the days before it, whose acknowledgements may have come since.

    Raises:
        AuditInputError: nothing to fetch, which would pass for a finished extract.
    """
    from meldingskontroll.portal.intervals import days_again, months

    first, last = _given(context, "from"), _given(context, "to")
    if first and last:
        found = months(Clock.parse(str(first)).as_of_utc, Clock.parse(str(last)).as_of_utc)
    else:
        begin, end = context.get("data_interval_start"), context.get("data_interval_end")
        if not isinstance(begin, datetime) or not isinstance(end, datetime):
            raise AuditInputError("The run has no data interval: give it «from» and «to», both as times with a zone.")
        found = days_again(Clock(begin).as_of_utc, Clock(end).as_of_utc, current().portal_days_again)
    if not found:
        raise AuditInputError("The interval to fetch from the portal is empty: «from» must come before «to».")
    return [{"from_utc": str(iso_utc(a)), "to_utc": str(iso_utc(b))} for a, b in found]


def extract_interval(interval: Mapping[str, str]) -> dict[str, Any]:
    """Fetch one interval of the portal's log into the work folder. Returns the extract's record."""
    from meldingskontroll.portal import extract_api

    begun = time.perf_counter()
    begin, end = (Clock.parse(interval[name]).as_of_utc for name in ("from_utc", "to_utc"))
    record = extract_api.extract_interval(WorkFolder(current().work), current(), begin, end)
    return {**record, "seconds": round(time.perf_counter() - begun, 3)}
