"""A hundred million rows a side on one machine, in bounded memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.methods import in_turns, product, row
from benchmarks.synthetic import make

TITLE = "A hundred million rows a side"
ROWS = 100_000_000
NOTE = """
Once, on the same layout: 356 services, so that a service has ten times the messages of the table above. The ids with a
memory limit of 6 GB, and with 2 GB, where DuckDB spills to disk; time bucket by bucket with the usual limit of 1.5 GB.
Reach: 8 GB, in minutes. At such a density time matching is a matter of speed only: more than that cannot be known.
"""


def rows(folder: Path) -> list[dict[str, str]]:
    """The table; the synthetic files, some 4.5 GB, are made once in `folder`."""
    made = make(folder, ROWS)
    ids = {
        "floor, ids": partial(product, "id_floor", made),
        "ids, counts, 6 GB": partial(product, "id_counts", made, duckdb_memory_limit="6GB"),
        "ids, counts, 2 GB": partial(product, "id_counts", made, duckdb_memory_limit="2GB"),
    }
    time = {"floor, time": partial(product, "time_floor", made), "time": partial(product, "time_rounds", made)}
    found = []
    for methods, floor in ((ids, "floor, ids"), (time, "floor, time")):
        runs = in_turns(methods, 1)
        found += [row(name, "100M", given, runs[floor]) for name, given in runs.items()]
    return found
