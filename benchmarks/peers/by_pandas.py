"""Ids reconciled with pandas: an outer merge on the two halves of the id, the fastest of the forms that were tried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from answer import Counts, answered


def read(folder: Path, name: str) -> pd.DataFrame:
    table = pa.concat_tables(
        pq.read_table(file, columns=["message_id", "entry_id"]) for file in sorted(folder.glob(f"{name}-*.parquet"))
    )
    column = table["message_id"].combine_chunks()
    stored = column.storage if isinstance(column, pa.ExtensionArray) else column
    halves = np.frombuffer(stored.buffers()[1], dtype=">u8", count=2 * len(stored)).astype(np.uint64).reshape(-1, 2)
    return pd.DataFrame(
        {"high": halves[:, 0], "low": halves[:, 1], "entry": pd.Categorical(table["entry_id"].to_pandas())}, copy=False
    )


def counts(folder: Path) -> Counts:
    messages, rows = read(folder, "messages"), read(folder, "registrations")
    joined = messages.merge(rows, how="outer", on=["high", "low"], suffixes=("", "_row"), sort=False)
    unnamed, unheld = joined["entry_row"].isna(), joined["entry"].isna()
    entry = joined["entry"].astype(object).where(~unheld, joined["entry_row"].astype(object))
    counted = pd.DataFrame({"entry": entry, "unnamed": unnamed, "unheld": unheld}).groupby("entry")
    wanted = counted.sum()
    sent = messages.groupby("entry", observed=True).size().reindex(wanted.index, fill_value=0)
    wanted["repeated"] = counted.size() - wanted["unheld"] - sent
    return wanted.reset_index()[["entry", "unnamed", "repeated", "unheld"]].itertuples(index=False, name=None)


answered(counts)
