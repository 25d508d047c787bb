from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from meldingskontroll import sql
from meldingskontroll.release.control import KEPT_LONGER_FROM_UTC, NOT_REGISTERED

AS_OF = datetime(2023, 7, 1, 6)
FILE = sql.stage_files("control")[0]


def retrievable(*findings: tuple[str, datetime, str], as_of: datetime = AS_OF) -> list[tuple[Any, ...]]:
    with sql.connect() as connection:
        connection.execute(
            "CREATE TABLE control__findings (message_id VARCHAR, sent_at_utc TIMESTAMP, outcome VARCHAR, "
            "municipality_no VARCHAR DEFAULT '4601', district_no VARCHAR DEFAULT '', candidate_group VARCHAR)"
        )
        if findings:
            connection.executemany(
                "INSERT INTO control__findings (message_id, sent_at_utc, outcome) VALUES (?, ?, ?)", findings
            )
        parameters = {
            "as_of_utc": as_of,
            "kept_longer_from_utc": KEPT_LONGER_FROM_UTC,
            "outcomes": [str(outcome) for outcome in NOT_REGISTERED],
        }
        relation = sql.run_file(connection, FILE, parameters)
        return connection.execute(f"SELECT message_id, gone_at_utc FROM {relation} ORDER BY ALL").fetchall()  # noqa: S608


def test_no_findings_give_nothing_to_fetch() -> None:
    assert retrievable() == []


def test_what_is_lost_unknown_not_delivered_or_in_transit_is_fetched_and_nothing_else() -> None:
    sent = AS_OF - timedelta(days=3)
    outcomes = ("lost", "unknown", "not_delivered", "in_transit", "registered", "printed")
    found = retrievable(*((outcome, sent, outcome) for outcome in outcomes))
    assert [name for name, _ in found] == ["in_transit", "lost", "not_delivered", "unknown"]


def test_content_is_kept_thirty_days_from_the_second_of_june_and_fourteen_before() -> None:
    before = KEPT_LONGER_FROM_UTC - timedelta(seconds=1)
    found = retrievable(("early", before, "lost"), ("late", KEPT_LONGER_FROM_UTC, "lost"), as_of=before)
    assert found == [("early", before + timedelta(days=14))]
    found = retrievable(("early", before, "lost"), ("late", KEPT_LONGER_FROM_UTC, "lost"), as_of=datetime(2023, 6, 20))
    assert found == [("late", KEPT_LONGER_FROM_UTC + timedelta(days=30))]


def test_at_the_second_when_it_is_gone_it_is_no_longer_listed() -> None:
    as_of = datetime(2023, 7, 10)
    sent = as_of - timedelta(days=30)
    found = retrievable(("gone", sent, "lost"), ("there", sent + timedelta(seconds=1), "lost"), as_of=as_of)
    assert found == [("there", as_of + timedelta(seconds=1))]


def test_a_message_after_the_moment_asked_is_not_listed() -> None:
    assert retrievable(("later", AS_OF + timedelta(seconds=1), "unknown")) == []
