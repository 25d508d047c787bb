"""Which messages are answered by a registration of another bucket."""

from __future__ import annotations

from support.stages import yielded

HOMES = "FROM (VALUES (1, 1, true), (1, 2, false), (2, 2, true)) AS t(message_no, bucket, own)"


def visits(matches: str) -> list[tuple[object, ...]]:
    tables = {
        "reconcile_buckets__places": "FROM (VALUES ('upload', 'u1', 1), ('upload', 'u2', 2)) AS t(kind, name, bucket)",
        "reconcile_buckets__messages": HOMES,
        "reconcile__registrations": "FROM (VALUES (10, 'u1'), (20, 'u2'), (21, 'u2')) AS t(row_no, upload_id)",
        "reconcile__matches_by_id": f"FROM (VALUES {matches}) AS t(message_no, row_no, superseded)",
    }
    return yielded("reconcile_buckets", "visits", tables)


def test_a_message_that_its_own_bucket_registers_makes_no_visit() -> None:
    assert visits("(1, 10, false), (2, 20, false)") == []


def test_a_message_that_another_bucket_registers_is_answered_there_unless_that_row_was_superseded() -> None:
    assert visits("(1, 20, false), (2, 21, false)") == [(1, 20, 2)]
    assert visits("(1, 20, true)") == []
