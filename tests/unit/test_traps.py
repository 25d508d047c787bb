"""Where the natural tool passes on nothing: the same case given to it and to ours, and ours gives the right answer."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality.catalogue import read_catalogue
from meldingskontroll.quality.run import account
from meldingskontroll.release.decide import decide
from meldingskontroll.settings import Settings
from support.lake_fixtures import write_lake
from support.scene import Result, Scene

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [file for folder in ("plugins", "dags") for file in sorted((ROOT / folder).rglob("*.py"))]
CLOCK = Clock(datetime(2023, 7, 1, 12, tzinfo=UTC))


def decided(tmp_path: Path) -> dict[str, Any]:
    work = WorkFolder(tmp_path)
    write_lake(work)
    decide(work, CLOCK, Settings())
    found = json.loads(work.decision.read_text())
    assert isinstance(found, dict)
    return found


def natural(result: Result, query: str) -> Any:
    return result.connection.execute(query).fetchall()


def test_an_empty_roster_holds_though_nobody_in_it_is_unverified(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE verdicts (entry_id VARCHAR, verdict VARCHAR)")
        passes = "SELECT NOT EXISTS (FROM verdicts WHERE verdict IS DISTINCT FROM 'verified')"
        assert connection.execute(passes).fetchall() == [(True,)]
    found = decided(tmp_path)
    assert found["decision"] == "HOLD" and "ROSTER_EMPTY" in found["global_reasons"]


def test_checks_that_were_never_run_are_raised_and_hold(tmp_path: Path) -> None:
    assert all([])
    accounted = account(read_catalogue(), [])
    assert len(accounted) == len(read_catalogue()) > 0
    assert {row["status"] for row in accounted} == {"raised"}
    found = decided(tmp_path)
    assert found["checks"]["run"] == 0 < found["checks"]["expected"]
    assert "CHECK_FAILED" in found["global_reasons"]


def test_a_drill_that_planted_nothing_is_void(tmp_path: Path) -> None:
    assert "DRILL_FAILED" in decided(tmp_path)["global_reasons"]


def test_every_suite_begins_with_a_row_count_that_no_rows_cannot_meet() -> None:
    suites = [json.loads(file.read_text()) for file in sorted((ROOT / "expectations").glob("*.json"))]
    assert len(suites) >= 10
    for suite in suites:
        first = suite["expectations"][0]
        least = first["kwargs"].get("value", first["kwargs"].get("min_value"))
        assert first["type"].startswith("expect_table_row_count_to_")
        assert least == {"$PARAMETER": "roster_entries"} or least >= 1


def test_a_log_row_without_id_hides_no_loss() -> None:
    place = Scene().place("1811").send_each("a b c")
    place.upload().by_id("a c").row("2023-05-01T10:00:00")
    result = place.scene.reconcile()
    missed = (
        "SELECT count(*) FROM portal__messages WHERE message_id NOT IN (SELECT message_id FROM intake__registrations)"
    )
    assert natural(result, missed) == [(0,)]
    assert result.called(place, "lost") == "b"


def test_a_municipality_that_sent_nothing_is_a_row_and_not_left_out() -> None:
    scene = Scene()
    scene.place("1811").send_each("a").upload().by_id("a")
    silent = scene.place("1812").send_each("b")
    result = scene.reconcile()
    missed = """
        SELECT count(*) FROM (SELECT recipient_id, count(*) AS sent FROM portal__messages GROUP BY ALL) AS sent
        FULL JOIN (SELECT folder_no, count(*) AS registered FROM intake__registrations GROUP BY ALL) AS heard
          ON heard.folder_no = CASE sent.recipient_id WHEN $known THEN '1811' ELSE '1812' END
        WHERE sent.sent != heard.registered
    """
    known = scene.places[0].recipient
    assert result.connection.execute(missed, {"known": known}).fetchall() == [(0,)]
    entry = result.entry(silent)
    assert (entry["sent"], entry["unknown"], entry["coverage_share"]) == (1, 1, 0)


@pytest.mark.parametrize("way", ["id", "time"])
def test_one_lost_and_one_registered_twice_is_one_loss_though_the_counts_are_equal(way: str) -> None:
    place = Scene().place("1811").send_each("a b c d e f")
    upload = place.upload()
    (upload.by_id if way == "id" else upload.by_time)("a b b d e f")
    result = place.scene.reconcile()
    counts = "SELECT (SELECT count(*) FROM portal__messages), (SELECT count(*) FROM intake__registrations)"
    assert natural(result, counts) == [(6, 6)]
    assert result.called(place, "lost") == "c"
    assert len(result.table("reconcile__extras")) == 1


def test_one_receipt_answers_one_of_two_messages_sent_close_together() -> None:
    place = Scene().place("1811").send("a", "2023-02-01T10:00:00").send("b", "2023-02-01T10:00:30")
    place.send_each("c d e", first="2023-03-01T10:00:00")
    place.upload().by_time("b c d e")
    result = place.scene.reconcile()
    joined = (
        "SELECT count(*) FROM portal__messages AS message ASOF JOIN intake__registrations AS row "
        "ON message.sent_utc <= row.received_utc AND row.received_utc IS NOT NULL"
    )
    assert natural(result, joined) == [(5,)]
    assert (result.entry(place)["lost"], result.entry(place)["lost_low"]) == (1, 1)


def test_sums_are_written_as_whole_numbers_and_ids_as_uuids(tmp_path: Path) -> None:
    place = Scene().place("1811").send_each("a b c")
    place.upload().by_id("a").by_time("b")
    result = place.scene.reconcile()
    work = WorkFolder(tmp_path)
    natural_file = tmp_path / "natural.parquet"
    result.connection.execute(f"COPY (SELECT sum(sent) AS sent FROM reconcile__entries) TO '{natural_file}'").fetchall()  # noqa: S608
    sql.save(result.connection, work, ["reconcile__entries", "reconcile__findings"])

    def types(path: Path) -> dict[str, str]:
        with duckdb.connect() as reader:
            return {name: kind for name, kind, *_ in reader.execute(f"DESCRIBE FROM '{path}'").fetchall()}

    assert types(natural_file) == {"sent": "DOUBLE"}
    entries, findings = types(work.table("reconcile__entries")), types(work.table("reconcile__findings"))
    assert {name for name, kind in entries.items() if kind == "DOUBLE"} == {"coverage_share"}
    assert {name for name, kind in findings.items() if kind == "DOUBLE"} == {"loss_probability"}
    assert findings["message_id"] == findings["recipient_id"] == "UUID"
    with duckdb.connect() as reader:
        ids = reader.execute(f"SELECT message_id FROM '{work.table('reconcile__findings')}'").fetchall()  # noqa: S608
    assert {row[0] for row in ids} == {place.id_of(name) for name in "abc"}


@pytest.mark.parametrize("instant", ["2022-10-30T00:30:00", "2022-10-30T01:30:00"])
def test_in_the_doubled_autumn_hour_a_row_finds_its_message_at_either_instant(instant: str) -> None:
    scene = Scene()
    place = scene.place("1811", since="2022-09-01T00:00:00")
    place.send_each("a b c d e f", first="2022-09-10T10:00:00", days=3)
    place.send("fold", "2022-10-30T00:30:00", sent_later_utc=datetime(2022, 10, 30, 1, 30), acknowledged=3605.0)
    upload = place.upload(period=("2022-09-01T00:00:00", "2023-07-01T00:00:00")).by_time("a b c d e f", wall="oslo")
    upload.row(datetime.fromisoformat(instant).replace(second=20), wall="oslo")
    assert scene.reconcile().called(place, "lost") == ""


def test_a_wall_clock_in_the_missing_spring_hour_is_read_and_marked_by_no_guess() -> None:
    with sql.connect() as connection:
        found = connection.execute(
            "SELECT read_utc('2022-03-27T02:30:00')::VARCHAR, read_utc_later('2022-03-27T02:30:00')::VARCHAR"
        ).fetchall()
    assert found == [("2022-03-27 01:30:00", "2022-03-27 01:30:00")]


def test_the_connection_sets_its_zone_its_memory_and_its_place_to_spill() -> None:
    with sql.connect(Settings(duckdb_memory_limit="200MB", duckdb_threads=1)) as connection:
        names = ("TimeZone", "memory_limit", "threads", "temp_directory")
        found = {name: connection.execute(f"SELECT current_setting('{name}')").fetchall()[0][0] for name in names}
        spill = Path(found["temp_directory"])
        assert spill.is_absolute() and spill.is_dir()
    assert found["TimeZone"] == "UTC" and found["threads"] == 1 and found["memory_limit"].startswith("190")
    assert not spill.exists()


def test_a_room_without_sql_files_is_an_error_and_no_finished_stage() -> None:
    with pytest.raises(FileNotFoundError):
        sql.stage_files("no_such_room")


@pytest.mark.parametrize(
    "banned", ["AirflowSkipException", "FileDeleteTrigger", "DirectoryFileDeleteTrigger", "add_sql", "none_failed"]
)
def test_what_drops_a_municipality_deletes_its_file_or_hides_an_error_is_nowhere_used(banned: str) -> None:
    used = [file.name for file in PYTHON if re.search(rf"\b{banned}\b", file.read_text())]
    assert used == []


def test_the_heavy_libraries_are_imported_only_where_they_are_used() -> None:
    heavy: dict[str, set[str]] = {"great_expectations": set(), "airflow": set()}
    for file in sorted((ROOT / "plugins" / "meldingskontroll").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            for library in heavy:
                if any(name.split(".")[0] == library for name in names):
                    heavy[library].add(str(file.relative_to(ROOT / "plugins" / "meldingskontroll")))
    assert heavy["great_expectations"] == {"quality/worker.py"}
    assert heavy["airflow"] <= {"orchestration.py"}
