"""The release service under load, while the files of a release are replaced beside it, and 10 000 ids from 1M messages.

Every answer is looked at: one that is neither of the releases that take turns, or clears wrongly, counts as wrong.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from tests.support.released import Released

from meldingskontroll.lake import write_bytes

TITLE = "The release service under load"
NOTE = (
    "Aims: status under 20 ms at the 99th percentile with 500 calls a second, 10 000 clearances under 200 ms. Client "
    "and server share the two cores, and times count from when a call was due. While calls are made, another process "
    "lets two releases of 1M messages take turns, as a run would replace them, but far more often; each time every "
    "byte is hashed and every signature verified. A release that is taken back is asked for at once, and an answer "
    "that still says RELEASE is wrong. The floor is a bare ASGI application that answers the same bytes.\n"
)
MESSAGES = 1_000_000
RATE, SECONDS, CONNECTIONS = 500, 20, 10
ASKED, CALLS = 10_000, 60
REVOCATIONS = 50
_TURN_S = 1.0
_FILES = ("clearance.parquet", "release.jws", "release.json")
_TURNS = "import sys; from benchmarks.service import take_turns; take_turns(*sys.argv[1:])"
_FLOOR = """
import sys, uvicorn
body = open(sys.argv[1], "rb").read()
head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False, lifespan="off")
"""


def rows(folder: Path) -> list[dict[str, str]]:
    """Make two releases, serve them, and measure the calls one kind after the other."""
    ids = [str(uuid.UUID(int=number)) for number in _numbers()]
    released, turns = _releases(folder / "service", ids)
    bodies = {(turn / "release.json").read_bytes() for turn in turns}
    headers = {"Authorization": f"Bearer {released.token()}", "Host": "x"}
    with _server(released) as port:
        _warm(port, headers, ids)
        resting = asyncio.run(_steady(port, headers, bodies))
        with _taking_turns(released, turns):
            moving = asyncio.run(_steady(port, headers, bodies))
            clearing = asyncio.run(_clear(port, headers, ids, released))
        still = asyncio.run(_clear(port, headers, ids, released))
        revoked = asyncio.run(_revoked(port, headers, released, turns[0]))
        flood = _wrk(port, "/deletion-release/v1/status", headers)
    with _floor(turns[0] / "release.json") as port:
        floor = _wrk(port, "/", {})
    return [
        _row(f"status, {RATE} calls a second, files at rest", *resting),
        _row(f"status, {RATE} calls a second, files replaced every {_TURN_S:.0f} s", *moving),
        _row(f"{ASKED} ids of {MESSAGES} messages, files at rest", *still),
        _row(f"{ASKED} ids of {MESSAGES} messages, files replaced every {_TURN_S:.0f} s", *clearing),
        _row("status, a release that was just taken back", *revoked),
        {"what": f"status, as many as {CONNECTIONS} connections can (wrk)", **flood},
        {"what": "floor: the same bytes from a bare application (wrk)", **floor},
    ]


def _numbers() -> Iterator[int]:
    rng = random.Random(11)
    for _ in range(MESSAGES):
        yield rng.getrandbits(128)


def _releases(root: Path, ids: list[str]) -> tuple[Released, list[Path]]:
    """A folder with two releases kept beside it, each with a clearance of its own."""
    shutil.rmtree(root, ignore_errors=True)
    cleared = {one: ("keep", "LOST") if place % 10 == 0 else ("delete", "REGISTERED") for place, one in enumerate(ids)}
    released = Released(root, cleared)
    turns = []
    for hours in (2, 1):
        inputs = {f"drop/{place:04}/inbox/logg.csv": "0" * 64 for place in range(400)}
        released.release(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours), inputs=inputs)
        turn = root / f"turn{hours}"
        turn.mkdir()
        for name in _FILES:
            shutil.copy(released.work.out / name, turn / name)
        turns.append(turn)
    return released, turns


@contextmanager
def _taking_turns(released: Released, turns: list[Path]) -> Iterator[None]:
    """Another process puts one release in the place of the other, as a run would."""
    process = subprocess.Popen([sys.executable, "-c", _TURNS, released.work.out, *turns])
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("the releases did not take turns")
    finally:
        process.terminate()
        process.wait()
        _put(released.work.out, turns[0])


def take_turns(out: str, *turns: str) -> None:
    """Put one after the other in place, for ever."""
    for turn in cycle(turns):
        time.sleep(_TURN_S)
        _put(Path(out), Path(turn))


def _put(out: Path, turn: Path) -> None:
    for name in _FILES:
        aside = out / f".{name}.aside"
        aside.unlink(missing_ok=True)
        os.link(turn / name, aside)
        aside.replace(out / name)


@contextmanager
def _server(released: Released) -> Iterator[int]:
    port = _free_port()
    command = [Path(sys.executable).parent / "meldingskontroll", "release", "serve", "--work", released.work.root]
    with _running([*map(str, command), "--port", str(port)], port):
        yield port


@contextmanager
def _floor(file: Path) -> Iterator[int]:
    port = _free_port()
    with _running([sys.executable, "-c", _FLOOR, str(file), str(port)], port):
        yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
            if _is_open(port):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _is_open(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bytes]:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int((re.search(rb"(?i)content-length: (\d+)", head) or [b"", b"0"])[1])
    return int(head[9:12]), await reader.readexactly(length)


def _request(path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    made = headers | ({"Content-Type": "application/json", "Content-Length": str(len(body))} if body else {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in made.items())
    return f"{'POST' if body else 'GET'} /deletion-release/v1/{path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _warm(port: int, headers: dict[str, str], ids: list[str]) -> None:
    async def once() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        question = json.dumps({"ids": ids[:100]}).encode()
        for request in (_request("status", headers), _request("clearance", headers, question)):
            await _call(reader, writer, request)
        writer.close()

    asyncio.run(once())


async def _steady(port: int, headers: dict[str, str], bodies: set[bytes]) -> tuple[list[float], int]:
    """Calls that are due at a steady rate, over several connections: seconds from when each was due, and wrong ones."""
    taken: list[float] = []
    wrong, request, begun = 0, _request("status", headers), time.perf_counter() + 0.2

    async def connection(first: int) -> None:
        nonlocal wrong
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        for place in range(first, RATE * SECONDS, CONNECTIONS):
            due = begun + place / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            status, body = await _call(reader, writer, request)
            taken.append(time.perf_counter() - due)
            wrong += status != 200 or body not in bodies
        writer.close()

    await asyncio.gather(*(connection(first) for first in range(CONNECTIONS)))
    return taken, wrong


async def _clear(port: int, headers: dict[str, str], ids: list[str], released: Released) -> tuple[list[float], int]:
    """One question after the other, each for ids drawn anew: seconds each, and wrong answers."""
    rng, taken, wrong = random.Random(3), [], 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    for _ in range(CALLS):
        asked = rng.sample(ids, ASKED)
        request = _request("clearance", headers, json.dumps({"ids": asked}).encode())
        begun = time.perf_counter()
        status, body = await _call(reader, writer, request)
        taken.append(time.perf_counter() - begun)
        answer = json.loads(body)
        said = [(row["id"], row["clearance"]) for row in answer.get("clearances", [])]
        wrong += status != 200 or said != [(one, released.cleared[one][0]) for one in asked]
    writer.close()
    return taken, wrong


async def _revoked(port: int, headers: dict[str, str], released: Released, turn: Path) -> tuple[list[float], int]:
    """Take a release back as a run does, ask, and put it there again: seconds for each answer, and wrong ones."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    taken, wrong, request = [], 0, _request("status", headers)
    held = json.dumps(released.document("HOLD")).encode()
    for _ in range(REVOCATIONS):
        _put(released.work.out, turn)
        _, body = await _call(reader, writer, request)
        wrong += json.loads(body)["decision"] != "RELEASE"
        released.work.certificate.unlink()
        write_bytes(released.work.decision, held)
        begun = time.perf_counter()
        _, body = await _call(reader, writer, request)
        taken.append(time.perf_counter() - begun)
        wrong += json.loads(body)["decision"] != "HOLD"
    _put(released.work.out, turn)
    writer.close()
    return taken, wrong


def _row(what: str, taken: list[float], wrong: int) -> dict[str, str]:
    ranked = sorted(taken)
    at = {name: ranked[min(int(len(ranked) * share), len(ranked) - 1)] for name, share in (("p50", 0.5), ("p99", 0.99))}
    return {
        "what": what,
        "calls": str(len(ranked)),
        "p50 ms": f"{at['p50'] * 1000:.1f}",
        "p99 ms": f"{at['p99'] * 1000:.1f}",
        "max ms": f"{ranked[-1] * 1000:.0f}",
        "wrong": str(wrong),
    }


def _wrk(port: int, path: str, headers: dict[str, str]) -> dict[str, str]:
    """What wrk says of ten seconds: calls, latencies, and answers that were no 2xx."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return dict.fromkeys(("calls", "p50 ms", "p99 ms", "max ms", "wrong"), "wrk is not here")
    command = [wrk, "-t1", f"-c{CONNECTIONS}", "-d10s", "--latency", f"http://127.0.0.1:{port}{path}"]
    command += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def found(pattern: str, otherwise: str) -> str:
        match = re.search(pattern, said)
        return match[1] if match else otherwise

    def milliseconds(pattern: str) -> str:
        match = re.search(pattern + r"\s+([\d.]+)(us|ms|s)", said)
        return f"{float(match[1]) * {'us': 0.001, 'ms': 1, 's': 1000}[match[2]]:.1f}" if match else "?"

    return {
        "calls": found(r"(\d+) requests in", "?"),
        "p50 ms": milliseconds("50%"),
        "p99 ms": milliseconds("99%"),
        "max ms": milliseconds(r"Latency\s+\S+\s+\S+"),
        "wrong": found(r"Non-2xx or 3xx responses: (\d+)", "0"),
    }
