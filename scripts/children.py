"""Processes that end when we end: however the caller stops, none of them is left."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1


class Children:
    """Starts processes, each in its own group, and ends the groups."""

    def __init__(self, grace_seconds: float = 8.0) -> None:
        self._grace = grace_seconds
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, stdout: int | None = None
    ) -> subprocess.Popen[str]:
        """Start a process; what it prints goes to the end of `log`, standard output elsewhere if `stdout` says so."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as stream:
            child = subprocess.Popen(
                list(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream if stdout is None else stdout,
                stderr=stream,
                text=True,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self._started.append(child)
        return child

    def stop(self) -> None:
        """Ask every group to end, wait a little, and end by force what is left."""
        for child in self._started:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        for child in self._started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
        for child in self._started:
            _signal_group(child, signal.SIGKILL)
            child.wait()


@contextlib.contextmanager
def children(grace_seconds: float = 8.0) -> Iterator[Children]:
    """The children of one command. SIGTERM and SIGHUP end it as Ctrl-C does; the cleaning cannot be interrupted."""

    def interrupt(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    started = Children(grace_seconds)
    try:
        yield started
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        started.stop()


def free_port(wanted: int = 0) -> int:
    """A port on loopback that nobody listens on: `wanted` if it is free."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("there is no free port on loopback")


def wait_for_port(port: int, child: subprocess.Popen[str], seconds: float) -> bool:
    """True when somebody answers on the port; False when the child ended or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
        time.sleep(0.1)
    return False


def tail(log: Path, lines: int = 20) -> str:
    """The end of a log, for a person."""
    stream: IO[str]
    with log.open(errors="replace") as stream:
        return "".join(stream.readlines()[-lines:])


def _end_with_parent() -> None:
    """Ask the kernel to end this process should its parent be killed outright."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(child: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
