"""The client of the portal's admin API, against a portal that answers well and badly."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from integration.scripted_portal import PASSWORD, ScriptedPortal, message, serving, settings_for, write_key
from meldingskontroll.portal.client import PortalClient
from meldingskontroll.portal.errors import PortalError, PortalIncomplete

BEGIN, END = datetime(2022, 3, 1), datetime(2022, 4, 1)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    rows = [message(datetime(2022, 3, 2) + timedelta(hours=i), i) for i in range(5)]
    with serving(ScriptedPortal(rows)) as portal:
        yield portal


def test_every_message_is_read_over_all_pages_with_only_get_and_one_token(portal: ScriptedPortal, key: Path) -> None:
    with PortalClient(settings_for(portal.address, key)) as client:
        reading = client.messages(BEGIN, END)
    assert reading.total == 5
    assert reading.rows == portal.rows
    assert [call.query["fra"] for call in portal.of("/meldinger")] == ["0", "2", "4"]
    assert [(call.method, call.path) for call in portal.asked if call.method == "POST"] == [("POST", "/token")]
    assert {call.method for call in portal.asked} == {"GET", "POST"}


def test_a_period_without_messages_is_an_answer(portal: ScriptedPortal, key: Path) -> None:
    with PortalClient(settings_for(portal.address, key)) as client:
        assert client.messages(datetime(2021, 1, 1), datetime(2021, 2, 1)).rows == []


def test_the_three_headers_and_zoned_dates_are_sent(portal: ScriptedPortal, key: Path) -> None:
    settings = settings_for(portal.address, key)
    with PortalClient(settings) as client:
        client.messages(BEGIN, END)
    call = portal.of("/meldinger")[0]
    assert call.headers["Authorization"] == "Bearer token-1"
    assert call.headers["IntegrasjonId"] == settings.portal_integration_id
    assert call.headers["IntegrasjonPassord"] == PASSWORD
    assert (call.query["fraDato"], call.query["tilDato"]) == ("2022-03-01T00:00:00Z", "2022-04-01T00:00:00Z")


def test_the_grant_is_a_signed_assertion_that_names_client_audience_scope_and_key(
    portal: ScriptedPortal, key: Path
) -> None:
    with PortalClient(settings_for(portal.address, key, portal_client_key_id="nøkkel-1")) as client:
        client.messages(BEGIN, END)
    form = parse_qs(portal.of("/token")[0].body)
    header, claims, _ = (_decoded(part) for part in form["assertion"][0].split("."))
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert header == {"alg": "RS256", "kid": "nøkkel-1", "typ": "JWT"}
    assert claims["aud"] == f"{portal.address}/"
    assert claims["iss"] == "meldingskontroll-demo"
    assert claims["scope"] == "ks:fiks"
    assert claims["exp"] - claims["iat"] == 120
    assert UUID(claims["jti"])


@pytest.mark.fault(
    "a token is about to end",
    "a new one before it is used",
)
def test_a_token_about_to_end_is_not_used_again(portal: ScriptedPortal, key: Path) -> None:
    portal.token_seconds = 0
    with PortalClient(settings_for(portal.address, key)) as client:
        client.messages(BEGIN, END)
    assert portal.tokens == 3


def test_a_token_that_the_portal_no_longer_takes_is_replaced_once(portal: ScriptedPortal, key: Path) -> None:
    portal.refused_tokens = {"token-1"}
    with PortalClient(settings_for(portal.address, key)) as client:
        assert client.messages(BEGIN, END).total == 5
    assert portal.tokens == 2


@pytest.mark.fault(
    "429 and 503 with `Retry-After`",
    "the wait is kept, and the call repeated",
)
def test_a_portal_that_asks_to_wait_is_asked_again(portal: ScriptedPortal, key: Path) -> None:
    def busy_twice(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
        if path.endswith("/meldinger") and len(portal.of("/meldinger")) <= 2:
            return (429 if len(portal.of("/meldinger")) == 1 else 503), ({"Retry-After": "0"}, {})
        return None

    portal.script = busy_twice
    with PortalClient(settings_for(portal.address, key)) as client:
        assert client.messages(BEGIN, END).total == 5


@pytest.mark.fault(
    "a message arrives between two pages",
    "read again until the total stands still",
)
def test_a_total_that_moves_is_read_again_until_it_stands_still(portal: ScriptedPortal, key: Path) -> None:
    def one_more_midway(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
        if path.endswith("/meldinger") and len(portal.of("/meldinger")) == 2:
            portal.rows.insert(0, message(datetime(2022, 3, 1, 12), 99))
        return None

    portal.script = one_more_midway
    with PortalClient(settings_for(portal.address, key)) as client:
        reading = client.messages(BEGIN, END)
    assert reading.total == len(reading.rows) == 6


@pytest.mark.fault(
    "a page comes twice",
    "read again until the ids number the total",
)
def test_pages_that_overlap_are_read_again(portal: ScriptedPortal, key: Path) -> None:
    def first_page_twice(portal: ScriptedPortal, path: str, query: dict[str, str]) -> Any:
        if path.endswith("/meldinger") and len(portal.of("/meldinger")) == 2:
            return 200, {"totaltAntallTreff": 5, "meldinger": portal.rows[:2]}
        return None

    portal.script = first_page_twice
    with PortalClient(settings_for(portal.address, key)) as client:
        assert client.messages(BEGIN, END).rows == portal.rows


def page(status: int, value: Any) -> Any:
    return lambda portal, path, query: (status, value) if path.endswith("/meldinger") else None


@pytest.mark.fault(
    "an answer of 302, 400, 401, 403, 404, 429, 500, 502, 503 or 504, cut off, or not the log at all",
    "one sentence that says who must do what; no secret in it",
)
@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        (page(401, {"errorId": "abc-1"}), PortalError, ["401", "abc-1", "IntegrasjonId"]),
        (page(403, {}), PortalError, ["403", "the right"]),
        (page(429, {}), PortalError, ["429", "try again later"]),
        (page(500, {}), PortalError, ["500", "out of order"]),
        (page(502, {}), PortalError, ["502", "out of order"]),
        (page(503, {}), PortalError, ["503", "out of order"]),
        (page(504, {}), PortalError, ["504", "out of order"]),
        (page(400, {}), PortalError, ["400"]),
        (page(404, {}), PortalError, ["404"]),
        (page(302, ({"Location": "http://127.0.0.1:1/"}, {})), PortalError, ["302", "address"]),
        (page(200, "reset"), PortalError, ["connection", "broken"]),
        (page(200, ({"X-Cut": "yes"}, {"totaltAntallTreff": 5, "meldinger": []})), PortalError, ["broke off"]),
        (page(200, {"totaltAntallTreff": 5, "meldinger": []}), PortalIncomplete, ["5", "gave 0"]),
        (page(200, {"totaltAntallTreff": -1, "meldinger": []}), PortalIncomplete, ["total"]),
        (page(200, {"totaltAntallTreff": 5}), PortalIncomplete, ["list of messages"]),
        (page(200, {"totaltAntallTreff": 1, "meldinger": ["x"]}), PortalIncomplete, ["not a message"]),
        (page(200, []), PortalIncomplete, ["total"]),
    ],
)
def test_an_answer_not_to_rely_on_is_one_clear_sentence_without_secrets(
    portal: ScriptedPortal,
    key: Path,
    script: Any,
    kind: type[Exception],
    words: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    portal.script = script
    with PortalClient(settings_for(portal.address, key)) as client, pytest.raises(kind) as raised:
        client.messages(BEGIN, END)
    for word in words:
        assert word in str(raised.value)
    assert "\n" not in str(raised.value)
    for secret in (PASSWORD, "token-1"):
        assert secret not in str(raised.value) + caplog.text


@pytest.mark.fault(
    "a total that lies upwards, or a page that is missing",
    "refused after three readings; nothing is declared",
)
def test_a_total_that_promises_more_than_the_portal_gives_is_not_taken_as_the_truth(
    portal: ScriptedPortal, key: Path
) -> None:
    portal.script = lambda portal, path, query: (
        (200, {"totaltAntallTreff": 6, "meldinger": portal.rows[int(query["fra"]) :][:2]})
        if path.endswith("/meldinger")
        else None
    )
    with (
        PortalClient(settings_for(portal.address, key)) as client,
        pytest.raises(PortalIncomplete, match="6 messages, and gave 5"),
    ):
        client.messages(BEGIN, END)


@pytest.mark.fault(
    "a total that lies downwards",
    "refused after three readings; nothing is declared",
)
def test_more_messages_than_the_total_says_is_as_bad_as_fewer(portal: ScriptedPortal, key: Path) -> None:
    portal.script = page(200, {"totaltAntallTreff": 1, "meldinger": [message(BEGIN, 1), message(BEGIN, 2)]})
    with (
        PortalClient(settings_for(portal.address, key)) as client,
        pytest.raises(PortalIncomplete, match="holds 1 messages, and gave 2"),
    ):
        client.messages(BEGIN, END)


@pytest.mark.fault(
    "the name of the portal has no host (DNS)",
    "a sentence: check the address and the network",
)
def test_a_name_without_a_host_is_said(key: Path) -> None:
    settings = settings_for("https://portal.invalid", key)
    with PortalClient(settings) as client, pytest.raises(PortalError, match="no host behind its name"):
        client.messages(BEGIN, END)


@pytest.mark.fault(
    "the portal never answers",
    "given up after the time-outs, with a sentence",
)
def test_a_portal_that_does_not_answer_in_time_is_said(portal: ScriptedPortal, key: Path) -> None:
    portal.script = lambda portal, path, query: time.sleep(0.5) if path.endswith("/meldinger") else None
    settings = settings_for(portal.address, key).model_copy(update={"portal_timeout_seconds": 0.1, "portal_retries": 1})
    with PortalClient(settings) as client, pytest.raises(PortalError, match="did not answer in time"):
        client.messages(BEGIN, END)


@pytest.mark.fault(
    "Maskinporten refuses (400) or is busy (503)",
    "a sentence; the portal is not asked",
)
@pytest.mark.parametrize(("status", "words"), [(400, "gives us no token"), (503, "busy")])
def test_a_maskinporten_that_gives_no_token_is_said(portal: ScriptedPortal, key: Path, status: int, words: str) -> None:
    portal.script = lambda portal, path, query: (status, {}) if path == "/token" else None
    with PortalClient(settings_for(portal.address, key)) as client, pytest.raises(PortalError, match=words):
        client.messages(BEGIN, END)
    assert portal.of("/meldinger") == []


def test_no_assertion_is_sent_twice_when_maskinporten_must_be_asked_again(portal: ScriptedPortal, key: Path) -> None:
    portal.script = lambda portal, path, query: (503, {}) if path == "/token" and len(portal.asked) < 3 else None
    with PortalClient(settings_for(portal.address, key)) as client:
        client.messages(BEGIN, END)
    assertions = [parse_qs(call.body)["assertion"][0] for call in portal.of("/token")]
    assert len(set(assertions)) == len(assertions) == 3


def test_passwords_are_not_sent_in_clear_text_over_a_network(key: Path) -> None:
    with pytest.raises(PortalError, match="https"):
        PortalClient(settings_for("http://portal.example", key))


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN NOTHING-----"])
def test_a_key_that_is_missing_or_no_key_is_said(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PortalError, match="key file"):
        PortalClient(settings_for("http://127.0.0.1:1", file))


def _decoded(part: str) -> Any:
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    try:
        return json.loads(raw)
    except ValueError:
        return raw
