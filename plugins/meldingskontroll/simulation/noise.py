"""Synthetic entries with the noise that the reconciliation by time must bear: tails, duplicates, siblings, clocks.

The noise is that of the prototype research behind the design. No real log was seen, so every figure made from it is
"given these parameters".
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.simulation.disturbances import after_outages, of_the_other_kind
from meldingskontroll.simulation.rhythm import norwegian_offset
from meldingskontroll.simulation.wrong_clocks import drifting, stepping

_START = datetime(2020, 9, 30, tzinfo=UTC)
_END = datetime(2023, 7, 1, tzinfo=UTC)
AS_OF = datetime(2023, 7, 10, tzinfo=UTC)
_US = 1_000_000
_DEADLINE_S = 40 * 3600


@dataclass(frozen=True)
class Setting:
    """One row of the accuracy table."""

    name: str
    entries: int = 24
    rate_low: float = 50
    rate_high: float = 4000
    loss: float = 0.005
    tail_20_min: float = 0.05
    tail_8_h: float = 0.01
    duplicates: float = 0.003
    resolution_s: int = 1
    acknowledged: bool = False
    ids: bool = False
    conventions: bool = True
    offsets: bool = True
    outages: int = 0
    kinds_disagree: float = 0
    clock_steps: bool = False
    clock_drift_s_a_day: float = 0


SETTINGS = (
    Setting("with ids, tails, duplicates 0.3 %", ids=True),
    Setting("clean, delay about 20 s", tail_20_min=0, tail_8_h=0, duplicates=0),
    Setting("tails 5 % / 1 %", duplicates=0),
    Setting("tails, duplicates 0.3 %"),
    Setting("tails 20 % / 4 %, duplicates 1 %", tail_20_min=0.2, tail_8_h=0.04, duplicates=0.01),
    Setting("minute resolution", resolution_s=60),
    Setting("loss 0.04 %", loss=0.0004),
    Setting("loss 5 %", loss=0.05),
    Setting("acknowledgement time known", acknowledged=True),
    Setting("thirty outages of 2 to 10 h", outages=30),
    Setting("kinds disagree 2 %", kinds_disagree=0.02),
    Setting("clock steps inside the log", clock_steps=True),
    Setting("clock drifts, up to 5 s a day", clock_drift_s_a_day=5),
)
BY_RULE = ("kinds disagree 2 %",)
"""Settings in which a message is lost by rule, whatever is likely: a row of the other kind answers nothing."""


def _sent_times(rng: np.random.Generator, rate: float) -> np.ndarray:
    """Sending times in seconds from the start: a weekly rhythm, and siblings within 40 s to 15 min."""
    length = (_END - _START).total_seconds()
    wanted = int(rng.poisson(rate * length / (365.25 * 86400)))
    times = rng.uniform(0, length, wanted * 6)
    hour, weekday = (times / 3600 + 2) % 24, ((times / 86400).astype(int) + 2) % 7
    weight = np.where(
        weekday >= 5, 0.12, np.where((hour >= 8) & (hour < 16), 1.0, np.where((hour >= 16) & (hour < 22), 0.2, 0.04))
    )
    times = times[rng.uniform(size=times.size) < weight][:wanted]
    siblings = _siblings(rng, times)
    both = np.sort(np.concatenate([times, siblings]))
    return both[both < length - _DEADLINE_S * 2]


def _siblings(rng: np.random.Generator, times: np.ndarray) -> np.ndarray:
    chosen = times[rng.uniform(size=times.size) < 0.12]
    return chosen + rng.uniform(40, 900, chosen.size)


def _delays(rng: np.random.Generator, size: int, setting: Setting) -> np.ndarray:
    kind = rng.uniform(size=size)
    main = rng.lognormal(np.log(20), 0.8, size)
    middle = rng.lognormal(np.log(1200), 1.2, size)
    late = rng.lognormal(np.log(8 * 3600), 0.9, size)
    delay = np.where(
        kind < setting.tail_8_h, late, np.where(kind < setting.tail_8_h + setting.tail_20_min, middle, main)
    )
    return np.minimum(delay, _DEADLINE_S - 3600)


def _lost(rng: np.random.Generator, size: int, share: float) -> np.ndarray:
    """Which messages are lost: seven of ten alone, the rest in runs of two to four."""
    lost = rng.uniform(size=size) < 0.7 * share
    for begin in np.flatnonzero(rng.uniform(size=size) < 0.1 * share):
        lost[begin : begin + int(rng.integers(2, 5))] = True
    return lost


def _acknowledged(
    rng: np.random.Generator, setting: Setting, sent: np.ndarray, received: np.ndarray, lost: np.ndarray
) -> np.ndarray:
    """When the portal had the acknowledgement: seconds after the receipt, or whenever an importer happened to fetch."""
    if not setting.acknowledged:
        return np.floor(sent + rng.uniform(5, 900, sent.size)).astype(np.int64)
    quick = sent + rng.lognormal(np.log(20), 0.8, sent.size)
    return np.floor(np.where(lost, quick, received) + rng.uniform(0, 4, sent.size)).astype(np.int64)


def fill(connection: duckdb.DuckDBPyConnection, setting: Setting, rng: np.random.Generator) -> set[uuid.UUID]:
    """Make the tables that the reconciliation reads, and give the ids that are truly lost."""
    messages: list[pa.Table] = []
    rows: list[pa.Table] = []
    uploads: list[tuple[str, int]] = []
    truth: set[uuid.UUID] = set()
    begin = int(_START.timestamp())
    for number in range(setting.entries):
        entry = f"{number + 1:04d}"
        rate = float(np.exp(rng.uniform(np.log(setting.rate_low), np.log(setting.rate_high))))
        sent = np.floor(_sent_times(rng, rate)).astype(np.int64) + begin
        public = rng.uniform(size=sent.size) < 0.67
        lost = _lost(rng, sent.size, setting.loss)
        delay = _delays(rng, sent.size, setting)
        received = after_outages(rng, sent, sent + delay, setting.outages)
        acknowledged = _acknowledged(rng, setting, sent, received, lost)
        ids = np.frombuffer(rng.bytes(16 * sent.size), dtype="S16") if sent.size else np.zeros(0, "S16")
        identity = [uuid.UUID(bytes=bytes(raw).ljust(16, b"\0")) for raw in ids]
        truth |= {identity[index] for index in np.flatnonzero(lost)}
        messages.append(_message_table(identity, entry, sent, acknowledged, public, setting))
        kept = ~lost
        doubled = kept & (rng.uniform(size=sent.size) < setting.duplicates)
        arrived = np.concatenate(
            [received[kept], received[doubled] + rng.lognormal(np.log(600), 1.3, int(doubled.sum()))]
        )
        kinds = of_the_other_kind(rng, np.concatenate([public[kept], public[doubled]]), setting.kinds_disagree)
        named = (
            [identity[index] for index in (*np.flatnonzero(kept), *np.flatnonzero(doubled))] if setting.ids else None
        )
        rows.append(_row_table(entry, arrived, kinds, named, setting, rng))
        uploads.append((entry, len(arrived)))
    _tables(connection, pa.concat_tables(messages), pa.concat_tables(rows), uploads)
    return truth


def _message_table(
    identity: list[uuid.UUID],
    entry: str,
    sent: np.ndarray,
    acknowledged: np.ndarray,
    public: np.ndarray,
    setting: Setting,
) -> pa.Table:
    return pa.table(
        {
            "message_id": pa.array([str(one) for one in identity], pa.string()),
            "entry": pa.array([entry] * len(identity), pa.string()),
            "sent": pa.array(sent * _US, pa.timestamp("us")),
            "acknowledged": pa.array(acknowledged * _US, pa.timestamp("us")),
            "form_type": pa.array(np.where(public, "public", "private")),
            "channel": pa.array(["FIKS_IO" if setting.acknowledged else "SVARINN"] * len(identity), pa.string()),
        }
    )


def _row_table(
    entry: str,
    arrived: np.ndarray,
    kinds: np.ndarray,
    named: list[uuid.UUID] | None,
    setting: Setting,
    rng: np.random.Generator,
) -> pa.Table:
    offset = float(rng.normal(0, 240)) if setting.offsets and rng.uniform() < 0.7 else 0.0
    wall = np.floor(arrived + offset + _gone_wrong(rng, setting, arrived))
    shown = np.floor(wall / setting.resolution_s).astype(np.int64) * setting.resolution_s
    convention = rng.choice(["utc", "oslo", "cet"], p=[0.3, 0.5, 0.2]) if setting.conventions else "oslo"
    if convention == "utc":
        local = shown
    elif convention == "cet":
        local = shown + 3600
    else:
        local = shown + norwegian_offset(shown)
    return pa.table(
        {
            "entry": pa.array([entry] * len(local), pa.string()),
            "message_id": pa.array([str(one) for one in named] if named else [None] * len(local), pa.string()),
            "local": pa.array(local * _US, pa.timestamp("us")),
            "reporter": pa.array(np.where(kinds, "public", "private")),
            "resolution_s": pa.array(np.full(len(local), setting.resolution_s, dtype=np.int32)),
            "arrived_s": pa.array(arrived, pa.float64()),
        }
    )


def _gone_wrong(rng: np.random.Generator, setting: Setting, arrived: np.ndarray) -> np.ndarray:
    """Seconds that the clock has gone ahead of its first offset by each moment."""
    if setting.clock_steps:
        return stepping(rng, arrived)
    if setting.clock_drift_s_a_day:
        return drifting(rng, arrived, setting.clock_drift_s_a_day)
    return np.zeros(arrived.size)


def _tables(
    connection: duckdb.DuckDBPyConnection, messages: pa.Table, rows: pa.Table, uploads: list[tuple[str, int]]
) -> None:
    connection.register("accuracy__messages", messages)
    connection.register("accuracy__rows", rows)
    connection.register(
        "accuracy__uploads",
        pa.table(
            {"entry": [entry for entry, _ in uploads], "rows": pa.array([count for _, count in uploads], pa.int64())}
        ),
    )
    values = {
        "start": _START.replace(tzinfo=None),
        "end": _END.replace(tzinfo=None),
        "as_of": AS_OF.replace(tzinfo=None),
    }
    for file in sql.stage_files("accuracy"):
        made = sql.run_file(connection, file, values)
        connection.execute(f"ALTER TABLE {made} RENAME TO {made.removeprefix('accuracy__')}").fetchall()
