"""The tables that the accuracy measure makes, for the tests of its SQL."""

from __future__ import annotations

import atexit
import contextlib
import functools
from typing import Any

import duckdb
import numpy as np

from meldingskontroll import sql
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.noise import Setting, fill

_lasting = contextlib.ExitStack()
atexit.register(_lasting.close)
SMALL = Setting("small", entries=3, rate_low=60, rate_high=200, loss=0.05)


@functools.cache
def connection() -> duckdb.DuckDBPyConnection:
    """A connection with the tables of one small synthetic set of entries."""
    made = _lasting.enter_context(sql.connect(Settings(duckdb_threads=1)))
    fill(made, SMALL, np.random.default_rng(1))
    return made


def one(query: str) -> Any:
    """The one value that a query gives."""
    return connection().execute(query).fetchall()[0][0]
