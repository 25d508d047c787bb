"""The portal's log day by day as the DAG fetches it: late answers are found, days add up to one big extract."""

from __future__ import annotations

import csv
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from integration.scripted_portal import PASSWORD, ScriptedPortal, message, serving, settings_for
from meldingskontroll import orchestration
from meldingskontroll.lake import WorkFolder
from meldingskontroll.portal import extract_api
from meldingskontroll.portal.connection import with_connection
from meldingskontroll.portal.errors import PortalError
from meldingskontroll.settings import Settings, current

FIRST_MIDNIGHT = datetime(2022, 3, 1, 23, tzinfo=UTC)


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    rows = [message(datetime(2022, 3, 1) + timedelta(hours=7 * i), i) for i in range(60)]
    with serving(ScriptedPortal(rows)) as portal:
        yield portal


@pytest.fixture
def work(tmp_path: Path, portal: ScriptedPortal, key: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkFolder]:
    given = settings_for(portal.address, key, work=tmp_path / "work", portal_days_again=3)
    monkeypatch.setattr(orchestration, "current", lambda: given)
    yield WorkFolder(given.work)
    current.cache_clear()


def run(ends: datetime, **given: Any) -> list[dict[str, Any]]:
    """One run of the DAG whose data interval ends then: what its tasks return."""
    context = {"data_interval_end": ends, "params": given, **{name: None for name in ("dag_run", "conn")}}
    return [orchestration.extract_interval(interval, context) for interval in orchestration.portal_intervals(context)]


def rows_in(work: WorkFolder) -> dict[str, dict[str, str]]:
    found = {}
    for file in sorted(work.portal.glob("messages*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                assert row["bekymringsmeldingId"] not in found
                found[row["bekymringsmeldingId"]] = row
    return found


def test_runs_by_data_interval_give_the_rows_and_the_total_of_one_big_extract(
    work: WorkFolder, portal: ScriptedPortal, key: Path, tmp_path: Path
) -> None:
    for day in range(8):
        run(FIRST_MIDNIGHT + timedelta(days=day))
    manifest = json.loads(work.portal_manifest.read_text())
    whole = WorkFolder(tmp_path / "whole")
    begin, end = (datetime.fromisoformat(manifest[name]) for name in ("fraDato", "tilDato"))
    extract_api.extract_interval(
        whole, settings_for(portal.address, key), begin - timedelta(hours=1), end - timedelta(hours=1)
    )
    other = json.loads(whole.portal_manifest.read_text())
    assert [manifest[n] for n in ("fraDato", "tilDato", "totaltAntallTreff")] == [
        other[n] for n in ("fraDato", "tilDato", "totaltAntallTreff")
    ]
    assert manifest["totaltAntallTreff"] > 20
    assert rows_in(work) == rows_in(whole)


def test_months_of_a_backfill_are_the_months_of_the_calendar_and_add_up(
    work: WorkFolder, portal: ScriptedPortal
) -> None:
    portal.rows[:] = [message(datetime(2020, 9, 3, 12) + timedelta(days=9 * i), i) for i in range(110)]
    span = {"from": "2020-09-01T00:00:00+02:00", "to": "2023-06-01T00:00:00+02:00"}
    found = run(datetime(2023, 6, 2, tzinfo=UTC), **span)
    assert len(found) == 33
    assert found[-1]["manifest_total"] == len(rows_in(work)) == sum(record["messages"] for record in found)
    assert found[-1]["manifest_total"] == sum(row["innsendt"] < "2023-06-01" for row in portal.rows) > 100
    declared = json.loads(work.portal_manifest.read_text())
    assert (declared["fraDato"], declared["tilDato"]) == ("2020-09-01T00:00:00", "2023-06-01T00:00:00")


def test_an_acknowledgement_that_comes_days_later_is_found_within_the_overlap_and_not_beyond_it(
    work: WorkFolder, portal: ScriptedPortal
) -> None:
    early, late = portal.rows[0], portal.rows[9]
    early["bekreftet"] = late["bekreftet"] = ""
    for day in range(4):
        run(FIRST_MIDNIGHT + timedelta(days=day))
    assert rows_in(work)[late["bekymringsmeldingId"]]["bekreftet"] == ""
    early["bekreftet"] = late["bekreftet"] = "2022-03-06T07:00:00"
    run(FIRST_MIDNIGHT + timedelta(days=4))
    found = rows_in(work)
    assert found[late["bekymringsmeldingId"]]["bekreftet"] == "2022-03-06T07:00:00"
    assert found[early["bekymringsmeldingId"]]["bekreftet"] == ""
    run(FIRST_MIDNIGHT, **{"from": "2022-03-01T00:00:00+01:00", "to": "2022-03-03T00:00:00+01:00"})
    assert rows_in(work)[early["bekymringsmeldingId"]]["bekreftet"] == "2022-03-06T07:00:00"


def connection(portal: ScriptedPortal, key: Path, **changes: Any) -> Any:
    host, port = portal.address.removeprefix("http://").split(":")
    extra = {"client_id": "klient-7", "private_key": key.read_text(), "token_url": f"{portal.address}/token"}
    given = {"host": host, "schema": "http", "port": int(port), "login": "integrasjon-7", "password": PASSWORD}
    return SimpleNamespace(**(given | {"extra": json.dumps(extra)} | changes))


def test_the_connection_in_airflow_gives_address_and_secrets_and_nothing_of_it_is_logged(
    work: WorkFolder,
    portal: ScriptedPortal,
    key: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    bare = Settings(work=work.root, portal_url="http://127.0.0.1:1", portal_backoff_seconds=0.0)
    monkeypatch.setattr(orchestration, "current", lambda: bare)
    connections = {"portal": connection(portal, key)}
    interval = {"from_utc": "2022-03-01T23:00:00Z", "to_utc": "2022-03-02T23:00:00Z"}
    record = orchestration.extract_interval(interval, {"conn": connections})
    assert record["messages"] > 0
    call = portal.of("/meldinger")[0]
    assert (call.headers["IntegrasjonId"], call.headers["IntegrasjonPassord"]) == ("integrasjon-7", PASSWORD)
    told = json.dumps(record) + repr(with_connection(bare, connections["portal"]))
    kept = "".join(path.read_text() for path in work.root.rglob("*") if path.is_file())
    assert caplog.text and "PRIVATE KEY" in key.read_text()
    for secret in (PASSWORD, "PRIVATE KEY", key.read_text()[60:100]):
        assert secret not in caplog.text + kept + told
    with pytest.raises(PortalError):
        orchestration.extract_interval(interval, {"conn": {}})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"login": None}, "lacks login"),
        ({"password": ""}, "lacks password"),
        ({"host": None}, "lacks host"),
        ({"extra": None}, "lacks client_id, private_key"),
        ({"extra": "[1]"}, "not a JSON object"),
        ({"extra": "{ half"}, "not a JSON object"),
    ],
)
def test_half_a_connection_is_refused_and_not_filled_up_from_the_settings(
    portal: ScriptedPortal, key: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(PortalError, match=words) as raised:
        with_connection(settings_for(portal.address, key), connection(portal, key, **changes))
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"host": "api.fiks.example", "schema": None, "port": None}, "https://api.fiks.example"),
        ({"host": "https://api.fiks.example/", "schema": "http", "port": None}, "https://api.fiks.example"),
        ({"host": "api.fiks.example", "schema": "https", "port": 8443}, "https://api.fiks.example:8443"),
    ],
)
def test_the_address_of_a_connection_is_https_unless_it_says_otherwise(
    portal: ScriptedPortal, key: Path, given: dict[str, Any], address: str
) -> None:
    assert with_connection(Settings(), connection(portal, key, **given)).portal_url == address
    assert with_connection(Settings(), None) == Settings()
