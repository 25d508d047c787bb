"""The whole audit on a nation of the size it is built for, against the floor of reading and counting the same files."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from benchmarks.measure import Measured, run

TITLE = "The whole audit on a nation"
NOTE = """
From CSV and from nothing: intake, reconciliation, verification, drill, quality checks, decision and overview, imports
included; the peak is of all its processes together. Reach: the nation it is built for in 20 s and 2 GB, a million
messages in 60 s and 3 GB, on two cores. *floor*: decode and count the same files.
"""
SCENARIOS = {"large": 3, "million": 3}
AS_OF = "2023-07-01T06:00:00Z"
_COMMAND = Path(sys.executable).parent / "meldingskontroll"
_FLOOR = """
import duckdb, sys
con = duckdb.connect()
root = sys.argv[1]
for query in (
    "SELECT count(*), count(DISTINCT bekymringsmeldingId), max(innsendt) "
    f"FROM read_csv('{root}/portal/messages*.csv', all_varchar = true)",
    f"SELECT count(*), count(DISTINCT content), max(octet_length(content)) FROM read_blob('{root}/drop/*/inbox/*.csv')",
):
    print(con.sql(query).fetchall())
"""


def rows(folder: Path) -> list[dict[str, str]]:
    """Each nation simulated once, then audited from nothing some times, with its floor in between."""
    return [row for scenario, times in SCENARIOS.items() for row in _nation(folder, scenario, times)]


def _nation(folder: Path, scenario: str, times: int) -> list[dict[str, str]]:
    nation = folder / scenario
    if not nation.is_dir():
        run([_COMMAND, "simulate", "--out", nation, "--seed", "2023", "--scenario", scenario])
    audits, floors = [], []
    for _ in range(times):
        run(["rm", "-rf", nation / "out"])
        audits.append(run([_COMMAND, "audit", "--work", nation, "--as-of", AS_OF, "--quiet"]))
        floors.append(run([sys.executable, "-c", _FLOOR, nation]))
    messages = sum(1 for _ in (nation / "portal" / "messages.csv").open()) - 1
    uploads = sum(1 for _ in (nation / "drop").glob("*/inbox/*"))
    return [
        _row(f"audit of {messages} messages and {uploads} uploaded files", audits, floors),
        _row("floor", floors, floors),
    ]


def _row(name: str, measured: list[Measured], floor: list[Measured]) -> dict[str, str]:
    wall, lowest = _median(one.wall_s for one in measured), _median(one.wall_s for one in floor)
    return {
        "what": name,
        "wall s (median)": f"{wall:.1f}",
        "cpu s": f"{_median(one.cpu_s for one in measured):.1f}",
        "peak MB": f"{max(one.peak_mb for one in measured):.0f}",
        "× floor": f"{wall / lowest:.1f}",
    }


def _median(values: object) -> float:
    return statistics.median(values)  # type: ignore[arg-type]
