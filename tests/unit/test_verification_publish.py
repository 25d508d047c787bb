"""The files that outsiders read: their columns, their order, their spelling, and the same bytes each time."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll.lake import WorkFolder
from meldingskontroll.survey.read import read_survey
from meldingskontroll.verification.publish import csv_text
from meldingskontroll.verification.run import verify, version_parts
from support.healthy import CLOCK, LOST, SETTINGS, tables, write_healthy

FINDINGS = {
    "message_id": "UUID",
    "municipality_no": "VARCHAR",
    "district_no": "VARCHAR",
    "service_id": "VARCHAR",
    "sent_at_utc": "TIMESTAMP",
    "form_type": "VARCHAR",
    "outcome": "VARCHAR",
    "matched_by": "VARCHAR",
    "candidate_group": "VARCHAR",
    "loss_probability": "DOUBLE",
}
COUNTS = ["sent", "registered", "printed", "not_delivered", "in_transit", "lost", "unknown", "lost_low", "lost_high"]
MUNICIPALITIES = {
    "municipality_no": "VARCHAR",
    "district_no": "VARCHAR",
    "service_id": "VARCHAR",
    "verdict": "VARCHAR",
    **dict.fromkeys(COUNTS, "BIGINT"),
    "coverage_from_utc": "TIMESTAMP",
    "coverage_to_utc": "TIMESTAMP",
    "coverage_share": "DOUBLE",
    "clock_offset_s": "BIGINT",
    "reasons": "VARCHAR[]",
}


def published(root: Path, **changed: list[dict[str, Any]]) -> WorkFolder:
    work = write_healthy(root, **changed)
    read_survey(work, CLOCK, SETTINGS)
    verify(work, CLOCK, SETTINGS)
    return work


def columns(path: Path) -> dict[str, str]:
    with duckdb.connect() as connection:
        rows = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()  # noqa: S608
    return {name: kind for name, kind, *_ in rows}


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


@pytest.mark.parametrize("entries", ["empty", "full"])
def test_the_files_have_the_contracts_columns_and_types_with_and_without_rows(entries: str, tmp_path: Path) -> None:
    empty: dict[str, list[dict[str, Any]]] = {name: [] for name in ("roster__entries", "reconcile__findings")}
    work = published(tmp_path, **(empty if entries == "empty" else {}))
    assert columns(work.findings) == FINDINGS
    assert columns(work.municipalities) == MUNICIPALITIES
    assert work.municipalities_csv.read_text().splitlines()[0] == ";".join(MUNICIPALITIES)
    header = work.requirements_csv.read_text().splitlines()[0]
    assert header == "municipality_no;district_no;requirement;met;reason;evidence"
    assert len(lines(work.municipalities_csv)) == (0 if entries == "empty" else 2)


def test_every_entry_has_a_row_even_one_of_which_nothing_is_known(tmp_path: Path) -> None:
    work = published(tmp_path, reconcile__entries=tables()["reconcile__entries"][:1])
    unheard = lines(work.municipalities_csv)[1]
    assert (unheard["municipality_no"], unheard["verdict"], unheard["coverage_share"]) == (
        "3805",
        "not_verified",
        "0.0",
    )
    assert unheard["coverage_from_utc"] == unheard["clock_offset_s"] == ""
    assert "LOG_COVERED" in unheard["reasons"].split("|")


def test_a_heard_entry_is_written_as_it_was_counted(tmp_path: Path) -> None:
    larvik = lines(published(tmp_path).municipalities_csv)[1]
    assert {name: larvik[name] for name in ("sent", "registered", "lost", "lost_low", "lost_high")} == {
        "sent": "5",
        "registered": "4",
        "lost": "1",
        "lost_low": "1",
        "lost_high": "2",
    }
    assert (larvik["verdict"], larvik["reasons"], larvik["coverage_share"]) == ("verified", "", "1.0")
    assert larvik["coverage_from_utc"] == "2022-01-01T00:00:00Z"


def test_requirements_are_written_entry_by_entry_in_the_contracts_order(tmp_path: Path) -> None:
    rows = lines(published(tmp_path, roster__fixes=[]).requirements_csv)
    assert len(rows) == 18
    assert [row["requirement"] for row in rows[:3]] == ["CASE_SYSTEM_KNOWN", "FIX_INSTALLED", "PORTAL_COVERED"]
    assert [row["met"] for row in rows[:3]] == ["true", "false", "true"]
    assert [row["municipality_no"] for row in rows] == ["0301"] * 9 + ["3805"] * 9


def test_findings_are_sorted_by_service_time_and_id(tmp_path: Path) -> None:
    shuffled = tables()["reconcile__findings"][::-1]
    work = published(tmp_path, reconcile__findings=shuffled)
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT service_id, sent_at_utc, message_id::VARCHAR, outcome FROM '{work.findings}'"  # noqa: S608
        ).fetchall()
    assert rows == sorted(rows)
    assert [row[2] for row in rows if row[3] == "lost"] == [LOST]


def test_the_same_inputs_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    first = published(tmp_path / "a")
    second = published(tmp_path / "b", **{name: rows[::-1] for name, rows in tables().items()})
    for one, other in (
        (first.findings, second.findings),
        (first.municipalities, second.municipalities),
        (first.municipalities_csv, second.municipalities_csv),
        (first.requirements_csv, second.requirements_csv),
    ):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_values_are_written_plainly() -> None:
    row = [True, False, None, 0.1, 1 / 3, datetime(2023, 7, 1, 6), ["A", "B"], [], 'a;"b"', 7]
    assert csv_text(["x"], [row]) == 'x\ntrue;false;;0.1;0.3333333333333333;2023-07-01T06:00:00Z;A|B;;"a;""b""";7\n'


@pytest.mark.parametrize(
    ("text", "parts"), [("23.2", [23, 2]), ("23.2.0", [23, 2]), ("23.10", [23, 10]), ("0", [0]), ("24.0.0", [24])]
)
def test_a_version_is_its_numbers_without_trailing_zeros(text: str, parts: list[int]) -> None:
    assert version_parts(text) == parts


def test_a_version_that_is_not_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        version_parts("23.x")
