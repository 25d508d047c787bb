"""Runs intake or extraction in forked children of a process that has everything imported, and kills them on request.

Reads one order a line as JSON: `{"task", "work", "settings", "event", "seconds"}`. The child dies by SIGKILL at its
`event`-th call to the file system or network, or after some `seconds`; with neither it runs to its end, on a disk that
takes no file beyond `file_limit` bytes if that is given. Answers one line: `{"killed", "failed", "events"}`.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas

from meldingskontroll.domain import Clock
from meldingskontroll.intake import drop_folder, examine
from meldingskontroll.intake.collect import collect, compile_intake
from meldingskontroll.lake import WorkFolder
from meldingskontroll.portal import extract_api
from meldingskontroll.portal.client import PortalClient
from meldingskontroll.settings import Settings

CLOCK = Clock.parse("2023-07-01T06:00:00Z")
_STEPS = frozenset(
    (
        *("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.link", "os.truncate", "os.utime"),
        *("os.scandir", "os.listdir", "shutil.copyfile", "tempfile.mkstemp", "socket.connect", "fcntl.flock"),
    )
)
assert examine and pandas and PortalClient  # imported here so that no child has to


class FixedTime(datetime):
    """The extraction's clock: what is recorded of a run must not depend on when it was made."""

    @classmethod
    def now(cls, tz: Any = None) -> FixedTime:
        return cls(2023, 7, 1, 6, tzinfo=tz)


def intake(work: WorkFolder, settings: Settings) -> None:
    collect(work, CLOCK, settings)
    compile_intake(work)


def extraction(work: WorkFolder, settings: Settings) -> None:
    extract_api.extract_interval(work, settings, datetime(2022, 2, 28, 23), datetime(2022, 4, 30, 22))


def mirrored(work: WorkFolder, settings: Settings) -> None:
    drop_folder.fetch(work, settings)
    intake(work, settings)
    drop_folder.send_receipts(work, settings)


TASKS = {"intake": intake, "extraction": extraction, "mirrored": mirrored}


def child(order: dict[str, Any], answer: int) -> None:
    os.fsync = lambda handle: None  # a killed process loses nothing that it has written; only a dead machine does
    extract_api.datetime = FixedTime  # type: ignore[misc]
    steps = itertools.count(1)
    at = order.get("event")

    def count(event: str, arguments: Any) -> None:
        if event in _STEPS and next(steps) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    # An address in the work folder itself is copied and compared with it.
    address = {"drop_url": f"file://{order['work']}/elsewhere"} if order["task"] == "mirrored" else {}
    settings = Settings.model_validate(order["settings"] | address)
    if order.get("file_limit") is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_limit"], order["file_limit"]))
    sys.addaudithook(count)
    TASKS[order["task"]](WorkFolder(Path(order["work"])), settings)
    os.write(answer, str(next(steps) - 1).encode())


def run(order: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        try:
            child(order, writing)
            os._exit(0)
        finally:
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    if order.get("seconds") is not None:
        time.sleep(order["seconds"])
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    with os.fdopen(reading, "rb") as stream:
        events = int(stream.read() or 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "failed": not killed and status != 0, "events": events}


if __name__ == "__main__":
    assert threading.active_count() == 1
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()
