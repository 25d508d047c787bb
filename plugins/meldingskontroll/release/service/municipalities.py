"""The rows of `municipalities.parquet` as JSON has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from meldingskontroll.domain import iso_utc
from meldingskontroll.lake import WorkFolder

COLUMNS = (
    "municipality_no", "district_no", "service_id", "verdict", "sent", "registered", "printed", "not_delivered",
    "in_transit", "lost", "unknown", "lost_low", "lost_high", "coverage_from_utc", "coverage_to_utc", "coverage_share",
    "clock_offset_s", "reasons",
)  # fmt: skip


class MunicipalitiesUnreadableError(Exception):
    """The file is missing, or does not have the columns that it should."""


def read_municipalities(work: WorkFolder) -> list[dict[str, Any]]:
    """Every roster entry as a row of contract §2: times as text with `Z`, `reasons` as a list.

    Raises:
        MunicipalitiesUnreadableError: there is nothing to answer with; no rows would pass for nobody.
    """
    try:
        with work.municipalities.open("rb") as stream:
            rows = pq.ParquetFile(stream).read(list(COLUMNS), use_threads=False).to_pylist()
    except (OSError, ValueError, KeyError, pa.ArrowException) as problem:
        raise MunicipalitiesUnreadableError("municipalities.parquet cannot be read") from problem
    if rows and set(rows[0]) != set(COLUMNS):
        raise MunicipalitiesUnreadableError("municipalities.parquet lacks a column")
    return [{name: _written(row[name]) for name in COLUMNS} for row in rows]


def _written(value: Any) -> Any:
    return iso_utc(value) if isinstance(value, datetime) else value
