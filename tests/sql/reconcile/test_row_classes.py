from __future__ import annotations

from support.stages import yielded

ROWS = """
    SELECT *, [pool] AS entries, 1 AS pool_size, to_seconds(margin_s) AS margin, 1 AS resolution_s FROM (VALUES
        ('V', '0301', 'portal', 'public', false, 30), ('V', '0301', 'portal', 'public', false, 30),
        ('V', '0301', 'portal', NULL, false, 30), ('V', '0301', 'portal', 'public', true, 30),
        ('V', '0301', 'portal', 'public', false, 120), ('W', '0301', 'portal', 'public', false, 30)
    ) AS t(source, pool, channel, reporter, superseded, margin_s)
"""


def test_no_row_makes_no_class() -> None:
    assert yielded("reconcile", "row_classes", {"reconcile__time_rows": ROWS + " WHERE false"}) == []


def test_rows_that_differ_in_nothing_that_a_line_asks_for_are_one_class_and_all_others_apart() -> None:
    columns = "class_no, source, reporter, superseded, margin_ms, entries"
    assert yielded("reconcile", "row_classes", {"reconcile__time_rows": ROWS}, columns) == [
        (1, "V", "public", False, 30_000, ["0301"]), (2, "V", "public", False, 120_000, ["0301"]),
        (3, "V", "public", True, 30_000, ["0301"]), (4, "V", None, False, 30_000, ["0301"]),
        (5, "W", "public", False, 30_000, ["0301"]),
    ]  # fmt: skip


def test_a_row_finds_its_class_by_its_key() -> None:
    key = "class_key = hash(source, pool, channel, reporter, superseded, resolution_s, margin)"
    assert yielded("reconcile", "row_classes", {"reconcile__time_rows": ROWS}, key) == [(True,)] * 5
