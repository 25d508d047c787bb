from __future__ import annotations

from support.stages import yielded

MESSAGES = """
    SELECT * FROM (VALUES ('0301', 'FIKS_IO', 'public'), ('0301', 'FIKS_IO', 'public'), ('1103', 'FIKS_IO', 'public'))
    AS t(entry_id, channel, form_type)
"""
POOLS = "SELECT * FROM (VALUES ('V', '0301'), ('V', '0301'), ('W', '0301')) AS t(source, entry_id)"


def test_without_rows_that_answer_no_message_has_a_class() -> None:
    tables = {"reconcile__candidates": MESSAGES, "reconcile__pools": POOLS + " WHERE false"}
    assert yielded("reconcile", "message_classes", tables) == []


def test_a_message_has_a_class_for_each_source_that_can_answer_its_entry() -> None:
    found = yielded("reconcile", "message_classes", {"reconcile__candidates": MESSAGES, "reconcile__pools": POOLS})
    assert found == [(1, "0301", "FIKS_IO", "public", "V"), (2, "0301", "FIKS_IO", "public", "W")]
