"""Access tokens from Maskinporten: what is accepted, and each way in which one can be wrong."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from meldingskontroll.domain import AuditInputError
from meldingskontroll.release.service.maskinporten import MaskinportenVerifier, Rules, fetch_from, verifier_of
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.tokens import READ
from meldingskontroll.settings import Settings
from support.released import AS_OF

NOW = int(AS_OF.timestamp())
RULES = Rules("https://test.maskinporten.no/", "https://frigivelse.example/", READ, frozenset({"991825827"}))
KEY = RSAKey.generate_key(2048, {"kid": "one"})
CLAIMS: dict[str, Any] = {
    "iss": RULES.issuer,
    "aud": RULES.audience,
    "scope": f"other {READ}",
    "consumer": {"authority": "iso6523-actorid-upis", "ID": "0192:991825827"},
    "iat": NOW - 5,
    "exp": NOW + 115,
    "client_id": "a-client",
    "jti": "once",
}


def keys_of(*keys: RSAKey) -> Callable[[], bytes]:
    return lambda: json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


@pytest.fixture
def verifier() -> MaskinportenVerifier:
    return MaskinportenVerifier(RULES, keys_of(KEY))


def token_of(key: RSAKey = KEY, **changes: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def confused() -> str:
    """HS256 with the public key as the secret: what a careless verifier takes."""
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "one"}, CLAIMS))
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.digest(KEY.as_pem(private=False), signed, "sha256")
    return (signed + b"." + urlsafe_b64encode(signature).rstrip(b"=")).decode()


def refusal(verifier: MaskinportenVerifier, token: str) -> str:
    with pytest.raises(Problem) as refused:
        verifier.verify(token, AS_OF)
    return refused.value.code


def test_a_token_that_says_all_it_must_names_the_organisation(verifier: MaskinportenVerifier) -> None:
    caller = verifier.verify(token_of(), AS_OF)
    assert (caller.name, caller.scopes) == ("991825827", {READ})
    assert verifier.verify(token_of(aud=["https://other.example/", RULES.audience]), AS_OF)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://maskinporten.no/"},
        {"iss": None},
        {"aud": "https://other.example/"},
        {"aud": None},
        {"aud": {"https://frigivelse.example/": 1}},
        {"exp": NOW - 10},
        {"exp": None},
        {"exp": str(NOW + 100)},
        {"exp": True},
        {"nbf": NOW + 11},
        {"iat": NOW + 11},
        {"iat": "now"},
    ],
)
def test_a_token_for_another_time_or_place_is_no_token(verifier: MaskinportenVerifier, changes: dict[str, Any]) -> None:
    assert refusal(verifier, token_of(**changes)) == "INVALID_TOKEN"


def test_clocks_may_differ_by_less_than_ten_seconds(verifier: MaskinportenVerifier) -> None:
    assert verifier.verify(token_of(exp=NOW - 9, iat=NOW - 130), AS_OF)
    assert verifier.verify(token_of(nbf=NOW + 10), AS_OF)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": "other"}, "WRONG_SCOPE"),
        ({"scope": READ + "x"}, "WRONG_SCOPE"),
        ({"scope": None}, "WRONG_SCOPE"),
        ({"consumer": None}, "UNKNOWN_CONSUMER"),
        ({"consumer": "0192:991825827"}, "UNKNOWN_CONSUMER"),
        ({"consumer": {"ID": "991825827"}}, "UNKNOWN_CONSUMER"),
        ({"consumer": {"ID": "0192:999999999"}}, "UNKNOWN_CONSUMER"),
        ({"consumer": {"ID": ["0192:991825827"]}}, "UNKNOWN_CONSUMER"),
    ],
)
def test_a_token_without_the_scope_or_from_another_organisation_opens_nothing(
    verifier: MaskinportenVerifier, changes: dict[str, Any], code: str
) -> None:
    assert refusal(verifier, token_of(**changes)) == code


def test_a_token_that_maskinporten_did_not_sign_is_refused(verifier: MaskinportenVerifier) -> None:
    named_alike = RSAKey.generate_key(2048, {"kid": "one"})
    elliptic = ECKey.generate_key("P-256", {"kid": "one"})
    head, body, signature = token_of().split(".")
    none = jwt.encode({"alg": "none", "kid": "one"}, CLAIMS, OctKey.import_key("x" * 32), algorithms=["none"])
    forged = [
        token_of(named_alike),
        confused(),
        jwt.encode({"alg": "ES256", "kid": "one"}, CLAIMS, elliptic),
        none,
        none.rpartition(".")[0] + ".",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{token_of(scope='x').split('.')[1]}.{signature}",
        f"{head}.{body}.",
        "..",
        "a.b.c",
        "æ.ø.å",
        jwt.encode({"alg": "RS256"}, CLAIMS, KEY),
        jwt.encode({"alg": "RS256", "kid": "two"}, CLAIMS, KEY),
    ]
    assert [refusal(verifier, token) for token in forged] == ["INVALID_TOKEN"] * len(forged)


def test_a_key_that_a_token_brings_along_is_not_asked(verifier: MaskinportenVerifier) -> None:
    own = RSAKey.generate_key(2048, {"kid": "own"})
    header = {"alg": "RS256", "kid": "own", "jwk": own.as_dict(private=False)}
    assert refusal(verifier, jwt.encode(header, CLAIMS, own)) == "INVALID_TOKEN"


def test_keys_are_fetched_again_for_an_unknown_kid_but_not_more_than_once_a_minute() -> None:
    fetched: list[float] = []
    new = RSAKey.generate_key(2048, {"kid": "new"})
    passed = 0.0

    def fetch() -> bytes:
        fetched.append(passed)
        return keys_of(KEY)() if passed < 100 else keys_of(KEY, new)()

    verifier = MaskinportenVerifier(RULES, fetch, lambda: passed)
    assert verifier.verify(token_of(), AS_OF)
    for moment in (10.0, 20.0, 59.0):
        passed = moment
        assert refusal(verifier, token_of(new)) == "INVALID_TOKEN"
    assert fetched == [0.0]
    passed = 120.0
    assert verifier.verify(token_of(new), AS_OF)
    assert fetched == [0.0, 120.0]


def test_keys_that_cannot_be_renewed_are_trusted_no_longer() -> None:
    passed, gone = 0.0, False

    def fetch() -> bytes:
        if gone:
            raise OSError("no way there")
        return keys_of(KEY)()

    verifier = MaskinportenVerifier(RULES, fetch, lambda: passed)
    assert verifier.verify(token_of(), AS_OF)
    gone, passed = True, 3601.0
    assert verifier.verify(token_of(), AS_OF)
    passed = 3661.0
    assert refusal(verifier, token_of()) == "INVALID_TOKEN"
    gone, passed = False, 3722.0
    assert verifier.verify(token_of(), AS_OF)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": [{"kty": "RSA", "kid": "one"}]}']
)
def test_a_key_set_that_cannot_be_read_lets_nobody_in(content: bytes) -> None:
    assert refusal(MaskinportenVerifier(RULES, lambda: content), token_of()) == "INVALID_TOKEN"


def _settings(**changes: str) -> Settings:
    made = {
        "issuer": RULES.issuer,
        "jwks": "https://test.maskinporten.no/jwk",
        "audience": RULES.audience,
        "consumers": "991825827",
    }
    return Settings.model_validate({f"service_maskinporten_{name}": value for name, value in (made | changes).items()})


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": ""},
        {"jwks": ""},
        {"consumers": ""},
        {"consumers": "99182582"},
        {"jwks": "http://test.maskinporten.no/jwk"},
        {"jwks": "ftp://127.0.0.1/jwk"},
    ],
)
def test_half_a_check_stops_the_service_from_starting(changes: dict[str, str]) -> None:
    with pytest.raises(AuditInputError):
        verifier_of(_settings(**changes))


def test_without_an_issuer_no_access_token_is_looked_at_and_keys_can_be_a_file(tmp_path: Path) -> None:
    assert verifier_of(_settings(issuer="")) is None
    assert verifier_of(_settings()) is not None
    file = tmp_path / "keys.json"
    file.write_bytes(keys_of(KEY)())
    assert fetch_from(str(file))() == fetch_from(file.as_uri())() == file.read_bytes()
