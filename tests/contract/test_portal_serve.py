"""The simulated portal over HTTP, as an outsider calls it (contract §1 "Over HTTP", §3 `portal serve`)."""

from __future__ import annotations

import re
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from contract.answer import COMMAND
from contract.folder import Folder, later

API = "/bekymringsmelding/api/v2/admin"
PERIOD = {"fraDato": "2023-01-01T00:00:00+01:00", "tilDato": "2023-07-01T00:00:00+02:00"}
ROW = {
    "bekymringsmeldingId",
    "fiksOrgId",
    "bydelRessursId",
    "innsendt",
    "bydelsnavn",
    "fraFagsystem",
    "skjemaType",
    "kanal",
    "bekreftet",
}


@dataclass
class Portal:
    base: str
    headers: dict[str, str]
    folder: Folder
    told: str

    def get(self, path: str, **parameters: Any) -> requests.Response:
        return requests.get(f"{self.base}{API}{path}", params=parameters, headers=self.headers, timeout=20)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def answers(base: str) -> bool:
    try:
        requests.get(f"{base}{API}/meldinger", timeout=2)
    except requests.ConnectionError:
        return False
    return True


def token(base: str, key: Path, said: str) -> requests.Response:
    """Ask for a token with a signed grant, as Maskinporten has it; what to claim is in the line the portal prints."""
    told = re.search(r"aud (\S+), iss (\S+), kid (\S+), scope (\S+);", said)
    assert told, said
    audience, issuer, name, scope = told.groups()
    now = int(time.time())
    claims = {"aud": audience, "iss": issuer, "scope": scope, "iat": now, "exp": now + 100, "jti": str(uuid.uuid4())}
    grant = jwt.encode({"alg": "RS256", "kid": name}, claims, RSAKey.import_key(key.read_text(encoding="utf-8")))
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": grant}
    return requests.post(f"{base}/token", data=form, timeout=20)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    root = tmp_path_factory.mktemp("portal")
    folder = Folder(root / "work")
    place = folder.place("one")
    for number in range(60):
        kind = "PRIVAT" if number % 3 == 0 else "OFFENTLIG"
        place.send(f"m{number}", later("2023-01-10T10:00:00", days=2 * number), kind=kind)
    folder.happened(place.messages["m0"], "AKSEPTERT", "SENDT_FAGSYSTEM", "LEVERT")
    folder.write()
    port, key = free_port(), root / "key.pem"
    base = f"http://127.0.0.1:{port}"
    said = root / "said.txt"
    with said.open("w", encoding="utf-8") as out:
        command = [
            str(COMMAND),
            "portal",
            "serve",
            "--work",
            str(folder.root),
            "--port",
            str(port),
            "--client-key",
            str(key),
        ]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        while not answers(base):
            assert process.poll() is None and time.monotonic() < until, said.read_text(encoding="utf-8")
            time.sleep(0.2)
        told = said.read_text(encoding="utf-8")
        integration = re.search(r"IntegrasjonId ([0-9a-f-]{36})", told)
        assert integration, told
        given = token(base, key, told)
        assert given.status_code == 200, given.text
        headers = {
            "Authorization": f"Bearer {given.json()['access_token']}",
            "IntegrasjonId": integration.group(1),
            "IntegrasjonPassord": "demo",
        }
        yield Portal(base, headers, folder, told)
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_who_calls_is_told_what_to_call_with(portal: Portal) -> None:
    """The portal's own line names all that its three headers must hold."""
    assert re.search(r"IntegrasjonPassord demo\b", portal.told)


def test_without_the_three_headers_nothing_is_told(portal: Portal) -> None:
    for missing in portal.headers:
        headers = {name: value for name, value in portal.headers.items() if name != missing}
        answer = requests.get(f"{portal.base}{API}/meldinger", params=PERIOD, headers=headers, timeout=20)
        assert answer.status_code in {401, 403}, missing
        assert "meldinger" not in answer.json()


def test_a_page_is_fifty_unless_asked_and_the_total_is_all(portal: Portal) -> None:
    page = portal.get("/meldinger", **PERIOD).json()
    assert page["totaltAntallTreff"] == 60
    assert len(page["meldinger"]) == 50
    assert all(set(row) >= ROW for row in page["meldinger"])
    rest = portal.get("/meldinger", **PERIOD, fra=50, antall=50).json()
    ids = {row["bekymringsmeldingId"] for row in page["meldinger"] + rest["meldinger"]}
    assert ids == {message.id for message in portal.folder.messages}


def test_the_period_is_half_open(portal: Portal) -> None:
    """The second message is sent at 10:00 on 12 January: in from then, out until then."""
    sent = "2023-01-12T10:00:00+01:00"
    inside = portal.get("/meldinger", fraDato=sent, tilDato="2023-01-12T10:00:01+01:00").json()
    before = portal.get("/meldinger", fraDato="2023-01-11T10:00:00+01:00", tilDato=sent).json()
    assert (inside["totaltAntallTreff"], before["totaltAntallTreff"]) == (1, 0)
    assert inside["meldinger"][0]["innsendt"] == "2023-01-12T10:00:00"


def test_the_history_of_one_message_is_told(portal: Portal) -> None:
    number = portal.folder.cases["one"].messages["m0"].id
    found = portal.get(f"/historikk/{number}").json()
    assert [event["state"] for event in found] == ["AKSEPTERT", "SENDT_FAGSYSTEM", "LEVERT"]


def test_the_statistics_of_a_period_count_by_sender(portal: Portal) -> None:
    found = portal.get("/statistikk-gitt-periode", **PERIOD).json()
    assert found["antallPrivateBekymringsmeldingerGittPeriode"] == 20
    assert found["antallOffentligBekymringsmeldingerGittPeriode"] == 40
    assert found["antallLevertFiksIOGittPeriode"] == 60


def test_a_grant_signed_by_a_stranger_gives_no_token(portal: Portal) -> None:
    now = int(time.time())
    claims = {
        "aud": f"{portal.base}/",
        "iss": "meldingskontroll-demo",
        "scope": "ks:fiks",
        "iat": now,
        "exp": now + 100,
        "jti": str(uuid.uuid4()),
    }
    grant = jwt.encode({"alg": "RS256", "kid": "fremmed"}, claims, RSAKey.generate_key(2048))
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": grant}
    answer = requests.post(f"{portal.base}/token", data=form, timeout=20)
    assert 400 <= answer.status_code < 500
    assert "access_token" not in answer.json()
