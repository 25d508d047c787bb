"""What is tried against a real server: too much, too slowly, by crooked paths and headers, with stolen tokens."""

from __future__ import annotations

import itertools
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from meldingskontroll.release.service import tokens
from meldingskontroll.release.service.prompt import PromptProtocol
from meldingskontroll.settings import Settings
from support.released import AS_OF, REGISTERED, Released, serving

ASKING = "POST /deletion-release/v1/clearance HTTP/1.1\r\nContent-Type: application/json"
PROMPT = Settings(service_body_seconds=0.5)


class Server:
    """Raw calls to a server: what a client library would not send."""

    def __init__(self, address: str, token: str) -> None:
        self.address, self.token = address, token
        parts = urlsplit(address)
        self.place = (str(parts.hostname), int(parts.port or 0))

    def raw(self, head: str, body: bytes = b"", *, is_let_in: bool = True) -> tuple[int, str]:
        """Send a request as it stands, and give the status and the whole answer."""
        authorization = f"Authorization: Bearer {self.token}\r\n" if is_let_in else ""
        with socket.create_connection(self.place, timeout=10) as connection:
            sent = f"{head}\r\nHost: x\r\n{authorization}" + ("\r\n" if "\r\n\r\n" not in head else "")
            connection.sendall(sent.encode("latin-1") + body)
            connection.shutdown(socket.SHUT_WR) if not body else None
            answer = b""
            while b"\r\n\r\n" not in answer or b"}" not in answer:
                piece = connection.recv(65536)
                if not piece:
                    break
                answer += piece
        text = answer.decode("utf-8", "replace")
        return int(text.split(" ", 2)[1]), text

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(
            self.address + path, headers={"Authorization": f"Bearer {self.token}"} | headers, timeout=10
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Released:
    made = Released(tmp_path_factory.mktemp("attacked") / "work")
    made.release()
    return made


@pytest.fixture(scope="module")
def server(folder: Released) -> Iterator[Server]:
    with serving(folder.work, PROMPT, at=AS_OF) as address:
        yield Server(address, folder.token())


def test_the_server_that_is_attacked_answers_a_proper_call(server: Server) -> None:
    assert server.get("/v1/status").json()["decision"] == "RELEASE"


def test_a_body_that_says_it_is_huge_is_refused_before_it_is_sent(server: Server) -> None:
    head = (
        "POST /deletion-release/v1/clearance HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999"
    )
    status, answer = server.raw(head, b"{")
    assert (status, "BODY_TOO_LARGE" in answer) == (413, True)
    assert "connection: close" in answer.lower()


def test_a_body_that_grows_huge_without_saying_so_is_refused(server: Server) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    try:
        answer = requests.post(f"{server.address}/v1/clearance", data=pieces(), headers=headers, timeout=10)
        status = answer.status_code
    except requests.exceptions.ConnectionError:
        # The server has answered and closed while the rest was still on its way.
        status = 413
    assert status == 413
    assert server.get("/health").status_code == 200


def test_a_body_that_does_not_come_is_not_waited_for(server: Server) -> None:
    status, answer = server.raw(f"{ASKING}\r\nContent-Length: 100", b'{"ids":')
    assert (status, "BODY_TOO_SLOW" in answer) == (408, True)


def _closed_after(server: Server, pieces: Iterator[bytes]) -> bool:
    """Whether the server closes a connection that sends these pieces and then waits, without an answer."""
    with socket.create_connection(server.place, timeout=10) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            return connection.recv(1) == b""
        except ConnectionError:
            return True


def test_a_head_that_does_not_come_is_not_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PromptProtocol, "head_seconds", 0.3)
    assert _closed_after(server, iter([]))
    assert _closed_after(server, iter([b"GET /deletion-release/health HTTP/1.1\r\nHost: x\r\nX-Slow: "]))
    assert server.get("/health").status_code == 200


def test_a_head_without_end_is_cut_off(server: Server) -> None:
    endless = (f"X-{place}: {'a' * 1000}\r\n".encode() for place in range(200))
    assert _closed_after(server, itertools.chain([b"GET /deletion-release/health HTTP/1.1\r\n"], endless))
    assert server.get("/health").status_code == 200


def test_without_a_token_no_body_is_read_at_all(server: Server) -> None:
    status, answer = server.raw(f"{ASKING}\r\nContent-Length: 900000", b"{", is_let_in=False)
    assert (status, "INVALID_TOKEN" in answer) == (401, True)


@pytest.mark.parametrize(
    "path",
    [
        "/deletion-release/v1/../v1/status",
        "/deletion-release/health/../v1/status",
        "/deletion-release/v1/jwks.json/../status",
        "/deletion-release/v1/%2e%2e/v1/status",
        "/deletion-release//v1/status",
        "//deletion-release/v1/status",
        "/deletion-release/v1/status/",
        "/deletion-release/v1/status%00",
        "/deletion-release/v1/status%2f",
        "/deletion-release/V1/STATUS",
        "/deletion-release/v1/status;.json",
        "/deletion-release/deletion-release/v1/status",
        "/deletion-release/v1/%73tatus%3fx",
        "/deletion-release/../secrets/tokens.json",
        "/deletion-release/..%2fsecrets%2ftokens.json",
        "/v1/status",
    ],
)
def test_no_crooked_path_leads_past_the_token_or_to_a_file(server: Server, path: str) -> None:
    for is_let_in in (False, True):
        status, answer = server.raw(f"GET {path} HTTP/1.1", is_let_in=is_let_in)
        assert status in {400, 401, 404}
        assert "RELEASE" not in answer.replace("deletion-release", "")
        assert "sha256" not in answer


def test_an_encoded_letter_in_the_path_is_the_same_path_and_needs_the_same_token(server: Server) -> None:
    path = "/deletion-release/v1/%73tatus"
    assert server.raw(f"GET {path} HTTP/1.1", is_let_in=False)[0] == 401
    assert server.raw(f"GET {path} HTTP/1.1")[0] == 200


@pytest.mark.parametrize(
    "header",
    [
        "X-Original-URL: /deletion-release/v1/jwks.json",
        "X-Forwarded-Prefix: /deletion-release/v1/jwks.json",
        "X-HTTP-Method-Override: GET",
        "X-Forwarded-For: 127.0.0.1",
        "Forwarded: for=127.0.0.1;proto=https",
        "Authorization: Bearer ",
        "Authorization: Bearer null",
        "Cookie: Authorization=Bearer x",
    ],
)
def test_no_header_stands_in_for_a_token(server: Server, header: str) -> None:
    assert server.raw(f"GET /deletion-release/v1/status HTTP/1.1\r\n{header}", is_let_in=False)[0] == 401


def test_two_tokens_are_none(server: Server) -> None:
    head = f"GET /deletion-release/v1/status HTTP/1.1\r\nAuthorization: Bearer {server.token}"
    assert server.raw(head, is_let_in=False)[0] == 200
    assert server.raw(head)[0] == 401


def test_a_token_with_bytes_that_no_token_has_is_refused_and_not_a_fault(server: Server) -> None:
    for token in ("\u00e6\u00f8\u00e5", "a" * 9000, "a b", "\x01"):
        head = f"GET /deletion-release/v1/status HTTP/1.1\r\nAuthorization: Bearer {token}"
        assert server.raw(head, is_let_in=False)[0] in {400, 401}


def test_a_head_is_answered_as_a_get_without_its_body_and_options_changes_nothing(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    head = requests.head(f"{server.address}/v1/status", headers=headers, timeout=10)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == server.get("/v1/status").headers["etag"]
    assert requests.head(f"{server.address}/v1/status", timeout=10).status_code == 401
    for method in ("OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "POST"):
        answer = requests.request(method, f"{server.address}/v1/status", headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
        assert "access-control-allow-origin" not in answer.headers


def test_a_token_taken_back_is_refused_when_it_is_played_again(server: Server, folder: Released) -> None:
    stolen = tokens.issue(folder.work, "lost", tokens.READ, 30, datetime.now(UTC))
    headers = {"Authorization": f"Bearer {stolen}"}
    assert requests.get(f"{server.address}/v1/status", headers=headers, timeout=10).status_code == 200
    tokens.revoke(folder.work, "lost")
    assert requests.get(f"{server.address}/v1/status", headers=headers, timeout=10).status_code == 401


def test_access_tokens_of_maskinporten_open_the_service_and_forged_ones_do_not(tmp_path: Path) -> None:
    folder, key = Released(tmp_path / "work"), RSAKey.generate_key(2048, {"kid": "one"})
    folder.release()
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    settings = Settings(
        service_local_tokens=False,
        service_maskinporten_issuer="https://test.maskinporten.no/",
        service_maskinporten_jwks=str(keys),
        service_maskinporten_audience="https://frigivelse.example/",
        service_maskinporten_consumers="991825827",
    )
    moment = int(time.time())
    claims = {
        "iss": "https://test.maskinporten.no/",
        "aud": "https://frigivelse.example/",
        "scope": tokens.READ,
        "consumer": {"authority": "iso6523-actorid-upis", "ID": "0192:991825827"},
        "iat": moment,
        "exp": moment + 120,
    }
    signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
    other = jwt.encode({"alg": "RS256", "kid": "one"}, claims | {"consumer": {"ID": "0192:889640782"}}, key)
    stranger = jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))
    with serving(folder.work, settings, at=AS_OF) as address:
        answers = {}
        for name, token in {"signed": signed, "other": other, "stranger": stranger, "local": folder.token()}.items():
            answer = requests.get(f"{address}/v1/status", headers={"Authorization": f"Bearer {token}"}, timeout=10)
            answers[name] = (answer.status_code, answer.json().get("code"))
    assert answers == {
        "signed": (200, None),
        "other": (403, "UNKNOWN_CONSUMER"),
        "stranger": (401, "INVALID_TOKEN"),
        "local": (401, "INVALID_TOKEN"),
    }


def test_ids_are_looked_up_by_value_and_never_become_part_of_anything_that_runs(server: Server) -> None:
    for one in (f"{REGISTERED}' OR '1'='1", "${jndi:ldap://x}", "../../secrets/tokens.json", "{{config}}"):
        headers = {"Authorization": f"Bearer {server.token}"}
        answer = requests.post(f"{server.address}/v1/clearance", json={"ids": [one]}, headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_ID")
        assert one not in answer.text
