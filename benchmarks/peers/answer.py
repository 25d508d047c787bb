"""What every method prints: seconds, peak memory, and per service how many ids are unnamed, repeated and unheld."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Counts = Iterable[tuple[str, int, int, int]]


def answered(method: Callable[[Path], Counts]) -> None:
    """Run a method on the folder of the command line and print its answer as one line of JSON."""
    folder = Path(sys.argv[1])
    begun, used = time.perf_counter(), time.process_time()
    rows = sorted((str(entry), int(a), int(b), int(c)) for entry, a, b, c in method(folder) if a or b or c)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    told = {
        "seconds": seconds,
        "cpu_s": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "unnamed": sum(row[1] for row in rows),
        "repeated": sum(row[2] for row in rows),
        "unheld": sum(row[3] for row in rows),
        "services": hashlib.sha256(json.dumps(rows).encode()).hexdigest(),
    }
    sys.stdout.write(json.dumps(told) + "\n")
