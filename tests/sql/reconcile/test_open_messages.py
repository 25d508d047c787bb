from __future__ import annotations

from support.stages import yielded

CLASSES = """
    SELECT * FROM (VALUES (1, '0301', 'FIKS_IO', 'public'), (2, '0301', 'FIKS_IO', 'public'),
        (3, '0301', 'SVARINN', 'public'))
    AS t(class_no, entry_id, channel, form_type)
"""
MESSAGE = """
    SELECT 5::BIGINT AS message_no, '0301' AS entry_id, 'FIKS_IO' AS channel, 'public' AS form_type,
           TIMESTAMP '1970-01-01 00:00:10' AS sent_utc, TIMESTAMP '1970-01-01 01:00:10' AS sent_later_utc,
           NULL::TIMESTAMP AS acknowledged_utc
"""


def test_a_message_stands_open_for_each_source_that_can_answer_it() -> None:
    found = yielded(
        "reconcile", "open_messages", {"reconcile__message_classes": CLASSES, "reconcile__candidates": MESSAGE}
    )
    assert sorted(found) == [(5, 1, 10_000, 3_610_000, None), (5, 2, 10_000, 3_610_000, None)]


def test_a_message_that_no_rows_can_answer_stands_nowhere() -> None:
    tables = {"reconcile__message_classes": CLASSES + " WHERE class_no = 3", "reconcile__candidates": MESSAGE}
    assert yielded("reconcile", "open_messages", tables) == []
