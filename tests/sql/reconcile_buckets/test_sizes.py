"""How large a bucket is."""

from __future__ import annotations

from support.stages import yielded

PLACES = "FROM (VALUES ('entry', 'a', 1), ('entry', 'b', 1), ('upload', 'u', 2)) AS t(kind, name, bucket)"
NOTHING = {
    "reconcile_buckets__places": f"{PLACES} WHERE false",
    "reconcile_buckets__messages": "SELECT 1 AS message_no, 1 AS bucket, true AS own WHERE false",
    "reconcile__registrations": "SELECT '' AS upload_id WHERE false",
}


def test_a_nation_of_nothing_has_no_bucket() -> None:
    assert yielded("reconcile_buckets", "sizes", NOTHING) == []


def test_a_bucket_counts_what_is_its_own_and_one_without_messages_is_a_row_too() -> None:
    tables = {
        "reconcile_buckets__places": PLACES,
        "reconcile_buckets__messages": "FROM (VALUES (1, 1, true), (2, 1, true), (1, 2, false)) AS t(no, bucket, own)",
        "reconcile__registrations": "SELECT 'u' AS upload_id",
    }
    assert yielded("reconcile_buckets", "sizes", tables) == [(1, 2, 0, 2, 0), (2, 0, 1, 0, 1)]
