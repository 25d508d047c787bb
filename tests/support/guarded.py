"""The service's guard with an application and a door of the tests' own behind it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from meldingskontroll.release.service.guard import Guard, Route
from meldingskontroll.release.service.metrics import Metrics
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.tokens import READ, Caller

KS = Caller("KS", frozenset({READ}))
ROUTES = [Route("/open", True), Route("/closed", False), Route("/free", True, False)]
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


class Doorkeeper:
    """Lets everybody in, and notes who was asked about."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.problem: Problem | None = None

    async def admit(self, headers: Any, query: bytes, address: str) -> Caller:
        self.asked.append(("admit", headers, query, address))
        if self.problem:
            raise self.problem
        return KS

    def count_open(self, address: str) -> None:
        self.asked.append(("open", address))


class Counted(Metrics):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str, int]] = []
        self.codes: list[str] = []

    def called(self, route: str, method: str, status: int, seconds: float) -> None:
        assert 0 <= seconds < 60
        self.calls.append((route, method, status))

    def refused(self, code: str) -> None:
        self.codes.append(code)


class Guarded:
    """An application behind the guard, and what became of a call."""

    def __init__(self, body_seconds: float = 5.0) -> None:
        self.access, self.metrics = Doorkeeper(), Counted()
        self.guard = Guard(self.app, ROUTES, self.access, self.metrics, body_seconds)  # type: ignore[arg-type]
        self.seen: list[Any] = []
        self.answer: Any = None
        self.fails_after_start = False

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append((scope, await receive() if scope["type"] == "http" else None))
        if isinstance(self.answer, Exception):
            raise self.answer
        headers = self.answer or [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if self.fails_after_start:
            raise RuntimeError("secret")
        await send({"type": "http.response.body", "body": b"hello"})

    def call(self, path: str = "/closed", *parts: bytes, method: str = "GET", **scope: Any) -> dict[str, Any]:
        sent: list[Any] = []
        waiting = list(parts) or [b""]

        async def receive() -> Any:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

        async def send(message: Any) -> None:
            sent.append(message)

        given = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"q", **scope}
        asyncio.run(self.guard({"client": ("10.0.0.1", 5), **given}, receive, send))
        start, *bodies = sent
        named = [(name.decode(), value.decode()) for name, value in start["headers"]]
        assert len(named) == len(dict(named)), "no header stands twice"
        content = b"".join(one["body"] for one in bodies)
        return {"status": start["status"], "headers": dict(named), "body": content}


def problem_of(answer: dict[str, Any]) -> tuple[int, str]:
    """The status and code of a problem that is as RFC 9457 asks, with the id that the headers have."""
    said = json.loads(answer["body"])
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert answer["headers"]["content-length"] == str(len(answer["body"]))
    assert said["instance"] == f"urn:uuid:{answer['headers']['x-request-id']}"
    assert said["status"] == answer["status"] and said["type"].startswith("urn:meldingskontroll:problem:")
    return answer["status"], said["code"]
