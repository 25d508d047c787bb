"""The edges of HTTP: whatever is wrong with a call, the answer is a problem that says so, and never a permission."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from integration.test_release_service_attacks import Server
from meldingskontroll.release.service import guard, serve
from meldingskontroll.release.service.app import create_app
from meldingskontroll.settings import Settings
from support.released import AS_OF, LOST, REGISTERED, Released, serving

PROBLEM = "application/problem+json"
QUESTION = json.dumps({"ids": [REGISTERED]}).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Released:
    made = Released(tmp_path_factory.mktemp("edges") / "work")
    made.release()
    return made


@pytest.fixture(scope="module")
def server(folder: Released) -> Iterator[Server]:
    with serving(folder.work, at=AS_OF) as address:
        yield Server(address, folder.token())


def ask(server: Server, body: bytes = QUESTION, **headers: str) -> requests.Response:
    """Ask for clearance with these headers beside the usual ones."""
    sent = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.post(f"{server.address}/v1/clearance", data=body, headers=sent, timeout=10)


def whole(server: Server, sent: bytes) -> tuple[bytes, bytes]:
    """The head and the body of what is answered until the server closes the connection."""
    with socket.create_connection(server.place, timeout=10) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.lower(), body


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\0T / HTTP/1.1\r\n\r\n",
        b"GET deletion-release HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1/x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /deletion-release/v1/clearance HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /deletion-release/v1/clearance HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    ],
)
def test_what_is_not_http_gets_a_problem_and_a_closed_connection(server: Server, sent: bytes) -> None:
    head, body = whole(server, sent)
    assert head.startswith(b"http/1.1 400 ")
    assert b"content-type: application/problem+json\r\n" in head
    assert b"connection: close" in head
    assert json.loads(body)["code"] == "MALFORMED_REQUEST"
    assert f"content-length: {len(body)}".encode() in head


def test_nobody_is_waited_for_who_sends_a_body_where_none_is_asked_for(server: Server) -> None:
    for method, status in (("GET", 200), ("POST", 405)):
        asked = f"{method} /deletion-release/v1/jwks.json HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
        with socket.create_connection(server.place, timeout=5) as connection:
            connection.sendall(f"{asked}\r\n{{".encode())
            assert connection.recv(12).decode() == f"HTTP/1.1 {status}"
    assert server.get("/v1/status").status_code == 200


def test_a_wish_for_another_protocol_is_passed_over(server: Server) -> None:
    for wish in (b"websocket", b"h2c"):
        asked = b"GET /deletion-release/v1/status HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + wish
        head, body = whole(server, asked + b"\r\nConnection: close\r\n\r\n")
        assert head.startswith(b"http/1.1 401 ")
        assert json.loads(body)["code"] == "INVALID_TOKEN"


def test_above_so_many_connections_a_call_is_turned_away_and_told_when_to_come_back(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_MOST_CONNECTIONS", 1)
    with socket.create_connection(server.place):
        assert server.get("/health").status_code == 503
        busy = server.get("/v1/status")
        assert (busy.status_code, busy.headers["content-type"]) == (503, PROBLEM)
        assert (busy.json()["code"], busy.headers["retry-after"]) == ("TOO_BUSY", "1")
        assert busy.headers["connection"] == "close"
    monkeypatch.undo()
    assert server.get("/v1/status").status_code == 200


def test_above_so_many_calls_at_once_a_call_is_turned_away_and_health_still_answers(
    folder: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever mounts the application has this limit too, whatever server is around it."""
    monkeypatch.setattr(guard, "MOST_AT_ONCE", 1)
    token = folder.token()
    app = create_app(folder.work, Settings(), lambda: AS_OF)

    async def call(path: str, given: asyncio.Event) -> dict[str, Any]:
        headers = [(b"authorization", f"Bearer {token}".encode())]
        said: dict[str, Any] = {}

        async def receive() -> dict[str, Any]:
            await given.wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            said.update(message)

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        await app(scope, receive, send)
        return said

    async def three() -> tuple[int, int, int]:
        given, at_once = asyncio.Event(), asyncio.Event()
        at_once.set()
        waiting = asyncio.create_task(call("/v1/jwks.json", given))
        await asyncio.sleep(0)
        second = await call("/v1/jwks.json", at_once)
        health = await call("/health", at_once)
        given.set()
        return int((await waiting)["status"]), int(second["status"]), int(health["status"])

    assert asyncio.run(three()) == (200, 503, 200)


def test_a_method_that_is_not_there_is_told_which_are(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    for path, method, allowed in (("/v1/status", "POST", "GET, HEAD"), ("/v1/clearance", "GET", "POST")):
        answer = requests.request(method, server.address + path, headers=headers, timeout=10)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    head = requests.head(f"{server.address}/v1/clearance", headers=headers, timeout=10)
    assert (head.status_code, head.content) == (405, b"")


def test_a_slash_too_many_is_another_address_and_nobody_is_sent_on_with_a_token(server: Server) -> None:
    for path in ("/v1/status/", "/v1/clearance/", "/v1//status"):
        answer = requests.get(server.address + path, headers={"Authorization": f"Bearer {server.token}"}, timeout=10)
        assert (answer.status_code, answer.history, answer.json()["code"]) == (404, [], "NOT_FOUND")


def test_outside_the_address_the_answer_has_the_same_form_and_headers(server: Server) -> None:
    base = server.address.removesuffix("/deletion-release")
    for path in ("/", "/favicon.ico", "/deletion-releases/v1/status"):
        answer = requests.get(base + path, timeout=10)
        assert (answer.status_code, answer.json()["code"], answer.headers["content-type"]) == (
            404,
            "NOT_FOUND",
            PROBLEM,
        )
        assert answer.headers["x-request-id"] == answer.json()["instance"].removeprefix("urn:uuid:")
        assert answer.headers["cache-control"] == "no-store"


def test_json_is_json_in_utf8_whatever_charset_stands_beside_it(server: Server) -> None:
    for kind in (
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
        "application/json; charset=latin1",
    ):
        answer = ask(server, Content_Type=kind)
        assert (answer.status_code, answer.json()["clearances"][0]["clearance"]) == (200, "delete")
    for kind in ("text/json", "application/vnd.api+json", "application/jsonx"):
        assert (ask(server, Content_Type=kind).json()["code"]) == "NOT_JSON"


def test_a_packed_body_is_refused_and_not_unpacked(server: Server) -> None:
    bomb = gzip.compress(b'{"ids": [' + b" " * 50_000_000 + b"]}")
    for body, coding in ((gzip.compress(QUESTION), "gzip"), (bomb, "gzip"), (QUESTION, "br"), (QUESTION, "gzip, gzip")):
        answer = ask(server, body, Content_Encoding=coding)
        assert (answer.status_code, answer.json()["code"]) == (415, "ENCODED")
        assert answer.headers["accept-encoding"] == "identity"
    assert ask(server, Content_Encoding="identity").status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f'{{"ids": ["{LOST}"], "ids": ["{REGISTERED}"]}}', "INVALID_JSON"),
        ('{"ids": [NaN]}', "INVALID_JSON"),
        ('{"ids": -Infinity}', "INVALID_JSON"),
        (f'{{"ids": [{"9" * 5000}]}}', "INVALID_JSON"),
        (f'\ufeff{{"ids": ["{REGISTERED}"]}}', "INVALID_JSON"),
        (f'{{"ids": ["{REGISTERED}"]}} {{}}', "INVALID_JSON"),
        ('{"ids": ' + "[" * 5_000 + "]" * 5_000 + "}", "INVALID_JSON"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "INVALID_JSON"),
        ('{"ids": ' + "[" * 50 + "]" * 50 + "}", "INVALID_ID"),
        ('{"ids": [1e999]}', "INVALID_ID"),
        (f'{{"ids": "{REGISTERED}"}}', "INVALID_BODY"),
        (f'{{"IDS": ["{REGISTERED}"]}}', "INVALID_BODY"),
        ("null", "INVALID_BODY"),
    ],
)
def test_json_that_could_be_read_in_two_ways_or_is_no_question_is_refused(server: Server, body: str, code: str) -> None:
    answer = ask(server, body.encode())
    assert (answer.headers["content-type"], answer.json()["code"]) == (PROBLEM, code)
    assert answer.status_code in {400, 422}


def test_whatever_form_is_asked_for_the_answer_is_the_one_that_there_is(server: Server) -> None:
    """RFC 9110, 12.5.1 lets a server pass over Accept; who asks must look at the form of what he gets."""
    answer = server.get("/v1/status", Accept="text/csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert "content-encoding" not in server.get("/v1/status", **{"Accept-Encoding": "gzip, br"}).headers


def test_who_sends_no_token_is_told_what_is_needed_and_not_that_it_was_wrong(server: Server) -> None:
    challenge = requests.get(f"{server.address}/v1/status", timeout=10).headers["www-authenticate"]
    assert challenge == 'Bearer realm="deletion-release", scope="deletion-release:read"'
    wrong = requests.get(f"{server.address}/v1/status", headers={"Authorization": "Bearer x"}, timeout=10)
    assert wrong.headers["www-authenticate"] == f'{challenge}, error="invalid_token"'


def test_the_log_is_json_whatever_is_sent(capfd: pytest.CaptureFixture[str], server: Server) -> None:
    requests.get(server.address.removesuffix("/deletion-release") + "/elsewhere", timeout=10)
    whole(server, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    # The call before this test may be written down after its answer.
    assert [(line["route"], line["status"]) for line in lines][-2:] == [("other", 404), ("malformed", 400)]
