"""Synthetic messages and registrations of any size as Parquet, laid out as the lake is: zstd, by service and time.

The noise is that of the reconciliation's design: 356 services whose volumes differ by a factor of 200, 33 months, four
of a hundred registrations minutes or hours late, siblings within minutes, 0.2 % lost, 0.3 % registered twice, 0.1 %
with an id that no message has. Everything follows from the hash of a number, so that every run makes the same rows.
Beyond ten million rows the services are more, not busier: the same ten million again, as other services with other ids.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

SERVICES = 356
ROWS_A_BUCKET = 1_000_000
ROWS_A_COPY = 10_000_000
_SECONDS = 86_832_000
_MOST_COPIES = 16
_SQL = Path(__file__).parent / "sql"

_COLUMNS = {
    "messages": "message_no, message_id, entry_id, form_type, sent_utc",
    "registrations": "row_no, message_id, entry_id, reporter, received_utc",
}


def make(folder: Path, rows: int) -> Path:
    """The folder with `rows` messages and about as many registrations, made once; files are named by their bucket.

    Raises:
        ValueError: more than ten million, and not whole tens of millions up to a hundred and sixty.
    """
    made = folder / f"synthetic-{rows}"
    stamp = made / "made.json"
    if stamp.is_file():
        return made
    copies, rest = divmod(rows, ROWS_A_COPY)
    if rows > ROWS_A_COPY and (rest or copies > _MOST_COPIES):
        raise ValueError(f"{rows} rows are not whole copies of {ROWS_A_COPY}")
    source = make(folder, ROWS_A_COPY) if copies > 1 else None
    made.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(
        config={"threads": 2, "memory_limit": "4GB", "temp_directory": str(made / "spill")}
    ) as connection:
        told = _copied(connection, source, made, copies) if source else _drawn(connection, made, rows)
    stamp.write_text(json.dumps(told), encoding="utf-8")
    return made


def _drawn(connection: duckdb.DuckDBPyConnection, made: Path, rows: int) -> dict[str, int]:
    buckets = max(1, -(-rows // ROWS_A_BUCKET))
    before = {"messages": 0, "registrations": 0}
    connection.execute(_statement("services"), {"services": SERVICES, "rows": rows, "buckets": buckets}).fetchall()
    for bucket in range(buckets):
        given = {"bucket": bucket, "seconds": _SECONDS, "before": before["messages"]}
        connection.execute(_statement("messages"), given).fetchall()
        connection.execute(_statement("registrations"), {"before": before["registrations"]}).fetchall()
        for table, columns in _COLUMNS.items():
            _write(connection, f"SELECT {columns} FROM {table}", made / f"{table}-{bucket:03d}.parquet")  # noqa: S608
            counted = connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
            before[table] += counted[0][0]
    return {"buckets": buckets, **before}


def _copied(connection: duckdb.DuckDBPyConnection, source: Path, made: Path, copies: int) -> dict[str, int]:
    told: dict[str, int] = json.loads((source / "made.json").read_text(encoding="utf-8"))
    for copy in range(copies):
        for table, columns in _COLUMNS.items():
            number, _, _, *kept = columns.split(", ")
            for bucket in range(told["buckets"]):
                file = str(source / f"{table}-{bucket:03d}.parquet").replace("'", "''")
                # The first digit of an id says which copy it is of.
                changed = f"""
                    SELECT {number} + {copy * told[table]} AS {number},
                           ('{copy:x}' || (message_id::VARCHAR)[2:])::UUID AS message_id,
                           entry_id || '-{copy:x}' AS entry_id, {", ".join(kept)}
                """
                target = made / f"{table}-{copy * told['buckets'] + bucket:03d}.parquet"
                _write(connection, f"{changed} FROM read_parquet('{file}')", target)
    return {name: copies * count for name, count in told.items()}


def _write(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)").fetchall()


def _statement(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def buckets_of(made: Path) -> int:
    """How many buckets a folder of synthetic rows has."""
    return int(json.loads((made / "made.json").read_text(encoding="utf-8"))["buckets"])
