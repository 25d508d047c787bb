"""The accuracy of the matching by time, summed over seeds."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll.settings import Settings
from meldingskontroll.simulation.accuracy import table

SEEDS = 20
TITLE = "Matching by time against a known truth"
NOTE = (
    f"{SEEDS} seeds of 24 entries each, 50 to 4 000 messages a year, 33 months; loss 0.5 % unless said. Precision and "
    "recall are of the set of lost messages; *fenced* is the share of true losses that are named or in a candidate "
    "group; *exact* and *inside* are shares of entries whose count is right, or lies between lost_low and lost_high.\n"
)


def rows(folder: Path, seeds: int = SEEDS) -> list[dict[str, str]]:
    """The accuracy table as text; it is made in memory."""
    return [
        {
            "setting": row["setting"],
            "true losses": str(row["losses"]),
            "precision": f"{row['precision']:.3f}",
            "recall": f"{row['recall']:.3f}",
            "fenced": f"{row['fenced']:.3f}",
            "mean group": f"{row['mean_group']:.2f}",
            "count exact": f"{row['count_exact']:.3f}",
            "inside bounds": f"{row['inside']:.3f}",
            "low above truth": f"{row['low_above_truth']} of {row['entries']}",
        }
        for row in table(seeds, Settings())
    ]
