"""Times a command as a whole process: wall and processor seconds, and the largest resident memory of its processes."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Measured:
    """One run: seconds of wall clock and of processor, peak resident memory in MB of the process with its children."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    output: str


def run(command: Sequence[str | Path]) -> Measured:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed; a figure of a run that failed would be no figure.
    """
    before = os.times()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        peak = max(peak, _resident(watched))
        time.sleep(_POLL_SECONDS)
    output = process.stdout.read() if process.stdout else ""
    wall = time.perf_counter() - begun
    after = os.times()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args, output)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(wall, cpu, peak / 1e6, output)


def _resident(watched: psutil.Process) -> int:
    try:
        return sum(one.memory_info().rss for one in [watched, *watched.children(recursive=True)])
    except psutil.Error:
        return 0
