"""The list of what can still be fetched."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.control import list_retrievable
from meldingskontroll.settings import Settings

CLOCK = Clock(datetime(2023, 7, 1, 6, tzinfo=UTC))
HEADER = "gone_at_utc;message_id;municipality_no;district_no;sent_at_utc;outcome;candidate_group"


def findings(work: WorkFolder, *rows: tuple[int, str, str]) -> None:
    work.out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE f (message_id UUID, sent_at_utc TIMESTAMP, outcome VARCHAR, municipality_no VARCHAR, "
            "district_no VARCHAR, candidate_group VARCHAR)"
        )
        for number, sent, outcome in rows:
            values = [uuid.UUID(int=number), sent, outcome, "0301", "05", None]
            connection.execute("INSERT INTO f VALUES (?, ?, ?, ?, ?, ?)", values)
        connection.execute(f"COPY f TO '{work.findings}' (FORMAT parquet)")


def test_without_findings_nothing_is_said_to_be_fetchable_and_an_old_list_stays(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    work.out.mkdir()
    work.daily_control.write_text("old")
    with pytest.raises(AuditInputError, match="run the audit first"):
        list_retrievable(work, CLOCK, Settings())
    assert work.daily_control.read_text() == "old"


def test_nothing_to_fetch_is_a_list_with_a_header(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    findings(work)
    assert list_retrievable(work, CLOCK, Settings()) == {"retrievable": 0, "first_gone_at_utc": None, "examined": 0}
    assert work.daily_control.read_text() == HEADER + "\n"


def test_the_first_to_disappear_stands_at_the_top(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    findings(
        work,
        (1, "2023-06-30 10:00:00", "unknown"),
        (2, "2023-06-10 08:30:00", "lost"),
        (3, "2023-06-11 08:30:00", "registered"),
    )
    record = list_retrievable(work, CLOCK, Settings())
    assert record == {"retrievable": 2, "first_gone_at_utc": "2023-07-10T08:30:00Z", "examined": 3}
    lines = work.daily_control.read_text().splitlines()
    assert lines == [
        HEADER,
        f"2023-07-10T08:30:00Z;{uuid.UUID(int=2)};0301;05;2023-06-10T08:30:00Z;lost;",
        f"2023-07-30T10:00:00Z;{uuid.UUID(int=1)};0301;05;2023-06-30T10:00:00Z;unknown;",
    ]
