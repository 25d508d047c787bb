"""The client that `docs/ks.md` gives KS: it deletes what may be deleted, and nothing whenever anything is amiss."""

from __future__ import annotations

import gzip
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests

from support.released import AS_OF, LOST, REGISTERED, STRANGER, Released, serving
from support.tls import self_signed

Client = Callable[..., set[str]]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "ks.md"
ASKED = [STRANGER, REGISTERED, LOST]


@pytest.fixture(scope="module")
def client() -> Client:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    names: dict[str, Any] = {}
    exec(compile(code, "docs/ks.md", "exec"), names)
    found: Client = names["kan_slettes"]
    return found


def test_under_a_release_what_may_be_deleted_is_named_and_nothing_else(client: Client, tmp_path: Path) -> None:
    folder = Released(tmp_path / "work")
    folder.release()
    with serving(folder.work, at=AS_OF) as address:
        assert client(address, folder.token(), ASKED) == {REGISTERED}
        assert client(address, folder.token(), [LOST, STRANGER]) == set()
        assert client(address, folder.token(), []) == set()
        assert client(address, folder.token(), [REGISTERED, "no id"]) == set()
        assert client(address, "mdk_unknown", ASKED) == set()
        folder.hold()
        assert client(address, folder.token(), ASKED) == set()


def test_where_nobody_answers_nothing_is_deleted(client: Client) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert client(f"http://127.0.0.1:{taken.getsockname()[1]}", "x", ASKED) == set()


class Answering(BaseHTTPRequestHandler):
    """Gives one answer to whatever it is asked, and remembers what it was asked for."""

    status, body, length, pause_s = 200, b"", None, 0.0
    headers_given: ClassVar[dict[str, str]] = {}
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_POST(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        length = len(self.body) if self.length is None else self.length
        usual = {"Content-Type": "application/json", "Content-Length": str(length)}
        for name, value in (usual | self.headers_given).items():
            self.send_header(name, value)
        self.end_headers()
        for place in range(0, len(self.body), 64 if self.pause_s else len(self.body)):
            threading.Event().wait(self.pause_s)
            self.wfile.write(self.body[place : place + (64 if self.pause_s else len(self.body))])

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever stops listening in the middle is no fault."""


@contextmanager
def answering(files: tuple[Path, Path] | None = None, **given: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server of one answer: its address, and what it was asked. `files` are its certificate and key."""
    asked: list[tuple[str, str]] = []
    server = Server(("127.0.0.1", 0), type("Given", (Answering,), given | {"asked": asked}))
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http{'s' if files else ''}://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer_of(ids: list[str], **changes: Any) -> bytes:
    rows = [{"id": one, "clearance": "delete", "reason": "REGISTERED"} for one in ids]
    return json.dumps({"decision": "RELEASE", "clearances": rows} | changes).encode()


WHOLE = answer_of(ASKED)
DEEP = b'{"decision": "RELEASE", "clearances": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
ROW = {"clearance": "delete"}
AMISS: dict[str, dict[str, Any]] = {
    "a hold": {"body": answer_of(ASKED, decision="HOLD")},
    "a hold in small letters": {"body": answer_of(ASKED, decision="release")},
    "an error": {"status": 503, "body": WHOLE},
    "partial content": {"status": 206, "body": WHOLE},
    "no content": {"status": 204, "body": b""},
    "one too few": {"body": answer_of(ASKED[:2])},
    "one too many": {"body": answer_of([*ASKED, LOST])},
    "another order": {"body": answer_of(ASKED[::-1])},
    "others": {"body": answer_of([LOST] * 3)},
    "other letters": {"body": answer_of([one.upper() for one in ASKED])},
    "no decision": {"body": json.dumps({"clearances": json.loads(WHOLE)["clearances"]}).encode()},
    "no list": {"body": answer_of(ASKED, clearances=None)},
    "a list of texts": {"body": answer_of(ASKED, clearances=ASKED)},
    "rows without ids": {"body": answer_of(ASKED, clearances=[ROW] * 3)},
    "rows without words": {"body": answer_of(ASKED, clearances=[{"id": one} for one in ASKED])},
    "a truth for a word": {"body": answer_of(ASKED, clearances=[{"id": one, "clearance": True} for one in ASKED])},
    "a page": {"body": b"<html>", "headers_given": {"Content-Type": "text/html"}},
    "a page that holds the answer": {"body": WHOLE, "headers_given": {"Content-Type": "text/html"}},
    "a problem that holds the answer": {"body": WHOLE, "headers_given": {"Content-Type": "application/problem+json"}},
    "no JSON": {"body": b"RELEASE"},
    "no JSON in UTF-8": {"body": WHOLE.replace(b"REGISTERED", b"\xff")},
    "JSON without a bottom": {"body": DEEP},
    "nothing": {"body": b""},
    "cut off": {"body": WHOLE[:40], "length": len(WHOLE)},
    "half of it": {"body": WHOLE[: len(WHOLE) // 2]},
    "a list": {"body": b"[]"},
    "a text": {"body": b'"RELEASE"'},
    "packed": {"body": gzip.compress(WHOLE), "headers_given": {"Content-Encoding": "gzip"}},
    "too much": {"body": WHOLE[:-1] + b" " * 5_000_000 + b"}"},
}


def test_an_answer_that_is_the_one_asked_for_is_believed(client: Client) -> None:
    with answering(body=WHOLE) as (address, asked):
        assert client(address, "x", ASKED) == set(ASKED)
    assert asked == [("/v1/clearance", "Bearer x")]


@pytest.mark.parametrize("name", AMISS)
def test_an_answer_that_is_not_the_one_asked_for_deletes_nothing(client: Client, name: str) -> None:
    with answering(**AMISS[name]) as (address, asked):
        assert client(address, "x", ASKED) == set()
    assert len(asked) == 1


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_nobody_is_followed_to_another_address_and_the_token_goes_no_further(client: Client, status: int) -> None:
    with answering(body=WHOLE) as (elsewhere, asked):
        moved = {"Location": f"{elsewhere}/v1/clearance"}
        with answering(status=status, headers_given=moved, body=WHOLE) as (address, _):
            assert client(address, "x", ASKED) == set()
    assert asked == []


def test_an_answer_that_comes_too_late_deletes_nothing_though_each_piece_of_it_came_in_time(client: Client) -> None:
    with answering(body=WHOLE, pause_s=0.05) as (address, _):
        assert client(address, "x", ASKED) == set(ASKED)
        # Every piece comes sooner than this, and the last one later.
        assert client(address, "x", ASKED, 0.15) == set()
    with answering(body=WHOLE, pause_s=1.0) as (address, _):
        assert client(address, "x", ASKED, 0.2) == set()


def test_only_who_is_vouched_for_by_a_certificate_that_is_valid_now_is_believed(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    for name, address, days in (("valid", "127.0.0.1", 1), ("expired", "127.0.0.1", -1), ("other", "127.0.0.2", 1)):
        (tmp_path / name).mkdir()
        made[name] = self_signed(tmp_path / name, address, days)
    believed = {}
    for name, files in made.items():
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
        with answering(files, body=WHOLE) as (address, _):
            believed[name] = client(address, "x", ASKED)
    monkeypatch.delenv("SSL_CERT_FILE")
    with answering(made["valid"], body=WHOLE) as (address, _):
        believed["not vouched for"] = client(address, "x", ASKED)
    assert believed == {"valid": set(ASKED), "expired": set(), "other": set(), "not vouched for": set()}


def test_what_was_a_release_a_moment_ago_is_asked_again_and_not_remembered(client: Client, tmp_path: Path) -> None:
    folder = Released(tmp_path / "work")
    folder.release()
    token = folder.token()
    with serving(folder.work, at=AS_OF) as address:
        status = requests.get(f"{address}/v1/status", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert status.json()["decision"] == "RELEASE"
        folder.hold()
        assert client(address, token, ASKED) == set()


@pytest.mark.parametrize("asked", [[None], [7], "abc", {"a": 1}, [REGISTERED] * 10_001, [object()]])
def test_a_question_that_is_none_deletes_nothing(client: Client, tmp_path: Path, asked: Any) -> None:
    folder = Released(tmp_path / "work")
    folder.release()
    with serving(folder.work, at=AS_OF) as address:
        assert client(address, folder.token(), asked) == set()


def test_a_token_that_no_header_can_hold_deletes_nothing(client: Client) -> None:
    with answering(body=WHOLE) as (address, asked):
        for token in ("x\r\nX-More: 1", "\u20ac"):
            assert client(address, token, ASKED) == set()
    assert asked == []
