from __future__ import annotations

from support.stages import yielded

ROWS = """
    SELECT * FROM (VALUES
        ('V', '0301', 'portal', 'public', false), ('V', '0301', 'portal', 'public', false),
        ('V', '0301', 'portal', NULL, false), ('V', '0301', 'portal', 'public', true),
        ('W', '0301', 'portal', 'public', false)
    ) AS t(source, pool, channel, reporter, superseded)
"""


def test_no_row_makes_no_class() -> None:
    assert yielded("reconcile", "row_classes", {"reconcile__time_rows": ROWS + " WHERE false"}) == []


def test_rows_that_differ_in_nothing_that_a_line_asks_for_are_one_class_and_all_others_apart() -> None:
    found = yielded("reconcile", "row_classes", {"reconcile__time_rows": ROWS})
    assert [row[0] for row in found] == [1, 2, 3, 4]
    assert {row[1:] for row in found} == {
        ("V", "0301", "portal", "public", False), ("V", "0301", "portal", None, False),
        ("V", "0301", "portal", "public", True), ("W", "0301", "portal", "public", False),
    }  # fmt: skip
