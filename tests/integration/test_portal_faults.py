"""What goes wrong at the portal or on the way to it: each fault is injected, and what stands afterwards is checked."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from integration.scripted_portal import PASSWORD, ScriptedPortal, at, settings_for, write_key
from meldingskontroll.lake import WorkFolder
from meldingskontroll.portal import extract_api
from meldingskontroll.portal.client import PortalClient
from meldingskontroll.portal.errors import PortalError, PortalIncomplete
from meldingskontroll.settings import Settings
from support.tls import self_signed

MARCH = (datetime(2022, 2, 28, 23), datetime(2022, 3, 31, 22))
fault = pytest.mark.fault


@fault("the token loses its validity in the middle of an extract", "one new token, and the extract goes on")
def test_a_token_that_ends_midway_is_replaced_once_and_nothing_is_read_twice(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    portal.script = at(3, lambda portal, query: portal.refused_tokens.add("token-1"))
    assert extract_api.extract_interval(work, settings, *MARCH)["messages"] == 9
    assert portal.tokens == 2
    assert [call.query["fra"] for call in portal.of("/meldinger")] == ["0", "2", "4", "4", "6", "8"]


@fault("every token is refused", "one new token is tried, then a sentence; no loop")
def test_a_portal_that_refuses_every_token_is_asked_twice_and_no_more(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    portal.refused_tokens = {f"token-{number}" for number in range(9)}
    with pytest.raises(PortalError, match="does not recognise us"):
        extract_api.extract_interval(work, settings, *MARCH)
    assert (portal.tokens, len(portal.of("/meldinger"))) == (2, 2)


@fault("the client's key is replaced while a token lives", "the token is used until it ends, then the new key")
def test_a_key_replaced_under_our_hands_is_used_from_the_next_token_on(
    portal: ScriptedPortal, tmp_path: Path, key: Path
) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(key.read_bytes())
    with PortalClient(settings_for(portal.address, own)) as client:
        client.messages(*MARCH)
        own.write_bytes(write_key(tmp_path).read_bytes())
        client.messages(*MARCH)
        assert portal.tokens == 1
        portal.refused_tokens = {"token-1"}
        client.messages(*MARCH)
    import base64
    import json

    assertions = [parse_qs(call.body)["assertion"][0] for call in portal.of("/token")]
    kids = [json.loads(base64.urlsafe_b64decode(text.split(".")[0] + "=="))["kid"] for text in assertions]
    assert len(kids) == len(set(kids)) == 2


@fault("the key file is half written when a token is due", "a sentence; the key is not repeated in it")
def test_a_key_that_is_half_written_is_said_and_the_next_call_takes_the_whole(
    portal: ScriptedPortal, tmp_path: Path, key: Path
) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(key.read_bytes())
    with PortalClient(settings_for(portal.address, own)) as client:
        own.write_bytes(key.read_bytes()[:300])
        with pytest.raises(PortalError, match="holds no RSA key") as raised:
            client.messages(*MARCH)
        assert "BEGIN" not in str(raised.value)
        own.write_bytes(key.read_bytes())
        assert client.messages(*MARCH).total == 9


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@fault("the portal's certificate is self-signed", "nothing is sent, neither password nor token")
def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(tmp_path: Path, key: Path) -> None:
    heard: list[bytes] = []
    certificate, private = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
                with context.wrap_socket(connection, server_side=True) as stream:
                    heard.append(stream.recv(100))
            except ssl.SSLError:
                continue
            except OSError:
                return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    address = f"https://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with PortalClient(settings_for(address, key)) as client, pytest.raises(PortalError, match="not to be trusted"):
            client.messages(*MARCH)
        assert heard == []
        # The same server is heard by one who does not look, so that it is the looking that stops us.
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(address, verify=False, timeout=5)
        assert heard and heard[0].startswith(b"GET")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get"])
def test_no_other_verb_than_get_can_leave_for_the_portal(portal: ScriptedPortal, key: Path, method: str) -> None:
    settings = settings_for(portal.address, key)
    address = f"{portal.address}/bekymringsmelding/api/v2/admin/status"
    with PortalClient(settings) as client:
        sent = requests.Request(method, address).prepare()
        sent.method = method
        with pytest.raises(PortalError, match=f"{method} was stopped"):
            client._session.send(sent)
        with pytest.raises(PortalError, match="was stopped"):
            client._token_session.request("POST", address)
        with pytest.raises(PortalError, match="was stopped"):
            client._session.get("http://127.0.0.1:1/elsewhere")
        assert portal.asked == []
        assert client.messages(*MARCH).total == 9


def test_no_secret_is_in_any_log_at_any_level_nor_in_what_is_kept(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "pybreaker"):
        caplog.set_level(logging.DEBUG, logger=name)
    portal.script = at(2, lambda portal, query: (401, {"message": "Klarte ikke", "errorId": "e-1"}))
    extract_api.extract_interval(work, settings, *MARCH)
    written = b"".join(file.read_bytes() for file in work.root.rglob("*") if file.is_file()).decode()
    assert "urllib3" in {record.name.split(".")[0] for record in caplog.records}
    assertions = [parse_qs(call.body)["assertion"][0] for call in portal.of("/token")]
    for secret in (PASSWORD, "token-1", "token-2", *assertions):
        assert secret not in caplog.text + written + repr(settings) + str(settings)


@fault("a slow server", "the call is given up after the time-out, and repeated")
def test_a_server_that_is_slow_once_is_asked_again(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    portal.script = at(2, lambda portal, query: time.sleep(0.6))
    settings = settings.model_copy(update={"portal_timeout_seconds": 0.3})
    assert extract_api.extract_interval(work, settings, *MARCH)["messages"] == 9


@fault(
    "the connection is reset in the middle of a page", "the page is read again, else a sentence; nothing half is used"
)
@pytest.mark.parametrize("answer", ["reset", ({"X-Cut": "yes"}, {"totaltAntallTreff": 9, "meldinger": []})])
def test_a_connection_reset_in_the_middle_of_a_page_leaves_nothing_half(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder, answer: Any
) -> None:
    portal.script = at(3, lambda portal, query: (200, answer))
    try:
        extract_api.extract_interval(work, settings, *MARCH)
    except PortalError:
        assert not work.portal.exists()
        extract_api.extract_interval(work, settings, *MARCH)
    assert work.portal_file("messages", *MARCH).read_text().count("\n") == 10


@fault("counts by channel that the log does not bear out", "refused by name; nothing is declared")
@pytest.mark.parametrize(
    ("name", "count", "taken"),
    [
        ("antallLevertFiksIOGittPeriode", 9, True),
        ("antallLevertFiksIOGittPeriode", 8, True),
        ("antallLevertFiksIOGittPeriode", 10, False),
        ("antallLevertFiksIOGittPeriode", 7, False),
        ("antallLevertSvarinnGittPeriode", 1, False),
        ("antallLevertPrintGittPeriode", 1, False),
        ("antallLevertManuellMottakGittPeriode", 1, False),
        ("antallPrivateBekymringsmeldingerGittPeriode", 8, False),
        ("antallOffentligBekymringsmeldingerGittPeriode", 1, False),
        ("antallFraFagsystemGittPeriode", 1, False),
    ],
)
def test_the_log_is_held_against_the_counts_by_kind_and_channel(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder, name: str, count: int, taken: bool
) -> None:
    portal.rows[4]["bekreftet"] = ""
    counts = {f"antall{kind}GittPeriode": 0 for kind in ("OffentligBekymringsmeldinger", "FraFagsystem")}
    counts |= {"antallPrivateBekymringsmeldingerGittPeriode": 9, name: count}
    portal.script = lambda portal, path, query: (200, counts) if path.endswith("gitt-periode") else None
    if taken:
        assert extract_api.extract_interval(work, settings, *MARCH)["messages"] == 9
        return
    with pytest.raises(PortalIncomplete, match=name):
        extract_api.extract_interval(work, settings, *MARCH)
    assert not work.portal.exists()


def test_rows_of_the_first_version_are_taken_with_the_total_as_their_check(
    portal: ScriptedPortal, settings: Settings, work: WorkFolder
) -> None:
    kinds = ("antallPrivateBekymringsmeldinger", "antallOffentligBekymringsmeldinger", "antallFraFagsystem")
    counts = {f"{kind}GittPeriode": 3 for kind in kinds}
    for row in portal.rows:
        del row["skjemaType"], row["fraFagsystem"]
    portal.script = lambda portal, path, query: (200, counts) if path.endswith("gitt-periode") else None
    assert extract_api.extract_interval(work, settings, *MARCH)["manifest_total"] == 9
    line = work.portal_file("messages", *MARCH).read_text().splitlines()[1]
    assert line.split(",")[-4:-2] == ["", ""] or ",,," in line
