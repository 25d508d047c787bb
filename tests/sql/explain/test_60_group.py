"""The group that an unnamed loss lies in."""

from __future__ import annotations

import pytest

from support.explained import explained, named_scene, names, shared_scene


def test_the_members_of_a_group_sum_to_its_losses_and_the_likeliest_comes_first() -> None:
    _, place = shared_scene()
    group = explained(place, "c").group
    assert names(place, group) == ["b", "c"]
    assert [row["outcome"] for row in group] == ["lost", "registered"]
    assert sum(row["loss_probability"] for row in group) == pytest.approx(1.0)


def test_a_loss_that_is_named_has_no_group() -> None:
    _, place = named_scene()
    assert explained(place, "c").group == []
