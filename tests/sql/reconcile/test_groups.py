from __future__ import annotations

import pytest

from support.stages import yielded

MISSING = "SELECT unnest([{}]) AS message_no, 'lost' AS cause"
WEIGHTS = "SELECT * FROM (VALUES {}) AS t(lost_no, message_no, share)"


def groups(lost: str, weights: str) -> dict[int, tuple[int, bool, int, int, float]]:
    tables = {"reconcile__missing": MISSING.format(lost), "reconcile__weights": WEIGHTS.format(weights)}
    columns = "message_no, component, named_lost, members, losses, probability"
    return {number: rest for number, *rest in yielded("reconcile", "groups", tables, columns)}  # type: ignore[misc]


def test_a_loss_that_nobody_else_can_be_is_alone_and_certain() -> None:
    assert groups("1", "(1, 1, 1.0)") == {1: [1, True, 1, 1, 1.0]}


def test_losses_that_share_a_candidate_are_one_group_and_others_apart() -> None:
    found = groups("1, 2, 8", "(1, 1, 0.6), (1, 3, 0.4), (2, 2, 0.7), (2, 3, 0.3), (8, 8, 0.9), (8, 9, 0.1)")
    assert {number: row[0] for number, row in found.items()} == {1: 1, 2: 1, 3: 1, 8: 8, 9: 8}
    assert [row[2:4] for row in found.values()] == [[3, 2], [3, 2], [3, 2], [2, 1], [2, 1]]


@pytest.mark.parametrize(
    "weights",
    [
        "(1, 1, 0.6), (1, 3, 0.4), (2, 2, 0.7), (2, 3, 0.3)",
        "(1, 1, 0.51), (1, 3, 0.49), (2, 2, 0.51), (2, 3, 0.49)",
        "(1, 1, 0.4), (1, 3, 0.3), (1, 4, 0.3), (2, 2, 0.4), (2, 3, 0.3), (2, 4, 0.3)",
    ],
)
def test_the_probabilities_sum_to_the_losses_and_the_named_ones_are_the_most_likely(weights: str) -> None:
    found = groups("1, 2", weights).values()
    named, others = [row[4] for row in found if row[1]], [row[4] for row in found if not row[1]]
    assert sum(named) + sum(others) == pytest.approx(2)
    assert all(0 <= probability <= 1 for probability in named + others)
    assert min(named) > max(others)


def test_no_loss_makes_no_group() -> None:
    tables = {
        "reconcile__missing": MISSING.format("1") + " WHERE false",
        "reconcile__weights": WEIGHTS.format("(1, 1, 1.0)") + " WHERE false",
    }
    assert yielded("reconcile", "groups", tables) == []
