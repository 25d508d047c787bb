"""`make bench`, or `python -m benchmarks id time …` for some of its parts: measures, and writes RESULTS.md anew.

A part is a module with `TITLE`, `NOTE` and `rows(folder)`: the rows of its table as text, made in a scratch folder.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks import report

_MODULES = {
    "id": "by_id",
    "time": "by_time",
    "linear": "linear",
    "scale": "scale",
    "audit": "audit_nation",
    "intake": "intake",
    "service": "service",
    "accuracy": "accuracy",
    "identifiability": "identifiability",
}
PARTS = {part: module for part, module in _MODULES.items() if find_spec(f"benchmarks.{module}")}


def main(wanted: list[str]) -> None:
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        sys.exit(f"There is no part {', '.join(unknown)}: choose among {', '.join(PARTS)}.")
    folder = Path(os.environ.get("MELDINGSKONTROLL_BENCH", "var/bench"))
    folder.mkdir(parents=True, exist_ok=True)
    for part in wanted or PARTS:
        module = import_module(f"benchmarks.{PARTS[part]}")
        report.keep(report.section(part, module.TITLE, module.rows(folder), module.NOTE))
        report.PAGE.write_text(report.page(list(PARTS)), encoding="utf-8")
    sys.stdout.write(report.page(list(PARTS)))


if __name__ == "__main__":
    main(sys.argv[1:])
