"""Measures the reconciliation by time against a known truth, over many seeds: who is named, counted and bounded.

The tables of `noise` are made in memory and run through the same SQL as the audit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from rich.console import Console

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.reconcile.run import run_reconciliation
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.noise import AS_OF, SETTINGS, Setting, fill


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
    stated: float


def run(setting: Setting, seed: int, settings: Settings) -> Score:
    """Make one synthetic set of entries, reconcile it, and compare with its truth."""
    rng = np.random.default_rng([seed, abs(hash_name(setting.name))])
    with sql.connect(settings) as connection:
        truth = fill(connection, setting, rng)
        run_reconciliation(connection, Clock(AS_OF), settings)
        return _score(connection, truth)


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
        stated=float(sum(row[4] for row in findings)),
    )  # fmt: skip


def table(seeds: int, settings: Settings, chosen: tuple[Setting, ...] = SETTINGS) -> Iterator[dict[str, Any]]:
    """The accuracy table, a row a setting, summed over the seeds."""
    for setting in chosen:
        scores = [run(setting, seed, settings) for seed in range(seeds)]
        total = {name: sum(getattr(score, name) for score in scores) for name in Score.__dataclass_fields__}
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
        }


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
    for row in table(seeds, settings):
        console.print(f"{row['setting']:36}" + "".join(f"{row[name]:>17{form}}" for name, form in names.items()))
