"""The accuracy of the matching by time, summed over seeds."""

from __future__ import annotations

from pathlib import Path

from benchmarks import oracle
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.accuracy import table
from meldingskontroll.simulation.noise import SETTINGS

SEEDS = 20
TITLE = "Matching by time against a known truth"
NOTE = (
    f"{SEEDS} seeds of 24 entries each, 50 to 4 000 messages a year, 33 months; loss 0.5 % unless said. Precision and "
    "recall are of the set of lost messages; *fenced* is the share of true losses that are named or in a candidate "
    "group; *exact* and *inside* are shares of entries whose count is right, or lies between lost_low and lost_high. "
    "The *oracle* knows the true clocks, densities and shares, and answers messages by the assignment of least cost: "
    "what it misses, no method can be asked to find (docs/accuracy.md).\n"
)


def rows(folder: Path, seeds: int = SEEDS) -> list[dict[str, str]]:
    """The accuracy table as text; it is made in memory."""
    found = []
    for setting, row in zip(SETTINGS, table(seeds, Settings()), strict=True):
        best = oracle.ceiling(setting, seeds, Settings()) if oracle.applies(setting) else {}
        found.append({
            "setting": row["setting"],
            "true losses": str(row["losses"]),
            "precision": f"{row['precision']:.3f}",
            "recall": f"{row['recall']:.3f}",
            "fenced": f"{row['fenced']:.3f}",
            "mean group": f"{row['mean_group']:.2f}",
            "count exact": f"{row['count_exact']:.3f}",
            "inside bounds": f"{row['inside']:.3f}",
            "low above truth": f"{row['low_above_truth']} of {row['entries']}",
            "oracle precision": _share(best, "precision"),
            "oracle recall": _share(best, "recall"),
            "oracle count exact": _share(best, "count_exact"),
        })  # fmt: skip
    return found


def _share(best: dict[str, float], name: str) -> str:
    return f"{best[name]:.3f}" if best else ""
