"""The simulated portal has the documented habits of the real one, and our client reads it whole or not at all."""

from __future__ import annotations

import csv
import socket
import stat
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey

from meldingskontroll.domain import AuditInputError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.portal.client import PortalClient
from meldingskontroll.portal.errors import PortalError, PortalIncomplete
from meldingskontroll.portal.extract_api import extract_interval
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.nation import simulate
from meldingskontroll.simulation.portal_auth import GRANT, demo_key
from meldingskontroll.simulation.portal_server import Faults, create_app

ADMIN = "/bekymringsmelding/api/v2/admin"
YEAR = {"fraDato": "2022-01-01T00:00:00+01:00", "tilDato": "2023-01-01T00:00:00+01:00"}


class Portal:
    """A running simulated portal and what a caller needs to know of it."""

    def __init__(self, work: Path, key_file: Path) -> None:
        self.work, self.key_file = work, key_file
        self.key = demo_key(key_file)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.faults = Faults()
        self.app = create_app(work, self.key, audience=f"{self.address}/", faults=self.faults)
        self.server = uvicorn.Server(
            uvicorn.Config(self.app, host="127.0.0.1", port=self.port, log_level="critical", lifespan="off")
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=10)

    def mend(self) -> None:
        for name, value in vars(Faults()).items():
            setattr(self.faults, name, value)

    def settings(self, **changed: Any) -> Settings:
        return Settings(
            portal_url=self.address,
            portal_token_url=f"{self.address}/token",
            portal_audience=f"{self.address}/",
            portal_client_key=self.key_file,
            portal_backoff_seconds=0.01,
            portal_retries=2,
            **changed,
        )

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {"aud": f"{self.address}/", "iss": "meldingskontroll-demo", "scope": "ks:fiks"}
        return {**claims, "jti": str(uuid.uuid4()), "iat": now, "exp": now + 100, **changed}

    def ask_token(self, claims: dict[str, Any], key: RSAKey | None = None) -> requests.Response:
        signer = key or self.key
        assertion = jwt.encode({"alg": "RS256", "kid": signer.thumbprint()}, claims, signer)
        return requests.post(f"{self.address}/token", {"grant_type": GRANT, "assertion": assertion}, timeout=10)

    def get(self, path: str, parameters: dict[str, Any] | None = None, **headers: str) -> requests.Response:
        token = self.ask_token(self.claims()).json()["access_token"]
        known = {
            "Authorization": f"Bearer {token}",
            "IntegrasjonId": "00000000-0000-4000-8000-000000000001",
            "IntegrasjonPassord": "demo",
        }
        return requests.get(f"{self.address}{path}", parameters, headers={**known, **headers}, timeout=10)

    def rows(self) -> list[dict[str, str]]:
        with (self.work / "portal/messages.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    work = tmp_path_factory.mktemp("portal")
    simulate(work, seed=5, scenario="small")
    portal = Portal(work, work / "client.pem")
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture
def portal(running: Portal) -> Iterator[Portal]:
    running.mend()
    yield running
    running.mend()


def test_a_page_has_fifty_rows_unless_asked_otherwise_and_the_total_of_the_period(portal: Portal) -> None:
    expected = [row for row in portal.rows() if row["innsendt"].startswith("2022")]
    answer = portal.get(f"{ADMIN}/meldinger", YEAR).json()
    assert answer["totaltAntallTreff"] == len(expected)
    assert len(answer["meldinger"]) == 50
    assert len(portal.get(f"{ADMIN}/meldinger", {**YEAR, "antall": 1000}).json()["meldinger"]) == 1000
    first = answer["meldinger"][0]
    assert set(first) == set(expected[0])
    assert isinstance(first["fraFagsystem"], bool)
    assert "+" not in first["innsendt"]
    assert "Z" not in first["innsendt"]


def test_pages_follow_each_other_without_overlap_and_end_empty(portal: Portal) -> None:
    total = portal.get(f"{ADMIN}/meldinger", YEAR).json()["totaltAntallTreff"]
    ids: list[str] = []
    for since in range(0, total + 1000, 1000):
        page = portal.get(f"{ADMIN}/meldinger", {**YEAR, "fra": since, "antall": 1000}).json()["meldinger"]
        ids += [row["bekymringsmeldingId"] for row in page]
    assert len(ids) == len(set(ids)) == total


def test_filters_narrow_the_answer_and_its_total(portal: Portal) -> None:
    rows = portal.rows()
    org = rows[0]["fiksOrgId"]
    for asked, kept in (
        ({"fiksOrgId": org}, lambda row: row["fiksOrgId"] == org),
        ({"skjemaType": "PRIVAT"}, lambda row: row["skjemaType"] == "PRIVAT"),
        ({"fraFagsystem": "true"}, lambda row: row["fraFagsystem"] == "true"),
        ({"sok": rows[3]["bekymringsmeldingId"]}, lambda row: row is rows[3]),
        ({"advarsel": "IKKE_BEKREFTET_PRINT"}, lambda row: row["kanal"] == "PRINT"),
    ):
        answer = portal.get(f"{ADMIN}/meldinger", asked).json()
        assert answer["totaltAntallTreff"] == sum(map(kept, rows)) > 0


def test_the_first_version_lacks_the_form_type_and_counts_days(portal: Portal) -> None:
    answer = portal.get("/bekymringsmelding/api/v1/admin/meldinger", {"sisteDager": 30}).json()
    assert answer["totaltAntallTreff"] > 0
    assert not {"skjemaType", "fraFagsystem"} & set(answer["meldinger"][0])


def test_a_date_without_a_zone_is_norwegian_time(portal: Portal) -> None:
    bare = portal.get(f"{ADMIN}/meldinger", {"fraDato": "2022-07-01T00:00:00"}).json()
    zoned = portal.get(f"{ADMIN}/meldinger", {"fraDato": "2022-07-01T00:00:00+02:00"}).json()
    assert bare["totaltAntallTreff"] == zoned["totaltAntallTreff"] > 0


@pytest.mark.parametrize(
    "wrong",
    [{"fraDato": "i går"}, {"antall": "-1"}, {"skjemaType": "ANNET"}],
)
def test_a_malformed_question_gives_400_in_the_platforms_error_form(portal: Portal, wrong: dict[str, str]) -> None:
    answer = portal.get(f"{ADMIN}/meldinger", wrong)
    assert answer.status_code == answer.json()["status"] == 400
    assert set(answer.json()) == {
        *("timestamp", "status", "error", "errorId", "path", "originalPath", "message", "errorCode", "errorJson"),
    }


def test_without_a_valid_token_or_integration_the_answer_is_401(portal: Portal) -> None:
    answers = [
        requests.get(f"{portal.address}{ADMIN}/meldinger", timeout=10),
        portal.get(f"{ADMIN}/meldinger", Authorization="Bearer no-such-token"),
        portal.get(f"{ADMIN}/meldinger", IntegrasjonPassord="feil"),
        portal.get(f"{ADMIN}/meldinger", IntegrasjonId="<script>"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert answers[0].json()["message"] == "Klarte ikke å validere access_token"
    assert "<script>" not in answers[3].text


def test_an_integration_without_the_right_gets_403(portal: Portal) -> None:
    access = portal.app.state.access
    access.integrations["00000000-0000-4000-8000-000000000002"] = "demo"
    access.without_right.add("00000000-0000-4000-8000-000000000002")
    answer = portal.get(f"{ADMIN}/meldinger", IntegrasjonId="00000000-0000-4000-8000-000000000002")
    assert answer.status_code == 403


def test_a_grant_is_checked_in_every_claim_and_used_once(portal: Portal) -> None:
    good = portal.claims()
    answer = portal.ask_token(good)
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 120
    assert portal.ask_token(good).status_code == 400
    now = int(time.time())
    for wrong in (
        {"aud": "https://elsewhere/"},
        {"iss": "somebody"},
        {"scope": "ks:other"},
        {"exp": now - 1},
        {"exp": now + 3600},
        {"iat": now + 60, "exp": now + 120},
        {"jti": ""},
        {"exp": "soon"},
    ):
        assert portal.ask_token(portal.claims(**wrong)).status_code == 400, wrong
    assert portal.ask_token(portal.claims(), RSAKey.generate_key(2048)).status_code == 400
    unsigned = requests.post(f"{portal.address}/token", {"grant_type": GRANT, "assertion": "a.b.c"}, timeout=10)
    assert unsigned.status_code == 400


def test_a_token_ends_when_its_time_is_over(portal: Portal) -> None:
    token = portal.ask_token(portal.claims()).json()["access_token"]
    portal.app.state.access.forget_tokens()
    assert portal.get(f"{ADMIN}/meldinger", Authorization=f"Bearer {token}").status_code == 401


def test_the_statistics_agree_with_the_log(portal: Portal) -> None:
    rows = [row for row in portal.rows() if row["innsendt"].startswith("2022")]
    counts = portal.get(f"{ADMIN}/statistikk-gitt-periode", YEAR).json()
    assert counts["antallPrivateBekymringsmeldingerGittPeriode"] == sum(r["skjemaType"] == "PRIVAT" for r in rows)
    assert counts["antallLevertPrintGittPeriode"] == sum(r["kanal"] == "PRINT" for r in rows) > 0
    assert counts["fraDato"] == "2022-01-01T00:00:00"
    total = portal.get(f"{ADMIN}/statistikk").json()["antallBekymringsmeldingerTotalt"]
    districts = portal.get(f"{ADMIN}/statistikk/bydeler").json()
    counted = sum(district["statistikk"]["antallBekymringsmeldingerTotalt"] for district in districts)
    assert total == counted == len(portal.rows())


def test_a_message_has_its_history_and_an_unknown_id_is_not_found(portal: Portal) -> None:
    printed = next(row for row in portal.rows() if row["kanal"] == "PRINT")
    delivered = next(row for row in portal.rows() if row["kanal"] == "FIKS_IO" and row["bekreftet"])
    states = [event["state"] for event in portal.get(f"{ADMIN}/historikk/{printed['bekymringsmeldingId']}").json()]
    assert states[:2] == ["AKSEPTERT", "SENDT_FAGSYSTEM"]
    assert "SENDT_PRINT" in states
    events = portal.get(f"{ADMIN}/historikk/{delivered['bekymringsmeldingId']}").json()
    assert events[-1]["state"] == "LEVERT"
    assert portal.get(f"{ADMIN}/historikk/{uuid.uuid4()}").status_code == 404


def test_our_client_reads_the_whole_period(portal: Portal) -> None:
    with PortalClient(portal.settings()) as client:
        reading = client.messages(datetime(2020, 8, 31, 22), datetime(2023, 6, 30, 22))
    assert reading.total == len(reading.rows) == len(portal.rows())


def test_an_extract_over_http_holds_what_the_portal_holds(portal: Portal, tmp_path: Path) -> None:
    begin, end = datetime(2022, 3, 1), datetime(2022, 5, 1)
    work = WorkFolder(tmp_path)
    outcome = extract_interval(work, portal.settings(), begin, end)
    expected = {
        row["bekymringsmeldingId"]: row
        for row in portal.rows()
        if "2022-03-01T01:00:00" <= row["innsendt"] < "2022-05-01T02:00:00"
    }
    with work.portal_file("messages", begin, end).open(encoding="utf-8", newline="") as stream:
        fetched = {row["bekymringsmeldingId"]: row for row in csv.DictReader(stream)}
    assert outcome["messages"] == len(expected) > 100
    assert fetched == expected


def test_our_client_takes_nothing_less_than_the_whole(portal: Portal) -> None:
    period = datetime(2021, 12, 31, 23), datetime(2022, 12, 31, 23)
    for fault in ({"lying_total": 3}, {"no_rows": True}, {"page_twice": True}, {"empty_body": True}):
        portal.mend()
        for name, value in fault.items():
            setattr(portal.faults, name, value)
        with PortalClient(portal.settings(portal_page_size=200)) as client, pytest.raises(PortalIncomplete):
            client.messages(*period)


def test_our_client_gets_over_what_passes_and_says_what_does_not(portal: Portal) -> None:
    period = datetime(2022, 1, 1), datetime(2022, 1, 8)
    portal.faults.statuses = [429, 503]
    portal.faults.broken_connections = 0
    with PortalClient(portal.settings()) as client:
        assert client.messages(*period).rows
        portal.faults.statuses = [500] * 20
        with pytest.raises(PortalError):
            client.messages(*period)
    portal.mend()
    portal.faults.broken_connections = 20
    with PortalClient(portal.settings()) as client, pytest.raises(PortalError):
        client.messages(*period)
    portal.mend()
    portal.faults.slow_seconds = 0.5
    with (
        PortalClient(portal.settings(portal_timeout_seconds=0.1)) as client,
        pytest.raises(PortalError),
    ):
        client.messages(*period)


def test_the_demo_key_is_for_its_owner_only_and_kept_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    first = demo_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert demo_key(file).thumbprint() == first.thumbprint()


def test_a_folder_without_a_log_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(AuditInputError, match="messages"):
        create_app(tmp_path, None)
