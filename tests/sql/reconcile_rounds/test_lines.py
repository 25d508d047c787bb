from __future__ import annotations

from typing import Any

from support.rounds import ROUND
from support.stages import yielded

CLASSES = """
    SELECT * FROM (VALUES
        (1, 'V', '0301', 'portal', 'public', false, 0, 1), (2, 'V', '0301', 'portal', 'private', false, 0, 1),
        (3, 'V', '0301', 'portal', NULL, false, 0, 1), (4, 'V', '0301', 'manual', 'public', false, 0, 1),
        (5, 'V', '0301|1103', 'portal', 'public', false, 0, 1), (6, 'V', '0301', 'portal', 'public', true, 0, 1)
    ) AS t(class_no, source, pool, channel, reporter, superseded, margin_ms, resolution_s)
"""
POOLS = "SELECT * FROM (VALUES ('V', '0301', 0), ('V', '0301|1103', 2)) AS t(source, pool, level)"


def lines(live: str = "range(1, 7)", **changed: Any) -> list[tuple[Any, ...]]:
    tables = {
        "reconcile__row_classes": CLASSES,
        "reconcile__pools": POOLS,
        "reconcile__open_rows": f"SELECT unnest({live})::INTEGER AS class_no",
    }
    return yielded("reconcile_rounds", "lines", tables, "class_no, line_no", **(ROUND | changed))


def test_a_round_has_no_lines_where_no_row_is_left() -> None:
    assert lines("[]::INTEGER[]") == []
    assert lines("[4]") == []


def test_each_kind_has_its_own_line_and_rows_of_no_kind_theirs_in_a_round_of_its_own() -> None:
    assert lines() == [(1, 2), (2, 1)]
    assert lines(kind_stage=2) == [(3, 1)]


def test_in_the_last_round_of_kinds_the_rows_of_all_kinds_stand_on_one_line() -> None:
    assert lines(kind_stage=3) == [(1, 1), (2, 1)]


def test_channels_levels_and_superseded_rows_have_their_own_rounds() -> None:
    assert lines(channel_stage=1) == [(4, 1)]
    assert lines(level=2) == [(5, 1)]
    assert lines(superseded=True) == [(6, 1)]
