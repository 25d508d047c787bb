from __future__ import annotations

from support.stages import yielded

MESSAGE = "SELECT 1 AS message_no, md5('m')::UUID AS message_id, '0301' AS entry_id"
ROWS = """
    SELECT * FROM (VALUES
        (1, md5('m')::UUID, NULL, ['0301']), (2, md5('m')::UUID, 'later', ['1103']), (3, NULL, NULL, ['0301']),
        (4, md5('other')::UUID, NULL, ['0301'])
    ) AS t(row_no, message_id, superseded_by, entries)
"""


def test_every_registration_that_names_a_message_is_a_link_wherever_it_stands() -> None:
    found = yielded("reconcile", "links", {"reconcile__messages": MESSAGE, "reconcile__registrations": ROWS})
    assert sorted(found) == [(1, 1, False, True), (1, 2, True, False)]


def test_without_messages_there_are_no_links() -> None:
    tables = {"reconcile__messages": MESSAGE + " WHERE false", "reconcile__registrations": ROWS}
    assert yielded("reconcile", "links", tables) == []
