"""Where Maskinporten's keys come from, how long they are believed, and what else a token is refused for."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from meldingskontroll.domain import AuditInputError
from meldingskontroll.release.service.maskinporten import MaskinportenVerifier, Rules, fetch_from, verifier_of
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.tokens import READ
from meldingskontroll.settings import Settings
from support.released import AS_OF

KEY = RSAKey.generate_key(2048, {"kid": "one"})
PUBLIC = KEY.as_dict(private=False)
KEYS = json.dumps({"keys": [PUBLIC]}).encode()
NOW = int(AS_OF.timestamp())
ISSUER, AUDIENCE, ORGANISATION = "https://test.maskinporten.no/", "https://frigivelse.example/", "991825827"
RULES = Rules(ISSUER, AUDIENCE, READ, frozenset({ORGANISATION}))
LONGEST = 200_000


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved = self.path == "/moved"
        body = {
            "/keys": KEYS,
            "/compressed": gzip.compress(KEYS),
            "/longest": KEYS.ljust(LONGEST),
            "/longer": KEYS.ljust(LONGEST + 1000),
        }.get(self.path, KEYS)
        self.send_response(302 if moved else 404 if self.path == "/gone" else 200)
        if moved:
            self.send_header("Location", "/keys")
        if self.path == "/compressed":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """What is asked for is told by the tests."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


def token_of(**changes: Any) -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "scope": READ, "iat": NOW, "exp": NOW + 100} | changes
    claims.setdefault("consumer", {"ID": f"0192:{ORGANISATION}"})
    return jwt.encode({"alg": "RS256", "kid": "one"}, {k: v for k, v in claims.items() if v is not None}, KEY)


def refusal(verifier: MaskinportenVerifier, token: str) -> str:
    with pytest.raises(Problem) as refused:
        verifier.verify(token, AS_OF)
    return refused.value.code


@pytest.mark.parametrize("path", ["/keys", "/compressed"])
def test_keys_are_fetched_over_the_network_with_a_limit_on_the_wait(
    path: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    get = requests.get
    monkeypatch.setattr(requests, "get", lambda place, **how: (asked.append(how), get(place, **how))[1])
    assert fetch_from(server + path)() == KEYS
    assert asked == [{"timeout": 5.0, "allow_redirects": False, "stream": True}]


@pytest.mark.parametrize("path", ["/moved", "/gone"])
def test_an_address_that_answers_anything_but_keys_gives_none(path: str, server: str) -> None:
    """A redirect could lead to keys of somebody else."""
    with pytest.raises(OSError, match="gave"):
        fetch_from(server + path)()
    assert refusal(MaskinportenVerifier(RULES, fetch_from(server + path)), token_of()) == "INVALID_TOKEN"


def test_an_answer_is_read_up_to_a_limit_and_believed_up_to_it(server: str) -> None:
    assert len(fetch_from(server + "/longest")()) == LONGEST
    assert len(fetch_from(server + "/longer")()) == LONGEST + 1
    assert MaskinportenVerifier(RULES, fetch_from(server + "/longest")).verify(token_of(), AS_OF)
    assert refusal(MaskinportenVerifier(RULES, fetch_from(server + "/longer")), token_of()) == "INVALID_TOKEN"


def test_http_is_for_this_machine_only() -> None:
    for place in ("http://127.0.0.1/k", "http://localhost/k", "http://[::1]/k", "https://example.no/k"):
        assert callable(fetch_from(place))
    for place in ("http://127.0.0.1.example.no/k", "http://example.no/k", "ftp://localhost/k"):
        with pytest.raises(AuditInputError):
            fetch_from(place)


def test_a_path_with_a_question_mark_is_a_path(tmp_path: Path) -> None:
    file = tmp_path / "keys?.json"
    file.write_bytes(KEYS)
    assert fetch_from(str(file))() == KEYS


def test_the_settings_rules_are_those_that_a_token_is_held_against(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(KEYS)
    given = {"issuer": ISSUER, "jwks": str(file), "audience": AUDIENCE, "consumers": f" 999999999 , {ORGANISATION},"}
    settings = Settings.model_validate({f"service_maskinporten_{name}": value for name, value in given.items()})
    verifier = verifier_of(settings)
    assert verifier is not None
    assert verifier.verify(token_of(), AS_OF).name == ORGANISATION
    assert verifier.verify(token_of(consumer={"ID": "0192:999999999"}), AS_OF).name == "999999999"
    assert refusal(verifier, token_of(consumer={"ID": "0192:111111111"})) == "UNKNOWN_CONSUMER"
    assert refusal(verifier, token_of(iss="https://other.example/")) == "INVALID_TOKEN"


@pytest.mark.parametrize(
    "named", [f"9908:{ORGANISATION}", f"0192:1:{ORGANISATION}", f":{ORGANISATION}", f"0192:{ORGANISATION}\n", None, 7]
)
def test_a_number_in_another_register_is_not_the_organisation(named: Any) -> None:
    verifier = MaskinportenVerifier(RULES, lambda: KEYS)
    assert refusal(verifier, token_of(consumer={"ID": named})) == "UNKNOWN_CONSUMER"


def test_what_is_no_number_is_nobody_even_where_the_rules_say_so() -> None:
    strange = Rules(ISSUER, AUDIENCE, READ, frozenset({"12345678", "1:2"}))
    verifier = MaskinportenVerifier(strange, lambda: KEYS)
    for named in ("0192:12345678", "9908:12345678", "0192:1:2"):
        assert refusal(verifier, token_of(consumer={"ID": named})) == "UNKNOWN_CONSUMER"


def test_a_token_may_lack_the_moment_that_it_was_made() -> None:
    verifier = MaskinportenVerifier(RULES, lambda: KEYS)
    assert verifier.verify(token_of(iat=None), AS_OF).name == ORGANISATION


@pytest.mark.parametrize(
    ("other", "is_used"),
    [({"use": "sig"}, True), ({}, True), ({"use": "enc"}, False), ({"kty": "oct", "k": "AAAA"}, False)],
)
def test_a_key_for_something_else_than_signing_is_not_used_and_spoils_no_other(
    other: dict[str, str], is_used: bool
) -> None:
    own = RSAKey.generate_key(2048, {"kid": "other"})
    document = {"keys": [{**own.as_dict(private=False), **other}, PUBLIC]}
    verifier = MaskinportenVerifier(RULES, lambda: json.dumps(document).encode())
    assert verifier.verify(token_of(), AS_OF)
    claims = jwt.decode(token_of(), KEY).claims
    token = jwt.encode({"alg": "RS256", "kid": "other"}, claims, own)
    if is_used:
        assert verifier.verify(token, AS_OF)
    else:
        assert refusal(verifier, token) == "INVALID_TOKEN"


class Source:
    """Keys that may be gone, on a clock that did not begin at nothing."""

    def __init__(self) -> None:
        self.passed, self.gone, self.fetched = 5_000.0, False, 0
        self.verifier = MaskinportenVerifier(RULES, self.fetch, lambda: self.passed)

    def fetch(self) -> bytes:
        self.fetched += 1
        if self.gone:
            raise OSError("no way there")
        return KEYS

    def at(self, seconds: float) -> int:
        """How often keys have been asked for once a token was verified, this long after the first."""
        self.passed = 5_000.0 + seconds
        assert self.verifier.verify(token_of(), AS_OF)
        return self.fetched


def test_keys_are_believed_an_hour_to_the_second_and_then_renewed() -> None:
    source = Source()
    assert [source.at(seconds) for seconds in (0, 1, 3599.9, 3600, 3601, 7199.9, 7200)] == [1, 1, 1, 2, 2, 2, 3]


def test_keys_that_cannot_be_renewed_are_asked_for_once_a_minute_and_believed_a_minute_more() -> None:
    source = Source()
    assert source.at(0) == 1
    source.gone = True
    assert [source.at(seconds) for seconds in (3600, 3659.9)] == [2, 2]
    source.passed = 5_000.0 + 3660
    assert refusal(source.verifier, token_of()) == "INVALID_TOKEN"
    assert source.fetched == 3
    source.gone = False
    source.passed = 5_000.0 + 3719.9
    assert refusal(source.verifier, token_of()) == "INVALID_TOKEN"
    assert source.at(3720) == 4
