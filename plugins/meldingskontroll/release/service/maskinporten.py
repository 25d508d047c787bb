"""Checks access tokens from Maskinporten: signature, issuer, audience, scope, consumer and times.

Tokens are JWTs signed with RS256 by a key of the issuer's JWKS; `consumer.ID` is `0192:` and the organisation number of
who was given access (Maskinporten's documentation, "Access token").
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from meldingskontroll.domain import AuditInputError
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.tokens import READ, Caller
from meldingskontroll.settings import Settings

LEEWAY_SECONDS = 10
KEYS_LAST_SECONDS = 3600.0
FLOOR_SECONDS = 60.0
_LONGEST_KEYS = 200_000
_TIMEOUT_SECONDS = 5.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Fetch = Callable[[], bytes]


@dataclass(frozen=True)
class Rules:
    """What an access token must say. `consumers` are organisation numbers of nine digits."""

    issuer: str
    audience: str
    scope: str
    consumers: frozenset[str]


def verifier_of(settings: Settings) -> MaskinportenVerifier | None:
    """The verifier that the settings ask for; None where they name no issuer.

    Raises:
        AuditInputError: an issuer is named and something else is missing; half a check is none.
    """
    if not settings.service_maskinporten_issuer:
        return None
    numbers = frozenset(one.strip() for one in settings.service_maskinporten_consumers.split(",") if one.strip())
    rules = Rules(
        settings.service_maskinporten_issuer,
        settings.service_maskinporten_audience,
        settings.service_maskinporten_scope,
        numbers,
    )
    if not (rules.audience and rules.scope and settings.service_maskinporten_jwks):
        raise AuditInputError(
            "Maskinporten er slått på, men MELDINGSKONTROLL_SERVICE_MASKINPORTEN_AUDIENCE, _SCOPE eller _JWKS mangler."
        )
    if not numbers or not all(re.fullmatch(r"\d{9}", number) for number in numbers):
        raise AuditInputError(
            "MELDINGSKONTROLL_SERVICE_MASKINPORTEN_CONSUMERS skal ha ett eller flere organisasjonsnumre, med komma "
            "mellom."
        )
    return MaskinportenVerifier(rules, fetch_from(settings.service_maskinporten_jwks))


def fetch_from(place: str) -> Fetch:
    """How the keys are fetched: from a file, or over https (http on loopback only), without following redirects.

    Raises:
        AuditInputError: the address is not one that keys may be fetched from.
    """
    parts = urlsplit(place)
    if parts.scheme in {"", "file"}:
        file = Path(parts.path if parts.scheme else place)
        return file.read_bytes
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise AuditInputError("MELDINGSKONTROLL_SERVICE_MASKINPORTEN_JWKS skal være en fil eller en https-adresse.")

    def fetch() -> bytes:
        with requests.get(place, timeout=_TIMEOUT_SECONDS, allow_redirects=False, stream=True) as response:
            if response.status_code != requests.codes.ok:
                raise OSError(f"the keys' address gave {response.status_code}")
            content: bytes = response.raw.read(_LONGEST_KEYS + 1, decode_content=True)
        return content

    return fetch


class MaskinportenVerifier:
    """Verifies tokens against rules. The keys are kept an hour, and fetched again for a kid that is not among them."""

    def __init__(self, rules: Rules, fetch: Fetch, passed: Callable[[], float] = time.monotonic) -> None:
        self._rules, self._fetch, self._passed = rules, fetch, passed
        self._lock = threading.Lock()
        self._keys: dict[str, RSAKey] = {}
        self._fetched: float | None = None
        self._tried: float | None = None

    def verify(self, token: str, now: datetime) -> Caller:
        """The caller that a valid token names. May fetch keys, so it does not belong on the event loop.

        Raises:
            Problem: 401 for a token that is not valid, 403 for one without the scope or from another organisation.
        """
        claims = self._claims(token)
        if not self._holds(claims, now.timestamp()):
            raise Problem("INVALID_TOKEN")
        if self._rules.scope not in str(claims.get("scope", "")).split():
            raise Problem("WRONG_SCOPE")
        number = _consumer(claims)
        if number not in self._rules.consumers:
            raise Problem("UNKNOWN_CONSUMER")
        return Caller(number, frozenset({READ}))

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            # The signature is checked below, with the one key that this kid names and the one algorithm allowed.
            kid = _header(token)["kid"]
            key = self._key(kid) if isinstance(kid, str) else None
            if key is None:
                raise Problem("INVALID_TOKEN")
            return dict(jwt.decode(token, key, algorithms=["RS256"]).claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as problem:
            raise Problem("INVALID_TOKEN") from problem

    def _holds(self, claims: dict[str, Any], now: float) -> bool:
        audience = claims.get("aud")
        times = [claims.get(name, 0) for name in ("nbf", "iat")]
        expires = claims.get("exp")
        return (
            claims.get("iss") == self._rules.issuer
            and self._rules.audience in (audience if isinstance(audience, list) else [audience])
            and _is_number(expires)
            and now < expires + LEEWAY_SECONDS  # type: ignore[operator]  # a number, as just seen
            and all(_is_number(moment) and moment <= now + LEEWAY_SECONDS for moment in times)
        )

    def _key(self, kid: str) -> RSAKey | None:
        if self._fetched is not None and self._passed() - self._fetched < KEYS_LAST_SECONDS and kid in self._keys:
            return self._keys.get(kid)
        with self._lock:
            moment = self._passed()
            is_old = self._fetched is None or moment - self._fetched >= KEYS_LAST_SECONDS
            may_try = self._tried is None or moment - self._tried >= FLOOR_SECONDS
            if (is_old or kid not in self._keys) and may_try:
                self._tried = moment
                self._refresh(moment)
            # Keys that could not be renewed in time are trusted no longer: one of them may have been withdrawn.
            is_stale = self._fetched is None or moment - self._fetched >= KEYS_LAST_SECONDS + FLOOR_SECONDS
            return None if is_stale else self._keys.get(kid)

    def _refresh(self, moment: float) -> None:
        try:
            content = self._fetch()
            if len(content) > _LONGEST_KEYS:
                return
            keys = [key for key in json.loads(content)["keys"] if key.get("kty") == "RSA" and key.get("use") != "enc"]
            self._keys = {key["kid"]: RSAKey.import_key(key) for key in keys if isinstance(key.get("kid"), str)}
            self._fetched = moment
        except (OSError, requests.exceptions.RequestException, JoseError, ValueError, TypeError, KeyError):
            return
        except AttributeError:
            return


def _header(token: str) -> dict[str, Any]:
    from joserfc.jws import extract_compact

    return dict(extract_compact(token.encode("ascii")).headers())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _consumer(claims: dict[str, Any]) -> str:
    """The organisation number of `consumer`, in the international form of ISO 6523; empty where it is not that."""
    consumer = claims.get("consumer")
    named = consumer.get("ID") if isinstance(consumer, dict) else None
    scheme, _, number = named.partition(":") if isinstance(named, str) else ("", "", "")
    return number if scheme == "0192" and re.fullmatch(r"\d{9}", number) else ""
