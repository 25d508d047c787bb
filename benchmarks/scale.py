"""A hundred million rows a side on one machine, in bounded memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.methods import in_turns, product, row
from benchmarks.synthetic import make

TITLE = "A hundred million rows a side"
ROWS = 100_000_000
NOTE = """
Once: ten times the ten million above, as 3 560 services. The ids with a limit of 6 GB, and of 2 GB, where DuckDB
spills to disk; time bucket by bucket with the usual limit of 1.5 GB. Reach: 8 GB, in minutes.
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
