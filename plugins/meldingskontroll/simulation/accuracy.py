"""Measures the reconciliation by time against a known truth, over many seeds: who is named, counted and bounded.

The tables of `noise` are made in memory and run through the same SQL as the audit.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from rich.console import Console

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.reconcile.run import run_reconciliation
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.noise import AS_OF, BY_RULE, SETTINGS, Setting, fill

STATED = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"""The upper edges of the bins of stated probabilities; the first holds the messages that no loss is stated of."""


@dataclass(frozen=True)
class Score:
    """What one run of one setting gave."""

    losses: int
    named: int
    named_right: int
    entries: int
    count_exact: int
    inside: int
    low_above_truth: int
    fenced: int
    group_members: int
    reliability: tuple[tuple[int, float, int], ...]
    """For each bin of `STATED`: messages, the sum of their stated probabilities of loss, and how many were lost."""


def run(setting: Setting, seed: int, settings: Settings) -> Score:
    """Make one synthetic set of entries, reconcile it, and compare with its truth."""
    with sql.connect(settings) as connection:
        truth = fill(connection, setting, generator(setting, seed))
        run_reconciliation(connection, Clock(AS_OF), settings)
        return _score(connection, truth)


def generator(setting: Setting, seed: int) -> np.random.Generator:
    """The source of chance of one run: the same for the same setting and seed, in every process."""
    return np.random.default_rng([seed, abs(hash_name(setting.name))])


def hash_name(name: str) -> int:
    """A number made of a name alone, the same in every process."""
    return int(uuid.uuid5(uuid.NAMESPACE_OID, name).int % (2**31))


def _score(connection: duckdb.DuckDBPyConnection, truth: set[uuid.UUID]) -> Score:
    findings = connection.execute(
        "SELECT message_id, entry_id, outcome, candidate_group, loss_probability FROM reconcile__findings WHERE covered"
    ).fetchall()
    covered = {row[0] for row in findings}
    real = truth & covered
    named = {row[0] for row in findings if row[2] == "lost"}
    groups: dict[str, list[uuid.UUID]] = {}
    for message_id, _, _, group, _ in findings:
        if group:
            groups.setdefault(group, []).append(message_id)
    members = {one for group in groups.values() for one in group}
    entries: dict[str, int] = {}
    for message_id, entry, *_ in findings:
        entries[entry] = entries.get(entry, 0) + (message_id in real)
    counted = connection.execute("SELECT entry_id, lost, lost_low, lost_high FROM reconcile__entries").fetchall()
    alone = len(named - members)
    return Score(
        losses=len(real), named=len(named), named_right=len(named & real), entries=len(counted),
        count_exact=sum(lost == entries.get(entry, 0) for entry, lost, _, _ in counted),
        inside=sum(low <= entries.get(entry, 0) <= high for entry, _, low, high in counted),
        low_above_truth=sum(low > entries.get(entry, 0) for entry, _, low, _ in counted),
        fenced=len(real & (named | members)), group_members=len(members) + alone,
        reliability=_reliability([row[4] for row in findings], [row[0] in real for row in findings]),
    )  # fmt: skip


def _reliability(stated: list[float], lost: list[bool]) -> tuple[tuple[int, float, int], ...]:
    """For each bin of `STATED`: messages, the sum of their probabilities, and how many were lost."""
    bins = np.searchsorted(STATED, stated)
    size = len(STATED)
    numbers = np.bincount(bins, minlength=size)
    sums, losses = np.bincount(bins, stated, minlength=size), np.bincount(bins, lost, minlength=size)
    return tuple((int(n), float(total), int(hit)) for n, total, hit in zip(numbers, sums, losses, strict=True))


def table(seeds: int, settings: Settings, chosen: tuple[Setting, ...] = SETTINGS) -> Iterator[dict[str, Any]]:
    """The accuracy table, a row a setting, summed over the seeds."""
    for setting in chosen:
        scores = [run(setting, seed, settings) for seed in range(seeds)]
        counted = [name for name in Score.__dataclass_fields__ if name != "reliability"]
        total = {name: sum(getattr(score, name) for score in scores) for name in counted}
        yield {
            "setting": setting.name,
            "losses": total["losses"],
            "precision": total["named_right"] / max(1, total["named"]),
            "recall": total["named_right"] / max(1, total["losses"]),
            "fenced": total["fenced"] / max(1, total["losses"]),
            "mean_group": total["group_members"] / max(1, total["named"]),
            "count_exact": total["count_exact"] / total["entries"],
            "inside": total["inside"] / total["entries"],
            "low_above_truth": total["low_above_truth"],
            "entries": total["entries"],
            "reliability": added([score.reliability for score in scores]),
        }


def added(parts: Sequence[Sequence[tuple[int, float, int]]]) -> list[tuple[int, float, int]]:
    """Reliability tables of several runs as one."""
    return [
        (sum(n for n, *_ in bins), sum(x for _, x, _ in bins), sum(hit for *_, hit in bins))
        for bins in zip(*parts, strict=True)
    ]


def reliable(bins: Sequence[tuple[int, float, int]]) -> Iterator[dict[str, str]]:
    """A reliability table as text: what was stated beside what was observed, with its standard error."""
    below = 0.0
    for edge, (number, stated, hits) in zip(STATED, bins, strict=True):
        share = hits / max(1, number)
        yield {
            "stated": f"{below:.2f}-{edge:.2f}" if edge else "none",
            "messages": str(number),
            "mean stated": f"{stated / max(1, number):.4f}",
            "observed": f"{share:.4f}",
            "standard error": f"{math.sqrt(share * (1 - share) / max(1, number)):.4f}",
        }
        below = edge


def print_table(seeds: int, settings: Settings) -> None:
    """Print the accuracy table as the settings are done, a line each."""
    names = {
        "losses": "d",
        "precision": ".3f",
        "recall": ".3f",
        "fenced": ".3f",
        "mean_group": ".2f",
        "count_exact": ".3f",
        "inside": ".3f",
        "low_above_truth": "d",
        "entries": "d",
    }
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"{'setting':36}" + "".join(f"{name:>17}" for name in names))
    bins = []
    for row in table(seeds, settings):
        console.print(f"{row['setting']:36}" + "".join(f"{row[name]:>17{form}}" for name, form in names.items()))
        if row["setting"] not in BY_RULE:
            bins.append(row["reliability"])
    console.print("\nloss_probability, stated and observed, over all settings but those that the rules decide:")
    for line in reliable(added(bins)):
        console.print("  ".join(f"{name} {text:>9}" for name, text in line.items()))
