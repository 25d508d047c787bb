"""The tables that the intake hands on, compiled from the outcomes of every folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from meldingskontroll import sql
from meldingskontroll.intake.ahead import ahead
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.intake.rows import SCHEMA, Registrations
from meldingskontroll.lake import WorkFolder

_MOMENT = pa.timestamp("us")
_UPLOADS = pa.schema(
    [
        ("folder_no", pa.string()),
        ("file_name", pa.string()),
        ("sha256", pa.string()),
        ("size_bytes", pa.int64()),
        ("arrived_utc", _MOMENT),
        ("status", pa.string()),
        ("format", pa.string()),
        ("case_system", pa.string()),
        ("case_system_version", pa.string()),
        ("exported_utc", _MOMENT),
        ("exported_until_utc", _MOMENT),
        ("period_from_utc", _MOMENT),
        ("period_to_utc", _MOMENT),
        ("period_is_proof", pa.bool_()),
        ("speaks_municipalities", pa.list_(pa.string())),
        ("speaks_districts", pa.list_(pa.string())),
        ("rows_read", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_rejected", pa.int64()),
        ("same_bytes_as", pa.string()),
        ("messages_json", pa.string()),
    ]
)


_CODED = pa.dictionary(pa.int32(), pa.string())
# Text is written by its few values, not row by row; a reader sees the same columns.
_WRITTEN = pa.schema([field.with_type(_CODED) if field.type == pa.string() else field for field in SCHEMA])
_ROWS_TOGETHER = 250_000


def write_registrations(target: Path, registrations: Registrations, folder_no: str, sha256: str) -> None:
    """Write a file's registrations as Parquet, with the upload and the folder that they came in."""
    waiting: list[pa.Table] = []
    texts = [field.name for field in _WRITTEN if field.type == _CODED]
    with pq.ParquetWriter(target, _WRITTEN, compression="zstd", use_dictionary=texts, store_schema=False) as writer:
        for table in ahead(registrations.tables()) if registrations.read > _ROWS_TOGETHER else registrations.tables():
            of = {
                "upload_sha256": _one_value(sha256, table.num_rows),
                "folder_no": _one_value(folder_no, table.num_rows),
            }
            waiting.append(pa.table({**of, **dict(zip(table.column_names, table.columns, strict=True))}).cast(_WRITTEN))
            if sum(part.num_rows for part in waiting) >= _ROWS_TOGETHER:
                writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting).unify_dictionaries())


def _one_value(value: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([value]))


def write_tables(work: WorkFolder, outcomes: Sequence[Outcome]) -> None:
    """Write `intake__uploads` and `intake__registrations`; with no outcomes both are there with no rows."""
    uploads = pa.Table.from_pylist([_upload(outcome) for outcome in outcomes], schema=_UPLOADS)
    counted = [o for o in outcomes if o.status != "rejected" and o.same_bytes_as is None]
    files = sorted({str(work.intake_registrations(o.folder_no, o.sha256)) for o in counted})
    with sql.connect() as connection:
        connection.register("uploads", uploads)
        connection.execute("CREATE TABLE intake__uploads AS SELECT * FROM uploads").fetchall()
        if files:
            # Not held in memory: the files stand in the table's order, and each file's rows in their own.
            connection.read_parquet(files, hive_partitioning=False).create_view("intake__registrations")
        else:
            connection.register("registrations", _no_registrations())
            connection.execute(
                "CREATE TABLE intake__registrations AS"
                " SELECT * REPLACE (message_id::UUID AS message_id) FROM registrations"
            ).fetchall()
        sql.save(connection, work, ["intake__uploads"], order_by="folder_no, arrived_utc, file_name")
        sql.save(connection, work, ["intake__registrations"])


def _no_registrations() -> pa.Table:
    at = SCHEMA.get_field_index("message_id")
    return SCHEMA.set(at, pa.field("message_id", pa.string())).empty_table()


def _upload(outcome: Outcome) -> dict[str, object]:
    row = outcome.as_dict()
    times = {f"{name}_utc": row[name] for name in ("arrived", "exported", "exported_until", "period_from", "period_to")}
    return {**row, **times, "messages_json": json.dumps(row["messages"], ensure_ascii=False)}
