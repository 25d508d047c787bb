"""Which losses can be named at all: recall by the gap to the nearest message of the same kind, beside the oracle's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks import oracle
from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.reconcile.run import run_reconciliation
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.accuracy import generator
from meldingskontroll.simulation.noise import AS_OF, Setting, fill

SEEDS = 10
DENSE = Setting("dense, loss 2 %", loss=0.02, duplicates=0, rate_low=500, rate_high=6000, entries=12)
GAPS = (10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, float("inf"))
NAMES = ("under 10 s", "10-30 s", "30-60 s", "1-5 min", "5-15 min", "15-60 min", "1-4 h", "over 4 h")
TITLE = "Which losses can be named"
NOTE = (
    f"{SEEDS} seeds of {DENSE.entries} entries, 500 to 6 000 messages a year, loss 2 %, tails 5 % / 1 %, no repeats. "
    "The gap is to the nearest message of the same entry and kind. *Fenced* is the share of true losses that are named "
    "or in a candidate group. Where the gap is below the spread of the delays, which of two was lost is a coin flip "
    "for any method.\n"
)


def rows(folder: Path, seeds: int = SEEDS) -> list[dict[str, str]]:
    """Recall by gap as text: ours, the oracle's, and how many losses are fenced; it is made in memory."""
    totals = np.zeros((len(GAPS), 5), dtype=int)
    for seed in range(seeds):
        totals += _one(seed)
    return [
        {
            "gap": name,
            "share of messages": f"{messages / totals[:, 0].sum():.3f}",
            "true losses": str(losses),
            "recall": f"{ours / max(1, losses):.3f}",
            "oracle recall": f"{best / max(1, losses):.3f}",
            "fenced": f"{fenced / max(1, losses):.3f}",
        }
        for name, (messages, losses, ours, best, fenced) in zip(NAMES, totals.tolist(), strict=True)
    ]


def _one(seed: int) -> np.ndarray:
    counted = np.zeros((len(GAPS), 5), dtype=int)
    settings = Settings()
    with sql.connect(settings) as connection:
        truth = {str(one) for one in fill(connection, DENSE, generator(DENSE, seed))}
        run_reconciliation(connection, Clock(AS_OF), settings)
        query = "SELECT message_id::VARCHAR, outcome, candidate_group FROM reconcile__findings WHERE covered"
        findings = {one: (outcome, group) for one, outcome, group in connection.execute(query).fetchall()}
        for line in oracle.lines(connection, DENSE.resolution_s):
            known = np.array([one in findings for one in line.ids])
            real = np.array([one in truth for one in line.ids]) & known
            named = np.array([findings.get(one, ("", None))[0] == "lost" for one in line.ids])
            grouped = np.array([findings.get(one, ("", None))[1] is not None for one in line.ids])
            best = oracle.explain(line, DENSE).lost
            apart = np.diff(line.sent)
            gap = np.minimum(np.append(apart, np.inf), np.insert(apart, 0, np.inf))
            bins = np.searchsorted(GAPS, gap, side="right").clip(max=len(GAPS) - 1)
            chosen = (known, real, real & named, real & best, real & (named | grouped))
            for column, which in enumerate(chosen):
                counted[:, column] += np.bincount(bins[which], minlength=len(GAPS))
    return counted
