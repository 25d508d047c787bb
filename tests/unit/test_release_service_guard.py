"""What every call passes: who is asked about, what every answer has, what the log says, and how faults are told."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from meldingskontroll.release.service.guard import MOST_AT_ONCE
from meldingskontroll.release.service.problems import Problem
from support.guarded import KS, SAFE, Guarded, problem_of


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_answer_has_the_headers_that_every_answer_has_and_its_own_stand() -> None:
    guarded = Guarded()
    answer = guarded.call()
    assert (answer["status"], answer["body"]) == (200, b"hello")
    assert {name: answer["headers"][name] for name in SAFE} == SAFE
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["headers"]["x-request-id"])
    guarded.answer = [(b"Cache-Control", b"private"), (b"X-Frame-Options", b"SAMEORIGIN")]
    own = guarded.call()["headers"]
    assert (own["Cache-Control"], own["X-Frame-Options"]) == ("private", "SAMEORIGIN")
    assert "cache-control" not in own and own["x-content-type-options"] == "nosniff"


def test_who_asks_is_asked_about_unless_the_path_is_open() -> None:
    guarded = Guarded()
    guarded.call(headers=[(b"a", b"b")])
    guarded.call("/nowhere", client=None)
    guarded.call("/open")
    guarded.call("/free")
    assert guarded.access.asked == [
        ("admit", [(b"a", b"b")], b"q", "10.0.0.1"),
        ("admit", [], b"q", ""),
        ("open", "10.0.0.1"),
    ]
    assert [scope["state"]["caller"] for scope, _ in guarded.seen] == [KS, KS, None, None]
    assert [call[0] for call in guarded.metrics.calls] == ["/closed", "other", "/open", "/free"]


@pytest.mark.parametrize(
    ("path", "root", "route"),
    [
        ("/at/closed", "/at", "/closed"),
        ("/closed", "/at", "/closed"),
        ("/at", "/at", "other"),
        ("/atclosed", "/at", "other"),
        ("/closed/", "", "other"),
        ("/at/at/closed", "/at", "other"),
    ],
)
def test_a_path_is_looked_at_below_where_the_service_is_mounted(path: str, root: str, route: str) -> None:
    guarded = Guarded()
    guarded.call(path, root_path=root)
    assert guarded.metrics.calls == [(route, "GET", 200)]


def test_a_head_is_a_get_without_its_body_and_a_strange_method_is_not_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guarded = Guarded()
    assert guarded.call(method="HEAD")["body"] == b""
    guarded.call(method="SECRET")
    assert [scope["method"] for scope, _ in guarded.seen] == ["GET", "SECRET"]
    assert [call[1] for call in guarded.metrics.calls] == ["HEAD", "OTHER"]
    assert [line["method"] for line in logged(capsys)] == ["HEAD", "OTHER"]


def test_a_call_is_one_line_that_names_the_caller_and_its_count_of_ids_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guarded = Guarded()
    answer = guarded.call()
    (line,) = logged(capsys)
    assert line.pop("timestamp").endswith("Z") and 0 <= line.pop("milliseconds") < 60_000
    assert line == {
        "event": "call",
        "request_id": answer["headers"]["x-request-id"],
        "method": "GET",
        "route": "/closed",
        "status": 200,
        "code": None,
        "caller": "KS",
        "ids": None,
    }
    guarded.access.problem = Problem("WRONG_SCOPE", {"why": "x"}, {"Retry-After": "7"})
    refused = guarded.call()
    assert problem_of(refused) == (403, "WRONG_SCOPE") and refused["headers"]["retry-after"] == "7"
    assert json.loads(refused["body"])["why"] == "x" and "connection" not in refused["headers"]
    (line,) = logged(capsys)
    assert (line["code"], line["caller"], line["status"]) == ("WRONG_SCOPE", None, 403)
    assert guarded.metrics.codes == ["WRONG_SCOPE"] and len(guarded.seen) == 1


def test_a_fault_of_ours_is_told_as_one_and_named_by_its_kind_alone(capsys: pytest.CaptureFixture[str]) -> None:
    guarded = Guarded()
    guarded.answer = RuntimeError("secret")
    answer = guarded.call()
    assert problem_of(answer) == (500, "INTERNAL_ERROR") and guarded.metrics.codes == ["INTERNAL_ERROR"]
    assert {name: answer["headers"][name] for name in SAFE} == SAFE
    fault, call = logged(capsys)
    assert (fault["event"], fault["fault"]) == ("fault", "RuntimeError")
    assert fault["request_id"] == call["request_id"] == answer["headers"]["x-request-id"]
    assert (call["code"], call["status"]) == ("INTERNAL_ERROR", 500) and "secret" not in str((fault, call))
    guarded.answer, guarded.fails_after_start = None, True
    assert guarded.call()["status"] == 200 and guarded.metrics.calls[-1] == ("/closed", "GET", 200)
    assert [line["event"] for line in logged(capsys)] == ["fault", "call"]


@pytest.mark.parametrize(("running", "status"), [(MOST_AT_ONCE - 1, 200), (MOST_AT_ONCE, 503)])
def test_no_more_calls_are_taken_at_once_than_can_be_answered(running: int, status: int) -> None:
    guarded = Guarded()
    guarded.guard._running = running
    answer = guarded.call()
    assert answer["status"] == status and guarded.guard._running == running
    if status == 503:
        assert problem_of(answer) == (503, "TOO_BUSY") and answer["headers"]["retry-after"] == "1"
        assert guarded.call("/open")["status"] == 503
        assert guarded.call("/free")["status"] == 200, "whether it lives is always answered"
        assert guarded.access.asked == []


def test_a_call_that_is_turned_away_is_answered_and_counted_but_not_looked_at() -> None:
    guarded = Guarded()

    async def turn_away() -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/closed", "headers": [], "query_string": b""}
        await guarded.guard.turn_away(Problem("TOO_BUSY"), scope, None, send)  # type: ignore[arg-type]
        return sent

    assert asyncio.run(turn_away())[0]["status"] == 503
    assert (guarded.metrics.calls, guarded.metrics.codes) == ([("other", "GET", 503)], ["TOO_BUSY"])
    assert guarded.seen == [] and guarded.access.asked == []


def test_bytes_that_are_no_http_get_a_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    guarded = Guarded()
    head, _, body = guarded.guard.malformed().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert first == "HTTP/1.1 400 Bad Request" and headers["connection"] == "close"
    assert problem_of({"status": 400, "headers": headers, "body": body}) == (400, "MALFORMED_REQUEST")
    assert {name: headers[name] for name in SAFE} == SAFE
    (line,) = logged(capsys)
    assert (line["code"], line["status"], line["request_id"]) == ("MALFORMED_REQUEST", 400, headers["x-request-id"])
    assert guarded.metrics.calls == [("malformed", "OTHER", 400)] and line["milliseconds"] == 0.0


def test_the_services_life_is_passed_on_and_a_socket_is_closed() -> None:
    guarded, sent = Guarded(), []

    async def send(message: Any) -> None:
        sent.append(message)

    guarded.answer = [(b"a", b"b")]
    asyncio.run(guarded.guard({"type": "lifespan"}, None, send))  # type: ignore[arg-type]
    assert guarded.seen[0][0] == {"type": "lifespan"} and sent[0]["headers"] == [(b"a", b"b")]
    sent.clear()
    asyncio.run(guarded.guard({"type": "websocket"}, None, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}] and len(guarded.seen) == 1


def test_the_log_is_written_where_stderr_is_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = Guarded()
    with (tmp_path / "log").open("w", encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        guarded.call()
        assert (tmp_path / "log").read_text(encoding="utf-8"), "a line is there at once"


def test_the_line_says_how_long_it_took_and_how_many_ids_were_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guarded, moments = Guarded(), iter([10.0, 10.2345678])
    monkeypatch.setattr(
        "meldingskontroll.release.service.guard.time", SimpleNamespace(perf_counter=lambda: next(moments))
    )

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["state"]["ids"] = 3
        await send({"type": "http.response.start", "status": 204})

    guarded.guard._app = app
    guarded.call()
    (line,) = logged(capsys)
    assert (line["milliseconds"], line["ids"]) == (234.57, 3)


def test_a_guard_begins_with_nobody_and_each_malformed_call_has_an_id_of_its_own() -> None:
    guarded = Guarded()
    assert guarded.guard._running == 0
    ids = {re.search(rb"x-request-id: ([0-9a-f-]{36})\r", guarded.guard.malformed()) for _ in range(2)}
    assert None not in ids and len({found[1] for found in ids if found}) == 2
