from __future__ import annotations

from support.stages import yielded

ROWS = """
    SELECT * FROM (VALUES
        ('V', ['0301'], '0301', 1), ('V', ['1103'], '1103', 1),
        ('V', ['0301', '1103'], '0301|1103', 2), ('V', ['0301', '1103'], '0301|1103', 2),
        ('V', ['0301', '1103', '4601'], '0301|1103|4601', 3)
    ) AS t(source, entries, pool, pool_size)
"""


def test_pools_of_one_entry_come_first_and_together_larger_ones_after_and_apart() -> None:
    found = yielded("reconcile", "pools", {"reconcile__row_classes": ROWS}, "pool, entry_id, level")
    levels = {pool: level for pool, _, level in found}
    assert levels["0301"] == levels["1103"] == 0
    assert 0 < levels["0301|1103"] < levels["0301|1103|4601"]
    assert [row[1] for row in found if row[0] == "0301|1103"] == ["0301", "1103"]


def test_no_row_makes_no_pool() -> None:
    assert yielded("reconcile", "pools", {"reconcile__row_classes": ROWS + " WHERE false"}) == []
