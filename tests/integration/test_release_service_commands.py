"""`meldingskontroll release token` and `release serve`, as they are run."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from support.released import Released

COMMAND = Path(sys.executable).with_name("meldingskontroll")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, "release", *arguments], capture_output=True, text=True, check=False)


@contextlib.contextmanager
def served(work: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [COMMAND, "release", "serve", "--work", work, "--port", str(port)], stderr=subprocess.PIPE, text=True
    )
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/deletion-release"
    finally:
        process.terminate()
        process.communicate()


def test_a_token_is_printed_once_alone_opens_what_its_scope_says_and_can_be_taken_back(tmp_path: Path) -> None:
    work = Released(tmp_path / "work").work.root
    made = run("token", "--work", work, "--name", "KS")
    other = run("token", "--work", work, "--name", "annen", "--scope", "deletion-release:metrics")
    assert (made.returncode, len(made.stdout.split())) == (0, 1)
    token = made.stdout.strip()
    with served(work) as address:

        def asked(authorization: str) -> int:
            headers = {"Authorization": authorization}
            return requests.get(f"{address}/v1/status", headers=headers, timeout=10).status_code

        assert asked(f"Bearer {token}") == 200
        assert asked(f"Bearer {other.stdout.strip()}") == 403
        listed = run("token", "--work", work, "--list")
        assert [line.split(";")[0] for line in listed.stdout.splitlines()] == ["KS", "annen"]
        assert token not in listed.stdout
        assert run("token", "--work", work, "--revoke", "KS").returncode == 0
        assert asked(f"Bearer {token}") == 401
    assert run("token", "--work", work, "--revoke", "KS").returncode == 3
    kept = [file for file in work.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
    assert kept == []


def test_what_cannot_be_served_is_refused_with_a_sentence(tmp_path: Path) -> None:
    work = Released(tmp_path / "work").work.root
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = {
            "no folder": run("serve", "--work", tmp_path / "none", "--port", port),
            "a clock for real data": run("serve", "--work", work, "--port", port, "--at", "2023-07-01T06:00:00Z"),
            "a port that is taken": run("serve", "--work", work, "--port", port),
            "no name": run("token", "--work", work),
            "no folder for a token": run("token", "--work", tmp_path / "none", "--name", "KS"),
        }
    for name, done in refused.items():
        assert done.returncode == 2, name
        assert "Traceback" not in done.stderr, name
        assert done.stderr.strip().endswith("."), name
