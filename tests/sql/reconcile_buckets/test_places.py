"""Where an entry or an upload is placed."""

from __future__ import annotations

from support.stages import yielded


def places(groups: str, buckets: int) -> dict[object, object]:
    tables = {"reconcile_buckets__groups": groups}
    return {
        row[0]: row[1]
        for row in yielded("reconcile_buckets", "places", tables, "kind || ' ' || name, bucket", buckets=buckets)
    }


def test_where_nothing_is_placed_there_is_no_bucket() -> None:
    assert places("SELECT '' AS node, '' AS first WHERE false", 8) == {}


def test_what_is_linked_shares_a_bucket_and_a_name_keeps_its_slash() -> None:
    groups = "FROM (VALUES ('entry/0301', 'entry/0301'), ('upload/0301/abc', 'entry/0301')) AS t(node, first)"
    assert places(groups, 64) == {"entry 0301": 1, "upload 0301/abc": 1}


def test_the_buckets_are_numbered_from_one_without_a_gap_and_hold_everything() -> None:
    groups = "SELECT 'entry/' || i AS node, 'entry/' || i AS first FROM range(1000, 1040) AS t(i)"
    for buckets in (1, 7, 64, 1000):
        found = places(groups, buckets)
        assert len(found) == 40
        assert set(found.values()) == set(range(1, len(set(found.values())) + 1))
        assert len(set(found.values())) <= buckets
    assert len(set(found.values())) > 30


def test_a_group_goes_by_its_service_and_stays_when_an_entry_comes_to_it() -> None:
    others = "SELECT 'service/S' || i AS node, 'service/S' || i AS first FROM range(100) AS t(i)"
    before = places(f"{others} UNION ALL FROM (VALUES ('entry/5000', 'entry/5000'), ('service/T', 'entry/5000'))", 64)
    after = places(
        f"{others} UNION ALL FROM (VALUES ('entry/1000', 'entry/1000'), "
        f"('entry/5000', 'entry/1000'), ('service/T', 'entry/1000'))",
        64,
    )
    assert before["entry 5000"] == after["entry 5000"] == after["entry 1000"]
