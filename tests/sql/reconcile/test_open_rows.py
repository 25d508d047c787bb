from __future__ import annotations

from support.stages import yielded

CLASSES = """
    SELECT class_no, 90_000 AS margin_ms,
           hash('V', '0301', 'portal', reporter, false, 60, INTERVAL 90 SECOND) AS class_key
    FROM (VALUES (1, 'public'), (2, NULL)) AS t(class_no, reporter)
"""
ROWS = """
    SELECT row_no, 'V' AS source, '0301' AS pool, 'portal' AS channel, reporter, false AS superseded,
           60 AS resolution_s,
           TIMESTAMP '1970-01-01 00:00:10' AS at_utc, TIMESTAMP '1970-01-01 01:00:10' AS at_later_utc,
           INTERVAL 90 SECOND AS margin
    FROM (VALUES (1, 'public'), (2, NULL)) AS t(row_no, reporter)
"""


def test_every_row_in_time_stands_open_in_its_class_with_its_margin_added() -> None:
    found = yielded("reconcile", "open_rows", {"reconcile__row_classes": CLASSES, "reconcile__time_rows": ROWS})
    assert sorted(found) == [(1, 1, 100_000, 3_700_000), (2, 2, 100_000, 3_700_000)]


def test_no_row_stands_open_where_there_is_none() -> None:
    tables = {"reconcile__row_classes": CLASSES, "reconcile__time_rows": ROWS + " WHERE false"}
    assert yielded("reconcile", "open_rows", tables) == []
