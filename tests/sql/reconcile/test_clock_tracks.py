from __future__ import annotations

import itertools

from support.set_clocks import one_step, steady


def test_every_block_follows_one_line_and_a_clock_set_once_changes_line_once() -> None:
    found = one_step()[1].table("reconcile__clock_tracks", "block, line_no")
    assert [block for block, _ in found] == list(range(24))
    lines = [line for _, line in found]
    assert sum(one != other for one, other in itertools.pairwise(lines)) == 1


def test_a_steady_clock_has_no_course_to_follow() -> None:
    assert steady()[1].table("reconcile__clock_tracks") == []
