"""Runs the methods that are compared, in turns and each in a process of its own, and reduces them to medians."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_ROOT = _HERE.parent
ENVIRONMENTS = {"peers": "bench.lock", "datacompy": "bench-datacompy.lock"}
"""The environments that the peers live in, and the lock of each."""
_PEERS = {"polars": "peers", "pandas": "peers", "reladiff": "peers", "datacompy": "datacompy"}
_ANSWER = ("unnamed", "repeated", "unheld", "services")

Run = dict[str, Any]


def product(method: str, folder: Path, **settings: str) -> Run:
    """One method of `benchmarks.kernel`, with settings of the product by name."""
    given = {f"MELDINGSKONTROLL_{name.upper()}": value for name, value in settings.items()}
    return _told([sys.executable, "-m", "benchmarks.kernel", method, str(folder)], given)


def peer(name: str, folder: Path, environments: Path) -> Run:
    """One peer, in its own environment."""
    python = environments / _PEERS[name] / "bin" / "python"
    return _told([str(python), str(_HERE / "peers" / f"by_{name}.py"), str(folder)], {})


def _told(command: Sequence[str], given: Mapping[str, str]) -> Run:
    """What a method prints.

    Raises:
        subprocess.CalledProcessError: it failed; a figure of a run that failed would be no figure.
    """
    done = subprocess.run(
        command,
        cwd=_ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=True,
    )
    told: Run = json.loads(done.stdout.splitlines()[-1])
    return told


def in_turns(methods: Mapping[str, Callable[[], Run]], times: int) -> dict[str, list[Run]]:
    """Every method once, then every method again, so that what else the machine does falls on all of them."""
    runs: dict[str, list[Run]] = {name: [] for name in methods}
    for _ in range(times):
        for name, method in methods.items():
            runs[name].append(method())
    return runs


def check_same(runs: Mapping[str, list[Run]]) -> None:
    """Refuse to compare methods that do not give the same answer.

    Raises:
        ValueError: two answers differ.
    """
    answers = {
        name: [tuple(run[key] for key in _ANSWER) for run in given]
        for name, given in runs.items()
        if "services" in given[0]
    }
    if len({answer for given in answers.values() for answer in given}) != 1:
        raise ValueError(f"the methods do not give the same answer: {answers}")


def median(runs: Sequence[Run], what: str = "seconds") -> float:
    return statistics.median(run[what] for run in runs)


def row(name: str, size: str, runs: Sequence[Run], floor: Sequence[Run]) -> dict[str, str]:
    """One line of a table; the ratios are the medians of those within each turn."""
    ratio, of_processor = (
        statistics.median(one[what] / least[what] for one, least in zip(runs, floor, strict=True))
        for what in ("seconds", "cpu_s")
    )
    return {
        "rows a side": size,
        "method": name,
        "s (median)": f"{median(runs):.2f}",
        "× floor": f"{ratio:.1f}",
        "cpu s": f"{median(runs, 'cpu_s'):.2f}",
        "× floor, cpu": f"{of_processor:.1f}",
        "peak MB": f"{max(run['peak_mb'] for run in runs):.0f}",
    }
