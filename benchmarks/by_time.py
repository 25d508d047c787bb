"""Reconciliation by time: the product's rounds beside their floor."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.methods import in_turns, product, row
from benchmarks.synthetic import make

TITLE = "Reconciliation by time, from Parquet"
SIZES = {"1M": 1_000_000, "10M": 10_000_000}
TURNS = 3
NOTE = """
The job: name the registration that answers each message, one to one, on a time line for each service and kind. *floor*:
decode every needed column of both files and aggregate it. *product* is `sql/reconcile/45`–`48` and every round of
`sql/reconcile_rounds/`, bucket by bucket as the product does it, a million messages in each; two threads. Reach at 10M:
11 × the floor and 0.8 GB. The usual joins by time (`ASOF`, `join_asof`, `merge_asof`) are no peers: they are not one to
one, so that a registration answers two messages and hides a loss.
"""


def rows(folder: Path) -> list[dict[str, str]]:
    """The table; the synthetic files are made once in `folder`."""
    found = []
    for size, count in SIZES.items():
        made = make(folder, count)
        methods = {"floor": partial(product, "time_floor", made), "product": partial(product, "time_rounds", made)}
        runs = in_turns(methods, TURNS)
        found += [row(name, size, given, runs["floor"]) for name, given in runs.items()]
    return found
