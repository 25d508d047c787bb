"""What must stand in the same bucket."""

from __future__ import annotations

from support.stages import yielded

NOTHING = {
    "roster__entries": "SELECT '' AS entry_id, '' AS service_id WHERE false",
    "reconcile__uploads": "SELECT '' AS upload_id WHERE false",
    "reconcile__answers": "SELECT '' AS upload_id, '' AS entry_id WHERE false",
    "reconcile__registrations": "SELECT '' AS upload_id, ['']::VARCHAR[] AS entries WHERE false",
}


def test_a_nation_without_entries_and_uploads_has_no_link() -> None:
    assert yielded("reconcile_buckets", "links", NOTHING) == []


def test_an_entry_is_linked_to_its_service_and_an_upload_to_what_it_speaks_for_and_can_answer() -> None:
    tables = NOTHING | {
        "roster__entries": "FROM (VALUES ('0301', 'T1'), ('1103', NULL), ('4601', NULL)) AS t(entry_id, service_id)",
        "reconcile__uploads": "FROM (VALUES ('u1'), ('u2')) AS t(upload_id)",
        "reconcile__answers": "SELECT 'u1' AS upload_id, '0301' AS entry_id",
        "reconcile__registrations": "FROM (VALUES ('u1', ['0301', '1103']), ('u2', []::VARCHAR[]))"
        " AS t(upload_id, entries)",
    }
    found = set(yielded("reconcile_buckets", "links", tables))
    wanted = {("entry/0301", "service/T1"), ("upload/u1", "entry/0301"), ("upload/u1", "entry/1103")}
    alone = {(node, node) for node in ("entry/0301", "entry/1103", "entry/4601", "upload/u1", "upload/u2")}
    assert found == wanted | {(other, one) for one, other in wanted} | alone
