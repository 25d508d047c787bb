"""The accuracy that is claimed, on one seed of each kind of noise; `meldingskontroll accuracy` gives it all."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import replace

import pytest

from meldingskontroll.settings import Settings
from meldingskontroll.simulation.accuracy import STATED, Score, added, reliable, run
from meldingskontroll.simulation.noise import SETTINGS, Setting

BY_NAME = {setting.name: setting for setting in SETTINGS}
WITH_IDS = "with ids, tails, duplicates 0.3 %"
TAILS = "tails, duplicates 0.3 %"
KNOWN = "acknowledgement time known"
NO_REPEATS = "tails 5 % / 1 %"
OUTAGES = "thirty outages of 2 to 10 h"
KINDS = "kinds disagree 2 %"
STEPS, DRIFTS = "clock steps inside the log", "clock drifts, up to 5 s a day"


@functools.cache
def score(name: str) -> Score:
    """One run; all but the three that the issue names are half as large."""
    entries = 24 if name in {WITH_IDS, TAILS, KNOWN} else 12
    return run(replace(BY_NAME[name], entries=entries), 11, Settings())


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


def test_where_no_row_is_repeated_the_count_is_exact_in_nearly_every_entry() -> None:
    found = score(NO_REPEATS)
    assert found.count_exact >= found.entries - 1 and found.inside == found.entries


@pytest.mark.parametrize("name", [TAILS, OUTAGES, KINDS])
def test_the_count_lies_within_the_bounds_whatever_disturbs_the_log(name: str) -> None:
    found = score(name)
    assert found.low_above_truth == 0
    assert found.inside >= found.entries - 1


def test_bursts_after_outages_invent_no_losses() -> None:
    found = score(OUTAGES)
    assert found.named_right >= 0.9 * found.named
    assert found.fenced >= 0.95 * found.losses


def test_the_stated_probability_of_loss_is_the_observed_one() -> None:
    bins = added([score(name).reliability for name in (TAILS, NO_REPEATS, OUTAGES)])
    assert sum(number for number, *_ in bins[1:]) > 500
    for edge, (number, stated, hits) in zip(STATED, bins, strict=True):
        error = math.sqrt(max(stated, 1) * max(1 - stated / max(1, number), 0.01)) / max(1, number)
        assert abs(stated - hits) / max(1, number) <= 0.02 + 3 * error, f"stated up to {edge}"


def test_a_probability_that_is_not_observed_is_seen_in_the_table() -> None:
    (*_, last) = reliable([(0, 0.0, 0)] * 7 + [(1000, 990.0, 700)])
    assert (last["mean stated"], last["observed"]) == ("0.9900", "0.7000")


def test_the_same_seed_gives_the_same_score() -> None:
    small = Setting("again", entries=4, rate_high=300)
    assert run(small, 1, Settings()) == run(small, 1, Settings())
