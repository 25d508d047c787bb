from __future__ import annotations

from support.stages import yielded

PROOF = """
    SELECT entry_id, begin::TIMESTAMP AS from_utc, finish::TIMESTAMP AS to_utc FROM (VALUES
        ('a', '2023-01-01', '2023-02-01'), ('a', '2023-02-01', '2023-03-01'), ('a', '2023-01-10', '2023-01-20'),
        ('a', '2023-03-02', '2023-04-01'), ('b', '2023-01-01', '2023-02-01')
    ) AS t(entry_id, begin, finish)
"""


def test_stretches_that_touch_or_overlap_are_one_and_a_gap_parts_them() -> None:
    columns = "entry_id, from_utc::DATE::VARCHAR, to_utc::DATE::VARCHAR"
    assert yielded("reconcile", "declared", {"reconcile__proof": PROOF}, columns) == [
        ("a", "2023-01-01", "2023-03-01"), ("a", "2023-03-02", "2023-04-01"), ("b", "2023-01-01", "2023-02-01"),
    ]  # fmt: skip


def test_no_proof_declares_nothing() -> None:
    assert yielded("reconcile", "declared", {"reconcile__proof": PROOF + " WHERE false"}) == []
