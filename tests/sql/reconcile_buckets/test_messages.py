"""Which buckets need a message."""

from __future__ import annotations

from support.stages import yielded

A, B, C = (f"00000000-0000-4000-8000-00000000000{n}" for n in "abc")
PLACES = (
    "FROM (VALUES ('entry', '0301', 1), ('upload', 'u1', 1), ('entry', '1103', 2), ('upload', 'u2', 2))"
    " AS t(kind, name, bucket)"
)
MESSAGES = f"FROM (VALUES (1, '0301', '{A}'::UUID), (2, '1103', '{B}'::UUID)) AS t(message_no, entry_id, message_id)"


def needed(registrations: str) -> list[tuple[object, ...]]:
    tables = {
        "reconcile_buckets__places": PLACES,
        "reconcile__messages": MESSAGES,
        "reconcile__registrations": registrations,
    }
    return yielded("reconcile_buckets", "messages", tables, "message_no, bucket, own")


def test_without_registrations_a_message_is_needed_by_its_own_bucket_only() -> None:
    nothing = "SELECT '' AS upload_id, NULL::UUID AS message_id WHERE false"
    assert needed(nothing) == [(1, 1, True), (2, 2, True)]


def test_a_message_visits_the_bucket_that_names_it_once_and_is_at_home_in_its_own() -> None:
    rows = (
        f"FROM (VALUES ('u2', '{A}'::UUID), ('u2', '{A}'), ('u1', '{A}'), ('u1', '{C}'), ('u1', NULL))"
        f" AS t(upload_id, message_id)"
    )
    assert needed(rows) == [(1, 1, True), (1, 2, False), (2, 2, True)]
