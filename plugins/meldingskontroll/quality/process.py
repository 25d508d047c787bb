"""Starts the worker early and asks it once; a worker that dies or dawdles gives no answers, and no answer blocks."""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 300.0


class Worker:
    """A process that imports Great Expectations while the audit does other work."""

    def __init__(self) -> None:
        # Started from the package's own root, `-m` finds this library however it came to be on the path.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "meldingskontroll.quality.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_PACKAGE_ROOT,
            text=True,
            encoding="utf-8",
        )

    def ask(self, request: list[dict[str, Any]], timeout: float = TIMEOUT_SECONDS) -> list[dict[str, Any]]:
        """Send the request and wait for the answer. Gives an empty list when none comes: nothing was checked."""
        try:
            answered, _ = self._process.communicate(json.dumps(request) + "\n", timeout=timeout)
            results = json.loads(answered)
        except (subprocess.TimeoutExpired, OSError, ValueError):
            self.stop()
            return []
        return results if isinstance(results, list) else []

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                with contextlib.suppress(OSError):
                    stream.close()


_waiting: list[Worker] = []


def start_worker() -> Worker:
    """Start a worker that the next `check_quality` of this process takes; it ends with the process if none does."""
    worker = Worker()
    _waiting.append(worker)
    atexit.register(worker.stop)
    return worker


def take_worker() -> Worker:
    """The worker that was started early, or a new one."""
    return _waiting.pop() if _waiting else Worker()
