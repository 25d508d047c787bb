"""Ids compared with datacompy's PolarsCompare; repeats, which it pairs off by their order, are counted before."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from answer import Counts, answered
from datacompy import PolarsCompare


def read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}-*.parquet", columns=["message_id", "entry_id"])


def counts(folder: Path) -> Counts:
    messages, rows = read(folder, "messages"), read(folder, "registrations")
    once = rows.unique(subset="message_id", keep="first", maintain_order=True)
    found = PolarsCompare(messages, once, join_columns="message_id", df1_name="messages", df2_name="registrations")
    linked = rows.join(messages.select("message_id", owner="entry_id"), on="message_id", how="inner")
    named = linked.group_by("owner").agg((pl.len() - pl.col("message_id").n_unique()).alias("repeated"))
    unnamed = found.df1_unq_rows.group_by("entry_id").len("unnamed")
    strangers = rows.join(found.df2_unq_rows.select("message_id"), on="message_id", how="semi")
    unheld = strangers.group_by("entry_id").len("unheld")
    wanted = (
        messages.select("entry_id").unique()
        .join(unnamed, on="entry_id", how="left")
        .join(named, left_on="entry_id", right_on="owner", how="left")
        .join(unheld, on="entry_id", how="left")
        .fill_null(0)
    )  # fmt: skip
    return wanted.select("entry_id", "unnamed", "repeated", "unheld").rows()


answered(counts)
