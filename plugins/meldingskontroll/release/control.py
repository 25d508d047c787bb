"""The daily control: what is not registered and can still be fetched from the portal, before it is gone."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from meldingskontroll import sql
from meldingskontroll.domain import AuditInputError, Clock, Outcome, iso_utc
from meldingskontroll.lake import WorkFolder, write_text
from meldingskontroll.settings import Settings

COLUMNS = ("gone_at_utc", "message_id", "municipality_no", "district_no", "sent_at_utc", "outcome", "candidate_group")
NOT_REGISTERED = (Outcome.LOST, Outcome.UNKNOWN, Outcome.NOT_DELIVERED, Outcome.IN_TRANSIT)
# The portal kept what was sent for 14 days, and for 30 days from this moment on, 14:30 Norwegian time on 2 June 2023.
KEPT_LONGER_FROM_UTC = datetime(2023, 6, 2, 12, 30)  # noqa: DTZ001 - naive UTC, as all _utc columns


def list_retrievable(work: WorkFolder, clock: Clock, settings: Settings) -> dict[str, Any]:
    """Write `out/daily_control.csv` (semicolon): the messages to fetch now, the one that disappears first at the top.

    Returns:
        `{"retrievable", "first_gone_at_utc", "examined"}`, counts of messages.

    Raises:
        AuditInputError: there are no findings to look in; an old list is left as it is.
    """
    if not work.findings.is_file():
        raise AuditInputError("There is no out/findings.parquet to look in: run the audit first.")
    parameters = {
        "as_of_utc": clock.as_of_utc,
        "kept_longer_from_utc": KEPT_LONGER_FROM_UTC,
        "outcomes": [str(outcome) for outcome in NOT_REGISTERED],
    }
    with sql.connect(settings) as connection:
        connection.read_parquet(str(work.findings)).create_view("control__findings")
        sql.run_stage(connection, "control", parameters)
        examined = sql.rows(connection, "SELECT count(*) AS n FROM control__findings")[0]["n"]
        found = sql.rows(connection, "SELECT * FROM control__retrievable ORDER BY gone_at_utc, message_id")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in found:
        times = {name: iso_utc(row[name]) for name in ("gone_at_utc", "sent_at_utc")}
        writer.writerow([{**row, **times}[name] for name in COLUMNS])
    write_text(work.daily_control, buffer.getvalue())
    return {
        "retrievable": len(found),
        "first_gone_at_utc": iso_utc(found[0]["gone_at_utc"]) if found else None,
        "examined": examined,
    }
