"""`make bench`: runs the benchmarks and writes RESULTS.md beside this file."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import accuracy, audit_nation

_HERE = Path(__file__).parent
_VERSIONS = ("duckdb", "pyarrow", "great-expectations", "apache-airflow")


def _table(rows: list[dict[str, str]]) -> str:
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([row[name] for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> None:
    folder = Path(os.environ.get("MELDINGSKONTROLL_BENCH", "var/bench"))
    folder.mkdir(parents=True, exist_ok=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    parts = [
        "# Results\n",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
        + ". Machines differ and are noisy: the ratios say more than the seconds.\n",
        "## The audit on a nation\n",
        _table(audit_nation.rows(folder)),
        "Aim: 20 s and 2 GB on two cores, imports included. Peak is of all its processes together.\n",
        "## Matching by time against a known truth\n",
        _table(accuracy.rows()),
        accuracy.NOTE,
    ]
    (_HERE / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")
    sys.stdout.write("\n".join(parts))


if __name__ == "__main__":
    main()
