"""The client that `docs/ks.md` gives KS: it deletes what may be deleted, and nothing whenever anything is amiss."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.released import AS_OF, LOST, REGISTERED, STRANGER, Released, serving

Client = Callable[[str, str, list[str]], set[str]]
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


@contextmanager
def answering(status: int, body: bytes, length: int | None = None) -> Iterator[str]:
    """A server that gives one answer to whatever it is asked."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer_of(ids: list[str], **changes: Any) -> bytes:
    rows = [{"id": one, "clearance": "delete", "reason": "REGISTERED"} for one in ids]
    return json.dumps({"decision": "RELEASE", "clearances": rows} | changes).encode()


def test_an_answer_that_is_not_the_one_asked_for_deletes_nothing(client: Client) -> None:
    whole = answer_of(ASKED)
    amiss = {
        "a hold": (200, answer_of(ASKED, decision="HOLD"), None),
        "an error": (503, whole, None),
        "one too few": (200, answer_of(ASKED[:2]), None),
        "another order": (200, answer_of(ASKED[::-1]), None),
        "others": (200, answer_of([LOST] * 3), None),
        "no decision": (200, json.dumps({"clearances": json.loads(whole)["clearances"]}).encode(), None),
        "no list": (200, answer_of(ASKED, clearances=None), None),
        "no JSON": (200, b"<html>", None),
        "nothing": (200, b"", None),
        "cut off": (200, whole[:40], len(whole)),
        "a list": (200, b"[]", None),
    }
    with answering(200, whole) as address:
        assert client(address, "x", ASKED) == set(ASKED)
    for name, (status, body, length) in amiss.items():
        with answering(status, body, length) as address:
            assert client(address, "x", ASKED) == set(), name
