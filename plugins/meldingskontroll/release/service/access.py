"""Who may call, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import parse_qsl

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.service.maskinporten import verifier_of
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.tokens import READ, Caller, TokenReader, TokensUnreadableError
from meldingskontroll.settings import Settings

_LONGEST_TOKEN = 8192
_CHALLENGE = f'Bearer realm="deletion-release", scope="{READ}"'
_IN_ADDRESS = frozenset({"access_token", "token", "bearer", "authorization"})

Headers = Sequence[tuple[bytes, bytes]]


class Access:
    """Lets callers in by their token and counts their calls. The counts are this process's own."""

    def __init__(self, work: WorkFolder, settings: Settings, now: Callable[[], datetime]) -> None:
        """Raises AuditInputError where the settings let nobody in, or ask for half a check."""
        self._now = now
        self._tokens = TokenReader(work) if settings.service_local_tokens else None
        self._maskinporten = verifier_of(settings)
        # Waiting for somebody else's keys must not keep anybody from reading the decision.
        self._apart = ThreadPoolExecutor(2, "maskinporten")
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._calls = RateLimitItemPerMinute(settings.service_requests_per_minute)
        self._ids = RateLimitItemPerMinute(settings.service_ids_per_minute)
        self._refusals = RateLimitItemPerMinute(settings.service_refusals_per_minute)

    async def admit(self, headers: Headers, query: bytes, address: str, *, scope: str = READ) -> Caller:
        """The caller.

        Raises:
            Problem: 400 for a token in the address, 401 without a valid token, 403 with the wrong scope, 429 too often.
        """
        try:
            if any(name.lower() in _IN_ADDRESS for name, _ in parse_qsl(query.decode("latin-1"), True)):
                raise Problem("TOKEN_IN_ADDRESS")
            caller = await self._caller(headers)
            if scope not in caller.scopes:
                raise Problem("WRONG_SCOPE")
        except Problem as problem:
            self._count(self._refusals, "refused", address)
            if problem.status in {401, 403}:
                error = "invalid_token" if problem.status == 401 else "insufficient_scope"
                # RFC 6750, 3.1: who sent nothing is told what is needed, and not that it was wrong.
                was_sent = any(name == b"authorization" for name, _ in headers)
                problem.headers["WWW-Authenticate"] = _CHALLENGE + (f', error="{error}"' if was_sent else "")
            raise
        self._count(self._calls, "calls", caller.name)
        return caller

    def count_open(self, address: str) -> None:
        """Count a call for what is open to everybody.

        Raises:
            Problem: 429.
        """
        self._count(self._refusals, "open", address)

    def count_ids(self, caller: Caller, number: int) -> None:
        """Count the ids that a caller asks clearance for.

        Raises:
            Problem: 429.
        """
        self._count(self._ids, "ids", caller.name, number)

    async def _caller(self, headers: Headers) -> Caller:
        token = _bearer(headers)
        try:
            found = self._tokens.find(token, self._now()) if self._tokens else None
        except TokensUnreadableError:
            raise Problem("TOKENS_UNREADABLE", headers={"Retry-After": "30"}) from None
        if found is None and self._maskinporten is not None and token.count(".") == 2:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._apart, self._maskinporten.verify, token, self._now())
        if found is None:
            raise Problem("INVALID_TOKEN")
        return found

    def _count(self, item: RateLimitItemPerMinute, what: str, who: str, number: int = 1) -> None:
        if not self._limiter.hit(item, what, who, cost=number):
            reset = self._limiter.get_window_stats(item, what, who).reset_time
            wait = max(1, round(reset - datetime.now().astimezone().timestamp()))
            raise Problem("TOO_MANY_REQUESTS", headers={"Retry-After": str(wait)})


def _bearer(headers: Headers) -> str:
    """The one bearer token of the request.

    Raises:
        Problem: 401 without one, with several, or with something that no token can be.
    """
    given = [value for name, value in headers if name == b"authorization"]
    if len(given) != 1:
        raise Problem("INVALID_TOKEN")
    kind, _, token = given[0].decode("latin-1").partition(" ")
    token = token.strip(" ")
    if kind.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN or not token.isascii() or " " in token:
        raise Problem("INVALID_TOKEN")
    return token
