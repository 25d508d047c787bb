"""What every call passes first: who it is, how often, how much and how slowly; and what is kept of it afterwards."""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog

from meldingskontroll.release.service.access import Access
from meldingskontroll.release.service.metrics import Metrics
from meldingskontroll.release.service.problems import MEDIA_TYPE, Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 1_000_000
MOST_AT_ONCE = 256
_MOST_DIGITS = len(str(LARGEST_BODY))
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=31536000"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_UNKEPT = (b"cache-control", b"no-store")


class _Stderr:
    """The process's stderr as it is when a line is written: the server around us may exchange it."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def access_log() -> Any:
    """A logger of one JSON line a call, on stderr, independent of how the process around it logs."""
    return structlog.wrap_logger(
        # A line is one write, so that it is whole beside what others write.
        structlog.WriteLogger(_Stderr()),  # type: ignore[arg-type]  # it writes to what has write and flush
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
    )


@dataclass(frozen=True)
class Route:
    """What a path asks of its caller."""

    path: str
    is_open: bool
    is_counted: bool = True


class Guard:
    """Wraps the application. `state` of the scope then has `caller` and `request_id`."""

    def __init__(
        self, app: AsgiApp, routes: list[Route], access: Access, metrics: Metrics, body_seconds: float
    ) -> None:
        self._app = app
        self._routes = {route.path: route for route in routes}
        self._access, self._metrics, self._body_seconds = access, metrics, body_seconds
        self._log, self._running = access_log(), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._call(scope, receive, send)

    async def turn_away(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call with a problem before anything of it is looked at."""
        await self._call(scope, receive, send, problem)

    def malformed(self) -> bytes:
        """The whole answer to bytes that are no HTTP, which no application ever sees; the connection is then closed."""
        problem, request_id = Problem("MALFORMED_REQUEST"), str(uuid.uuid4())
        content = problem.content(request_id)
        headers = [*_problem_headers(problem, content), *_HEADERS, _POLICY, _UNKEPT]
        headers += [(b"x-request-id", request_id.encode()), (b"connection", b"close")]
        state = {"request_id": request_id, "caller": None, "code": problem.code}
        self._note("malformed", "OTHER", problem.status, 0.0, state)
        lines = (name + b": " + value + b"\r\n" for name, value in headers)
        return b"".join([b"HTTP/1.1 400 Bad Request\r\n", *lines, b"\r\n", content])

    async def _call(self, scope: Scope, receive: Receive, send: Send, problem: Problem | None = None) -> None:
        begun, request_id, method = time.perf_counter(), str(uuid.uuid4()), scope["method"]
        state: dict[str, Any] = {"request_id": request_id, "caller": None}
        route = self._routes.get(_path(scope)) if problem is None else None
        answered = _Answered(send, request_id, is_head=method == "HEAD")
        inner: Scope = {**scope, "state": state, "method": "GET" if method == "HEAD" else method}
        self._running += 1
        try:
            if problem is not None:
                raise problem
            await self._pass(inner, receive, answered, route)
        except Problem as found:
            state["code"] = found.code
            await answer_problem(found, request_id, answered)
        except Exception as fault:  # noqa: BLE001 - the last stop: the caller is told, the log names the kind of fault
            self._log.error("fault", request_id=request_id, fault=type(fault).__name__)
            if not answered.status:
                state["code"] = "INTERNAL_ERROR"
                await answer_problem(Problem("INTERNAL_ERROR"), request_id, answered)
        finally:
            self._running -= 1
        shown = method if method in _METHODS else "OTHER"
        self._note(route.path if route else "other", shown, answered.status, time.perf_counter() - begun, state)

    def _note(self, path: str, method: str, status: int, seconds: float, state: Mapping[str, Any]) -> None:
        self._metrics.called(path, method, status, seconds)
        caller, code = state["caller"], state.get("code")
        if code:
            self._metrics.refused(code)
        self._log.info(
            "call",
            request_id=state["request_id"],
            method=method,
            route=path,
            status=status,
            code=code,
            milliseconds=round(seconds * 1000, 2),
            caller=caller.name if caller else None,
            ids=state.get("ids"),
        )

    async def _pass(self, scope: Scope, receive: Receive, send: Send, route: Route | None) -> None:
        address = (scope.get("client") or ("", 0))[0]
        if route is not None and not route.is_counted:
            pass
        elif self._running > MOST_AT_ONCE:
            raise Problem("TOO_BUSY", headers={"Retry-After": "1"})
        elif route is not None and route.is_open:
            self._access.count_open(address)
        else:
            scope["state"]["caller"] = await self._access.admit(scope["headers"], scope["query_string"], address)
        # What is open asks for no body, so nobody can make the service wait for one without a token.
        is_open = route is not None and route.is_open
        body = b"" if is_open else await _body(scope, receive, self._body_seconds)
        given = False

        async def receive_whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_whole, send)


class _Answered:
    """Sends the answer on with the headers that every answer has; a HEAD gets no body."""

    def __init__(self, send: Send, request_id: str, *, is_head: bool) -> None:
        self._send, self._request_id, self._is_head = send, request_id, is_head
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message.get("headers", []))
            named = {name.lower() for name, _ in given}
            added = [pair for pair in (*_HEADERS, _POLICY, _UNKEPT) if pair[0] not in named]
            message = {**message, "headers": [*given, *added, (b"x-request-id", self._request_id.encode())]}
        elif self._is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)


async def answer_problem(problem: Problem, request_id: str, send: Send) -> None:
    """Answer with a problem. After a body that was not read to its end the connection is closed."""
    content = problem.content(request_id)
    headers = _problem_headers(problem, content)
    if problem.status in {408, 413}:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _problem_headers(problem: Problem, content: bytes) -> list[tuple[bytes, bytes]]:
    headers = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(content)), **problem.headers}
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


def _path(scope: Scope) -> str:
    """The path below where the application is mounted."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if path == root or path.startswith(f"{root}/") else path


async def _body(scope: Scope, receive: Receive, seconds: float) -> bytes:
    """The whole body, which is neither too large nor too slow.

    Raises:
        Problem: 408 or 413.
    """
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    # A number of thousands of digits is none that Python reads.
    digits = declared.lstrip(b"0")
    if declared.isdigit() and (len(digits) > _MOST_DIGITS or int(digits or b"0") > LARGEST_BODY):
        raise Problem("BODY_TOO_LARGE")
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(seconds):
            while more:
                message = await receive()
                more = message["type"] == "http.request" and message.get("more_body", False)
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > LARGEST_BODY:
                    raise Problem("BODY_TOO_LARGE")
    except TimeoutError:
        raise Problem("BODY_TOO_SLOW") from None
    return b"".join(parts)
