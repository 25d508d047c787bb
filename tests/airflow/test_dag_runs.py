"""The DAGs under real Airflow: the same answers as the command, and nothing that vanishes."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from support.airflow_runs import AS_OF, Airflow, Ran, copied

from children import children, free_port, wait_for_port  # isort: skip
from demonstration import MELDINGSKONTROLL  # isort: skip
from meldingskontroll.audit import audit
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings

SAME = ("findings.parquet", "municipalities.csv", "requirements.csv", "overview/overview.json")


@pytest.fixture(scope="module")
def portal(nation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The simulated portal over the nation, and the settings that a client of it needs."""
    folder = tmp_path_factory.mktemp("portal")
    port, key, log = free_port(), folder / "client.pem", folder / "portal.log"
    with children() as started:
        command = [MELDINGSKONTROLL, "portal", "serve", "--work", str(nation), "--port", str(port)]
        child = started.start([*command, "--client-key", str(key)], os.environ, log)
        assert wait_for_port(port, child, 60), log.read_text()
        address = f"http://127.0.0.1:{port}"
        yield {
            "MELDINGSKONTROLL_PORTAL_URL": address,
            "MELDINGSKONTROLL_PORTAL_TOKEN_URL": f"{address}/token",
            "MELDINGSKONTROLL_PORTAL_AUDIENCE": f"{address}/",
            "MELDINGSKONTROLL_PORTAL_CLIENT_KEY": str(key),
        }


def connection_of(portal: dict[str, str]) -> dict[str, str]:
    """The same portal as a connection in Airflow, which is where secrets are kept in service; no setting names it."""
    host, _, port = portal["MELDINGSKONTROLL_PORTAL_URL"].removeprefix("http://").partition(":")
    known = Settings()
    extra = {
        "client_id": known.portal_client_id,
        "private_key": Path(portal["MELDINGSKONTROLL_PORTAL_CLIENT_KEY"]).read_text(),
        "token_url": portal["MELDINGSKONTROLL_PORTAL_TOKEN_URL"],
        "audience": portal["MELDINGSKONTROLL_PORTAL_AUDIENCE"],
    }
    whole = {"conn_type": "http", "schema": "http", "host": host, "port": int(port), "extra": extra}
    whole |= {"login": known.portal_integration_id, "password": known.portal_integration_password}
    return {"AIRFLOW_CONN_PORTAL": json.dumps(whole)}


@pytest.fixture(scope="module")
def story(
    airflow: Airflow, nation: Path, portal: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Ran]:
    """The whole story under Airflow, the portal's log fetched over HTTP, the reconciliation in three buckets."""
    work = copied(nation, tmp_path_factory.mktemp("story") / "work")
    for file in (*work.glob("portal/messages*"), *work.glob("portal/history*"), work / "portal" / "manifest.json"):
        file.unlink()
    wanted: dict[str, dict[str, str]] = {
        "portal_log": {"from": "2022-12-31T23:00:00Z", "to": AS_OF},
        "municipal_logs": {},
        "survey_responses": {},
        "national_audit": {},
        "daily_control": {},
    }
    return work, airflow.run(work, wanted, {**connection_of(portal), "MELDINGSKONTROLL_RECONCILE_BUCKETS": "3"})


def decision_of(work: Path) -> dict[str, Any]:
    return dict(json.loads((work / "out" / "release.json").read_text()))


def test_the_whole_story_succeeds_under_airflow(story: tuple[Path, Ran]) -> None:
    work, ran = story
    assert ran.status == 0, ran.log[-3000:]
    assert set(ran.states.values()) == {"success"}
    assert decision_of(work)["decision"] == "HOLD"
    assert decision_of(work)["as_of_utc"] == AS_OF
    assert (work / "out" / "overview" / "index.html").is_file()
    assert "PRIVATE KEY" not in ran.log


def test_the_dags_give_byte_for_byte_what_the_command_gives(story: tuple[Path, Ran], tmp_path: Path) -> None:
    work, _ = story
    again = copied(work, tmp_path / "again")
    audit(WorkFolder(again), Clock.parse(AS_OF), Settings())
    for name in SAME:
        assert (work / "out" / name).read_bytes() == (again / "out" / name).read_bytes(), name
    assert decision_of(work) == decision_of(again)


def test_each_bucket_is_a_task_with_its_name_and_none_leaves_anything_behind(
    story: tuple[Path, Ran], airflow: Airflow
) -> None:
    work, ran = story
    run_id = next(one["run_id"] for one in ran.reports if one["event"] == "end" and one["dag_id"] == "national_audit")
    query = "SELECT rendered_map_index, state FROM task_instance WHERE run_id = ? AND task_id = 'reconcile'"
    with closing(sqlite3.connect(f"file:{airflow.home / 'airflow.db'}?mode=ro", uri=True)) as database:
        found = sorted(database.execute(query, [run_id]).fetchall())
    assert len(found) > 1
    assert found == [(f"bøtte {number + 1:02d} av {len(found):02d}", "success") for number in range(len(found))]
    assert list(Path(WorkFolder(work).bucket_address()).iterdir()) == []


def test_what_was_fetched_is_the_portals_log_of_the_period_and_declared_as_such(
    story: tuple[Path, Ran], nation: Path
) -> None:
    work, _ = story
    fetched = [row for file in sorted(work.glob("portal/messages-*.csv")) for row in rows_of(file)]
    wanted = [row for row in rows_of(nation / "portal" / "messages.csv") if row["innsendt"] >= "2023-01-01"]
    key = "bekymringsmeldingId"
    assert len(list(work.glob("portal/messages-*.csv"))) == 7
    assert sorted(fetched, key=lambda row: row[key]) == sorted(wanted, key=lambda row: row[key])
    assert fetched
    manifest = json.loads((work / "portal" / "manifest.json").read_text())
    assert (manifest["fraDato"], manifest["tilDato"]) == ("2023-01-01T00:00:00", "2023-07-01T08:00:00")
    assert manifest["totaltAntallTreff"] == len(fetched)


def test_the_daily_control_lists_only_what_is_not_registered(story: tuple[Path, Ran]) -> None:
    work, _ = story
    listed = rows_of(work / "out" / "daily_control.csv", ";")
    assert listed == sorted(listed, key=lambda row: (row["gone_at_utc"], row["message_id"]))
    assert {row["outcome"] for row in listed} <= {"lost", "unknown", "not_delivered", "in_transit"}


def test_a_municipality_that_cannot_be_read_fails_by_name_and_the_others_are_taken_in(
    airflow: Airflow, work: Path
) -> None:
    broken = "4204"
    receipts = work / "drop" / broken / "receipts"
    receipts.write_text("a file where the folder of the receipts should be")
    ran = airflow.run(work, {"municipal_logs": {}})
    assert ran.status == 1
    assert ran.states == {"municipal_logs": "failed"}
    assert f"could not be read: {broken}" in ran.log
    folders = set(pq.read_table(work / "out" / "lake" / "intake" / "uploads.parquet")["folder_no"].to_pylist())
    with_files = {path.parent.parent.name for path in work.glob("drop/*/inbox/*")}
    assert folders == with_files - {broken}
    # What was not read counts as not seen, and is tried again.
    seen = {path.stem for path in work.glob("out/lake/intake/seen/*.json")}
    assert seen == with_files - {broken}


def test_an_empty_roster_never_passes(airflow: Airflow, work: Path) -> None:
    for file in (work / "registry" / "case_systems.csv", work / "portal" / "recipients.csv"):
        file.write_text(file.read_text().splitlines()[0] + "\n")
    ran = airflow.run(work, {"deletion_release": {}})
    assert ran.status == 1
    assert ran.states == {"deletion_release": "failed"}
    made = decision_of(work)
    assert made["decision"] == "HOLD"
    assert made["roster_size"] == 0
    assert "ROSTER_EMPTY" in made["global_reasons"]


def test_a_run_without_any_log_of_the_portal_fails_and_leaves_the_earlier_result(airflow: Airflow, work: Path) -> None:
    (work / "out").mkdir()
    earlier = '{"decision": "HOLD", "from": "an earlier run"}'
    (work / "out" / "release.json").write_text(earlier)
    for file in work.glob("portal/messages*"):
        file.unlink()
    ran = airflow.run(work, {"national_audit": {}})
    assert ran.status == 1
    assert ran.states == {"national_audit": "failed"}
    assert "nothing to audit" in ran.log
    assert (work / "out" / "release.json").read_text() == earlier


def test_a_portal_that_does_not_answer_fails_the_run_and_makes_no_extract(
    airflow: Airflow, work: Path, portal: dict[str, str]
) -> None:
    for file in work.glob("portal/m*"):
        file.unlink()
    nobody = f"http://127.0.0.1:{free_port()}"
    settings = {
        **portal,
        "MELDINGSKONTROLL_PORTAL_URL": nobody,
        "MELDINGSKONTROLL_PORTAL_RETRIES": "1",
        "MELDINGSKONTROLL_PORTAL_BACKOFF_SECONDS": "0",
    }
    ran = airflow.run(work, {"portal_log": {"from": "2023-06-01", "to": "2023-06-02"}}, settings)
    assert ran.states == {"portal_log": "failed"}
    assert "connection to the portal was refused or broken" in ran.log
    assert list(work.glob("portal/m*")) == []


def rows_of(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))
