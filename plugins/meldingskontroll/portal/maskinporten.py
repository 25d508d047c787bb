"""A Maskinporten access token by the JWT-bearer grant, kept until shortly before it expires."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from meldingskontroll.portal.errors import PortalError, PortalUnavailable, no_answer
from meldingskontroll.settings import Settings

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_SECONDS = 120
_MARGIN_SECONDS = 20.0
_TRIES = 3


class TokenSource:
    """Gives the token to send; asks for a new one when there is none or the old is about to end."""

    def __init__(self, settings: Settings, session: requests.Session) -> None:
        self._settings = settings
        self._session = session
        self._read_key()
        self._token = ""
        self._until = 0.0

    def token(self) -> str:
        """A token that is valid for some seconds more.

        Raises:
            PortalError: Maskinporten gives none.
        """
        if not self._token or time.monotonic() >= self._until:
            self._fetch()
        return self._token

    def forget(self) -> None:
        """Ask anew next time: the portal did not accept this token."""
        self._token = ""

    def _fetch(self) -> None:
        begun = time.monotonic()
        response = self._post()
        if response.status_code in {429, 500, 502, 503, 504}:
            raise PortalUnavailable(
                f"Maskinporten is busy (the token call gave {response.status_code}): try again later."
            )
        if not response.ok:
            raise PortalError(
                f"Maskinporten gives us no token (the call gave {response.status_code}): check the client id, the key, "
                f"its key id and that KS has granted the scope {self._settings.portal_scope}."
            )
        try:
            answer = response.json()
            token, seconds = answer["access_token"], float(answer["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise PortalError(
                "Maskinporten's answer holds no token: check the token address in the settings."
            ) from None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise PortalError("Maskinporten's answer holds no token: check the token address in the settings.")
        self._token, self._until = token, begun + seconds - min(_MARGIN_SECONDS, seconds / 2)

    def _post(self) -> requests.Response:
        """One grant a try: an assertion may be used only once, so a repetition needs a new one."""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(self._settings.portal_backoff_seconds * 2**attempt)
            form = {"grant_type": GRANT, "assertion": self._assertion()}
            try:
                response = self._session.post(
                    self._settings.portal_token_url,
                    data=form,
                    timeout=self._settings.portal_timeout_seconds,
                    allow_redirects=False,
                )
            except requests.exceptions.RequestException as problem:
                if attempt + 1 == _TRIES:
                    raise no_answer(problem, "the token call") from None
                continue
            if response.status_code not in {429, 500, 502, 503, 504} or attempt + 1 == _TRIES:
                return response
        raise AssertionError("a try always returns or raises")

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "aud": self._settings.portal_audience,
            "iss": self._settings.portal_client_id,
            "scope": self._settings.portal_scope,
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        # Read for each grant: a key that was replaced meanwhile is in use from the next token on.
        key = self._read_key()
        header = {"alg": "RS256", "kid": self._settings.portal_client_key_id or key.thumbprint()}
        return jwt.encode(header, claims, key)

    def _read_key(self) -> RSAKey:
        given = self._settings.portal_client_key_pem.get_secret_value()
        return _key_in(given.encode()) if given else _key_of(self._settings.portal_client_key)


def _key_of(file: Path | None) -> RSAKey:
    if file is None:
        raise PortalError("No key to ask Maskinporten with: set MELDINGSKONTROLL_PORTAL_CLIENT_KEY to a PEM file.")
    try:
        content = file.read_bytes()
    except OSError:
        raise PortalError("The key file in MELDINGSKONTROLL_PORTAL_CLIENT_KEY cannot be read.") from None
    return _key_in(content)


def _key_in(content: bytes) -> RSAKey:
    try:
        return RSAKey.import_key(content)
    except (ValueError, TypeError, JoseError):
        raise PortalError("The key file in MELDINGSKONTROLL_PORTAL_CLIENT_KEY holds no RSA key in PEM form.") from None
