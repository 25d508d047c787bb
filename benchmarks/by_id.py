"""Reconciliation by id: the product's SQL beside its floor and beside polars, pandas, datacompy and reladiff."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from benchmarks.methods import check_same, in_turns, peer, product, row
from benchmarks.synthetic import make

TITLE = "Reconciliation by id, from Parquet"
SIZES = {"1M": 1_000_000, "10M": 10_000_000}
TURNS = 3
_PANDAS_NEEDS_BYTES = 12e9
NOTE = """
The job: for each of 356 services, how many messages no registration names, how many registrations are repeated, and how
many name an id that no message has. All methods gave the same numbers, service by service, or there would be no table.
*floor*: decode every needed column of both files and aggregate it. *product, counts* is
`sql/reconcile/30_id_counts.sql`; *product, matches* names the registration that answers each message (`28_links`,
`29_repeats`, `30_matches_by_id`), which none of the peers does. Each run is a process of its own, its seconds without
the start of Python and the imports; DuckDB has two threads and 1.5 GB. The peers have what they take: polars streams a
full join, pandas merges the halves of the id as numbers, datacompy compares what is left when repeats are set aside,
and reladiff bisects checksums of two DuckDB tables, loading included. Reach at 10M: 4 × the floor and 1 GB, and faster
than every peer.
"""


def rows(folder: Path) -> list[dict[str, str]]:
    """The table; the synthetic files are made once in `folder`."""
    found = []
    for size, count in SIZES.items():
        made = make(folder, count)
        methods = {
            "floor": partial(product, "id_floor", made),
            "product, counts": partial(product, "id_counts", made),
            "product, matches": partial(product, "id_matches", made),
        }
        for name in ("polars", "pandas", "datacompy", "reladiff"):
            if name == "pandas" and _free_memory() < _PANDAS_NEEDS_BYTES and count >= 10_000_000:
                continue
            methods[name] = partial(peer, name, made, folder)
        runs = in_turns(methods, TURNS)
        check_same(runs)
        found += [row(name, size, given, runs["floor"]) for name, given in runs.items()]
    return found


def _free_memory() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"))
