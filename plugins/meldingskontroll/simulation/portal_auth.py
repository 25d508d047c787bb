"""The simulated Maskinporten and the portal's three headers, with the checks that the real ones make."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from meldingskontroll.lake import write_secret

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LONGEST_ASSERTION_SECONDS = 120
_CLOCK_LEEWAY_SECONDS = 10


class Refused(Exception):
    """The call is turned away: an HTTP status and the sentence that the real service gives."""

    def __init__(self, status: int, message: str, code: str = "invalid_grant") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass
class Access:
    """Who may call: the clients' public keys by key id, and the integrations with their passwords."""

    audience: str
    client_id: str = "meldingskontroll-demo"
    scope: str = "ks:fiks"
    keys: dict[str, RSAKey] = field(default_factory=dict)
    integrations: dict[str, str] = field(default_factory=dict)
    without_right: set[str] = field(default_factory=set)
    token_seconds: int = 120
    _used: dict[str, float] = field(default_factory=dict)
    _tokens: dict[str, float] = field(default_factory=dict)

    def register(self, key: RSAKey) -> str:
        """Let the holder of this key ask for tokens. Returns its key id (RFC 7638 thumbprint)."""
        kid = key.thumbprint()
        self.keys[kid] = key
        return kid

    def grant(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Maskinporten's answer to a JWT-bearer grant.

        Raises:
            Refused: the grant is not one that Maskinporten would accept.
        """
        if form.get("grant_type") != GRANT:
            raise Refused(400, "grant_type must be the JWT-bearer grant", "unsupported_grant_type")
        claims = self._claims(form.get("assertion", ""))
        now = time.time()
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise Refused(400, "iat and exp must be whole seconds")
        if not issued - _CLOCK_LEEWAY_SECONDS <= now < expires or expires - issued > _LONGEST_ASSERTION_SECONDS:
            raise Refused(400, "the assertion has expired, is not yet valid, or lives longer than 120 seconds")
        audience = claims.get("aud")
        if not self._own_names() & {str(name) for name in (audience if isinstance(audience, list) else [audience])}:
            raise Refused(400, "wrong audience (aud)")
        if claims.get("iss") != self.client_id:
            raise Refused(400, "unknown client (iss)", "invalid_client")
        if self.scope not in str(claims.get("scope", "")).split():
            raise Refused(400, "the client has not been given this scope", "invalid_scope")
        self._use_once(str(claims.get("jti", "")), now, float(expires))
        token = secrets.token_urlsafe(32)
        self._tokens[token] = now + self.token_seconds
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds, "scope": self.scope}

    def _own_names(self) -> set[str]:
        """The issuer's name as clients write it: with and without the slash, or as the address of the tokens."""
        bare = self.audience.rstrip("/")
        return {bare, f"{bare}/", f"{bare}/token"}

    def _claims(self, assertion: str) -> dict[str, Any]:
        try:
            signed = jwt.decode(assertion, self._key_of, algorithms=["RS256"])
        except (JoseError, ValueError) as problem:
            raise Refused(400, "the assertion is not signed RS256 with a key that is known by its kid") from problem
        return dict(signed.claims)

    def _key_of(self, signed: Any) -> RSAKey:
        key = self.keys.get(str(signed.headers().get("kid", "")))
        if key is None:
            raise ValueError("unknown kid")
        return key

    def _use_once(self, jti: str, now: float, expires: float) -> None:
        for spent in [known for known, until in self._used.items() if until < now]:
            del self._used[spent]
        if not jti or jti in self._used:
            raise Refused(400, "jti is missing or was used before")
        self._used[jti] = expires

    def check(self, headers: Mapping[str, str]) -> None:
        """Check the three headers of a call to the portal.

        Raises:
            Refused: 401 for the token or the integration, 403 for a right that the integration lacks.
        """
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or self._tokens.get(token, 0.0) <= time.time():
            raise Refused(401, "Klarte ikke å validere access_token")
        integration = headers.get("integrasjonid", "")
        known = self.integrations.get(integration)
        if known is None or not secrets.compare_digest(known, headers.get("integrasjonpassord", "")):
            raise Refused(401, f"Autentisering feilet for integrasjon med id {_shown(integration)}")
        if integration in self.without_right:
            raise Refused(403, "Integrasjonen mangler rettighet til ressursen")

    def forget_tokens(self) -> None:
        """Let every token that was given lose its validity at once."""
        self._tokens.clear()


def _shown(integration: str) -> str:
    try:
        return str(uuid.UUID(integration))
    except ValueError:
        return "(ugyldig)"


def demo_key(file: Path | None) -> RSAKey:
    """The demo client's key: the one in `file` if there is one, else a new one, written there for its owner only."""
    if file is not None and file.is_file():
        return RSAKey.import_key(file.read_bytes())
    key = RSAKey.generate_key(2048)
    if file is not None:
        write_secret(file, key.as_pem(private=True))
    return key
