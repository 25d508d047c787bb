"""The tables that outsiders read, from a few rows on hand: their order, their spelling, and no formula in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Requirement
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
from meldingskontroll.verification.publish import csv_text, publish
from support.lake_fixtures import make_table

PLACES = {"1103": ("1103", ""), "0301-05": ("0301", "05"), "0301-01": ("0301", "01")}
HEADER = (
    "municipality_no;district_no;service_id;verdict;sent;registered;printed;not_delivered;in_transit;lost;unknown;"
    "lost_low;lost_high;coverage_from_utc;coverage_to_utc;coverage_share;clock_offset_s;reasons"
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with sql.connect(Settings()) as made:
        rows: dict[str, list[dict[str, Any]]] = {
            "roster__entries": [
                {"entry_id": entry, "municipality_no": place[0], "district_no": place[1], "service_id": f"S-{entry}"}
                for entry, place in PLACES.items()
            ],
            "reconcile__entries": [],
            "reconcile__findings": [
                {"message_id": f"b0000000-0000-4000-8000-{number:012d}", "service_id": service, "outcome": "registered"}
                | {"sent_at_utc": datetime(2023, 1, day), "municipality_no": "0301"}
                for number, service, day in ((4, "S", 1), (3, "S", 2), (2, "S", 1), (1, None, 9))
            ],
        }
        for relation, given in rows.items():
            make_table(made, relation, given)
        made.execute(
            "CREATE TABLE verification__verdicts AS SELECT entry_id, 'not_verified' AS verdict,"
            " ['A', 'B'] AS reasons FROM roster__entries"
        )
        made.execute(
            "CREATE TABLE verification__requirements AS SELECT municipality_no, district_no, requirement,"
            " district_no = '05' AS met, '=1+1' AS reason, 'seen;so' AS evidence"
            " FROM roster__entries, unnest($all::VARCHAR[]) AS r(requirement)",
            {"all": sorted(Requirement, reverse=True)},
        )
        yield made


def test_each_table_is_written_in_its_order_with_a_row_for_every_entry(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    work = WorkFolder(tmp_path)
    publish(connection, work)
    findings = pq.read_table(work.findings)
    assert [str(one)[-1] for one in findings["message_id"].to_pylist()] == ["1", "2", "4", "3"]
    municipalities = pq.read_table(work.municipalities)
    places = list(
        zip(municipalities["municipality_no"].to_pylist(), municipalities["district_no"].to_pylist(), strict=True)
    )
    assert places == [("0301", "01"), ("0301", "05"), ("1103", "")]
    header, *lines = work.municipalities_csv.read_text(encoding="utf-8").splitlines()
    assert header == HEADER
    assert lines[0] == "0301;01;S-0301-01;not_verified;0;0;0;0;0;0;0;0;0;;;0.0;;A|B"
    assert [line.split(";")[1] for line in lines] == ["01", "05", ""]


def test_requirements_are_written_in_the_contracts_order_and_nothing_in_them_can_be_run(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    work = WorkFolder(tmp_path)
    publish(connection, work)
    header, *lines = work.requirements_csv.read_text(encoding="utf-8").splitlines()
    assert header == "municipality_no;district_no;requirement;met;reason;evidence"
    assert [line.split(";")[2] for line in lines] == [str(requirement) for requirement in Requirement] * 3
    assert lines[0] == '0301;01;CASE_SYSTEM_KNOWN;false;\'=1+1;"seen;so"'
    assert [line.split(";")[3] for line in lines[9:18]] == ["true"] * 9


def test_a_csv_has_a_header_also_without_rows_and_only_its_own_line_ends() -> None:
    assert csv_text(["a", "b"], []) == "a;b\n"
    assert csv_text(["a"], [[["x", 1]], ["æøå\r\n"], [0.0], [False], [None], [datetime(2023, 7, 1)]]) == (
        'a\nx|1\n"æøå\r\n"\n0.0\nfalse\n""\n2023-07-01T00:00:00Z\n'
    )
