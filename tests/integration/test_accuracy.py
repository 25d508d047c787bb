"""The accuracy that is claimed, on one seed of each kind of noise; `meldingskontroll accuracy` gives it all."""

from __future__ import annotations

import dataclasses
import functools

import pytest

from meldingskontroll.settings import Settings
from meldingskontroll.simulation.accuracy import Score, run
from meldingskontroll.simulation.noise import SETTINGS, Setting

BY_NAME = {setting.name: setting for setting in SETTINGS}
WITH_IDS = "with ids, tails, duplicates 0.3 %"
TAILS = "tails, duplicates 0.3 %"
KNOWN = "acknowledgement time known"
STEPS, DRIFTS = "clock steps inside the log", "clock drifts, up to 5 s a day"


@functools.cache
def score(name: str) -> Score:
    return run(BY_NAME[name], 11, Settings())


def test_with_ids_every_loss_is_named_and_none_is_invented() -> None:
    found = score(WITH_IDS)
    assert found.losses > 100
    assert (found.named, found.named_right, found.count_exact) == (found.losses, found.losses, found.entries)


def test_by_time_alone_precision_and_recall_are_at_least_94_in_100() -> None:
    found = score(TAILS)
    assert found.named_right >= 0.94 * found.named and found.named_right >= 0.94 * found.losses


def test_where_the_acknowledgement_is_known_they_are_at_least_99_in_100() -> None:
    found = score(KNOWN)
    assert found.named_right >= 0.99 * found.named and found.named_right >= 0.99 * found.losses


@pytest.mark.parametrize("name", [WITH_IDS, TAILS, KNOWN])
def test_the_lower_bound_is_never_above_the_truth_and_groups_are_small(name: str) -> None:
    found = score(name)
    assert found.low_above_truth == 0
    assert found.group_members <= 1.5 * found.named
    assert found.fenced >= 0.97 * found.losses


@pytest.mark.parametrize(("name", "seed"), [(STEPS, 11), (DRIFTS, 12)])
def test_a_clock_that_was_set_or_drifts_costs_no_more_than_a_steady_one(name: str, seed: int) -> None:
    found = run(dataclasses.replace(BY_NAME[name], entries=12), seed, Settings())
    assert found.losses > 150
    assert found.named_right >= 0.94 * found.named and found.named_right >= 0.94 * found.losses
    assert found.low_above_truth == 0 and found.fenced >= 0.97 * found.losses


def test_the_same_seed_gives_the_same_score() -> None:
    small = Setting("again", entries=4, rate_high=300)
    assert run(small, 1, Settings()) == run(small, 1, Settings())
