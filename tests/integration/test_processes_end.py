"""What `make run` and `make up` start ends with them, however they are stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
_PARENT = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from children import children
log = Path(sys.argv[2])
try:
    with children(grace_seconds=0.5) as started:
        # A child with a child of its own; the second of them does not care to be asked.
        started.start(["sh", "-c", "echo $$; sleep 300 & echo $!; wait"], os.environ, log)
        started.start(["sh", "-c", "trap '' TERM; echo $$; while :; do sleep 0.1; done"], os.environ, log)
        time.sleep(300)
except KeyboardInterrupt:
    sys.exit(130)
"""


def alive(number: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, 0)
        return "Z" not in Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return False


def started(log: Path) -> list[int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        numbers = [int(line) for line in log.read_text().split()] if log.exists() else []
        if len(numbers) == 3:
            return numbers
        time.sleep(0.05)
    raise AssertionError("the children did not start")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_no_process_is_left_when_the_command_is_stopped(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "children.log"
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(SCRIPTS), str(log)])
    pids = started(log)
    assert all(map(alive, pids))
    parent.send_signal(number)
    assert parent.wait(timeout=30) == 130
    assert [pid for pid in pids if alive(pid)] == []


def test_children_end_when_their_parent_is_killed_outright(tmp_path: Path) -> None:
    log = tmp_path / "children.log"
    parent = subprocess.Popen([sys.executable, "-c", _PARENT, str(SCRIPTS), str(log)])
    first, grandchild, stubborn = started(log)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while alive(first) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(first)
    for left in (grandchild, stubborn):
        os.kill(left, signal.SIGKILL)


def test_a_port_in_use_is_not_given() -> None:
    import socket

    sys.path.insert(0, str(SCRIPTS))
    from children import free_port

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        assert free_port(port) != port
