"""Synthetic messages and registrations of any size as Parquet, laid out as the lake is: zstd, by service and time.

The noise is that of the reconciliation's design: 356 services whose volumes differ by a factor of 200, 33 months, four
of a hundred registrations minutes or hours late, siblings within minutes, 0.2 % lost, 0.3 % registered twice, 0.1 %
with an id that no message has. Everything follows from the hash of a number, so that every run makes the same rows.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

SERVICES = 356
ROWS_A_BUCKET = 1_000_000
_SECONDS = 86_832_000
_SQL = Path(__file__).parent / "sql"

_COPY = "COPY (SELECT {columns} FROM {table}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
_COLUMNS = {
    "messages": "message_no, message_id, entry_id, form_type, sent_utc",
    "registrations": "row_no, message_id, entry_id, reporter, received_utc",
}


def make(folder: Path, rows: int) -> Path:
    """The folder with `rows` messages and about as many registrations, made once; files are named by their bucket."""
    made = folder / f"synthetic-{rows}"
    stamp = made / "made.json"
    if stamp.is_file():
        return made
    made.mkdir(parents=True, exist_ok=True)
    buckets = max(1, -(-rows // ROWS_A_BUCKET))
    before = {"messages": 0, "registrations": 0}
    with duckdb.connect(
        config={"threads": 2, "memory_limit": "4GB", "temp_directory": str(made / "spill")}
    ) as connection:
        connection.execute(_statement("services"), {"services": SERVICES, "rows": rows, "buckets": buckets}).fetchall()
        for bucket in range(buckets):
            given = {"bucket": bucket, "seconds": _SECONDS, "before": before["messages"]}
            connection.execute(_statement("messages"), given).fetchall()
            connection.execute(_statement("registrations"), {"before": before["registrations"]}).fetchall()
            for table, columns in _COLUMNS.items():
                file = made / f"{table}-{bucket:03d}.parquet"
                connection.execute(_COPY.format(columns=columns, table=table, file=file)).fetchall()
                counted = connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
                before[table] += counted[0][0]
    stamp.write_text(json.dumps({"buckets": buckets, **before}), encoding="utf-8")
    return made


def _statement(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def buckets_of(made: Path) -> int:
    """How many buckets a folder of synthetic rows has."""
    return int(json.loads((made / "made.json").read_text(encoding="utf-8"))["buckets"])
