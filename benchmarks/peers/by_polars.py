"""Ids reconciled with polars: a full join, streamed from Parquet."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from answer import Counts, answered


def counts(folder: Path) -> Counts:
    messages = pl.scan_parquet(folder / "messages-*.parquet").select("message_id", "entry_id")
    rows = pl.scan_parquet(folder / "registrations-*.parquet").select("message_id", row_entry="entry_id")
    joined = messages.join(rows, on="message_id", how="full", coalesce=False)
    linked = joined.select(
        entry=pl.coalesce("entry_id", "row_entry"),
        unnamed=pl.col("row_entry").is_null(),
        unheld=pl.col("entry_id").is_null(),
    )
    counted = linked.group_by("entry").agg(pl.col("unnamed").sum(), pl.col("unheld").sum(), pl.len().alias("all"))
    sent = messages.group_by("entry_id").len("sent")
    wanted = counted.join(sent, left_on="entry", right_on="entry_id", how="left").with_columns(
        # What was joined, less each named message once.
        repeated=pl.col("all").cast(pl.Int64) - pl.col("unheld") - pl.col("sent").fill_null(0)
    )
    return wanted.select("entry", "unnamed", "repeated", "unheld").collect(engine="streaming").rows()


answered(counts)
