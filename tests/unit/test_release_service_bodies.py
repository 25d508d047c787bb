"""The body of a call: whole, neither too large nor too slow, and heard of when the caller leaves."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from meldingskontroll.release.service.guard import LARGEST_BODY
from support.guarded import Guarded, problem_of


def test_a_body_comes_whole_to_the_application_up_to_its_limit() -> None:
    guarded = Guarded()
    guarded.call("/closed", b"a" * (LARGEST_BODY - 2), b"b", b"c")
    assert guarded.seen[0][1] == {"type": "http.request", "body": b"a" * (LARGEST_BODY - 2) + b"bc", "more_body": False}
    size = str(LARGEST_BODY).encode()
    assert guarded.call("/closed", b"x", headers=[(b"content-length", size)])["status"] == 200
    assert guarded.call("/closed", b"x", headers=[(b"content-length", b"many")])["status"] == 200
    for answer in (
        guarded.call("/closed", b"a" * LARGEST_BODY, b"b"),
        guarded.call("/closed", b"x", headers=[(b"content-length", str(LARGEST_BODY + 1).encode())]),
    ):
        assert problem_of(answer) == (413, "BODY_TOO_LARGE") and answer["headers"]["connection"] == "close"
    assert len(guarded.seen) == 3


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    """Nor is the number, where it has more digits than any that Python reads."""
    guarded = Guarded()
    for declared in (b"9" * 7, b"9" * 8, b"9" * 5000):
        refused = guarded.call("/closed", headers=[(b"content-length", declared)])
        assert problem_of(refused) == (413, "BODY_TOO_LARGE")
    assert guarded.seen == []
    assert guarded.call("/closed", headers=[(b"content-length", b"0" * 5000 + b"1")])["status"] == 200


def test_after_the_body_the_application_hears_when_the_caller_leaves() -> None:
    guarded, heard = Guarded(), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.extend([await receive(), await receive()])
        await send({"type": "http.response.start", "status": 204})

    guarded.guard._app = app
    messages = [{"type": "http.request", "body": b"a", "more_body": False}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        heard.append(message["status"])

    scope = {"type": "http", "method": "GET", "path": "/closed", "headers": [], "query_string": b""}
    asyncio.run(guarded.guard(scope, receive, send))
    assert heard == [{"type": "http.request", "body": b"a", "more_body": False}, {"type": "http.disconnect"}, 204]


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_is_said() -> None:
    guarded = Guarded(body_seconds=0.01)

    async def call() -> list[Any]:
        sent: list[Any] = []

        async def never() -> Any:
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/closed", "headers": [], "query_string": b""}
        await guarded.guard(scope, never, send)
        return sent

    start, body = asyncio.run(call())
    assert start["status"] == 408 and (b"connection", b"close") in start["headers"]
    assert json.loads(body["body"])["code"] == "BODY_TOO_SLOW"


async def heard_by_the_application(path: str, *messages: dict[str, Any]) -> tuple[Any, int]:
    """What the application is given as the first message, and how many of the caller's messages were then left."""
    guarded, waiting = Guarded(), list(messages)

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        assert message["type"].startswith("http.response.")

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    await guarded.guard(scope, receive, send)
    return guarded.seen[0][1], len(waiting)


def test_a_message_that_says_no_more_than_that_it_is_one_ends_an_empty_body() -> None:
    empty = {"type": "http.request", "body": b"", "more_body": False}
    said = asyncio.run(heard_by_the_application("/closed", {"type": "http.request"}, {"type": "http.disconnect"}))
    assert said == (empty, 1)


def test_what_is_open_asks_for_no_body() -> None:
    empty = {"type": "http.request", "body": b"", "more_body": False}
    sent = {"type": "http.request", "body": b"a", "more_body": True}
    assert asyncio.run(heard_by_the_application("/open", sent)) == (empty, 1)
