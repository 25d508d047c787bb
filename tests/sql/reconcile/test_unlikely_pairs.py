from __future__ import annotations

from typing import Any

from support.stages import yielded

CANDIDATES = """
    SELECT number AS message_no, '1811' AS entry_id, 'FIKS_IO' AS channel, TIMESTAMP '2023-02-01' AS acknowledged_utc
    FROM range(200) AS t(number)
"""
SHARP = "SELECT 'V' AS source, '1811' AS entry_id, 'FIKS_IO' AS channel"
PAIRS = """
    SELECT number AS message_no, 1000 + number AS row_no, 'V' AS source, 0 AS reference_ms,
           CASE WHEN number < {late} THEN {delay_ms} ELSE 5000 END AS received_ms, false AS superseded
    FROM range({pairs}) AS t(number)
"""


def unlikely(pairs: int = 100, late: int = 1, delay_ms: int = 600_000, sharp: str = SHARP) -> list[tuple[Any, ...]]:
    tables = {
        "reconcile__candidates": CANDIDATES, "reconcile__sharp": sharp,
        "reconcile__pairs": PAIRS.format(pairs=pairs, late=late, delay_ms=delay_ms),
    }  # fmt: skip
    return yielded("reconcile", "unlikely_pairs", tables, "message_no, row_no")


def test_a_pair_minutes_late_is_not_believed_where_nearly_all_follow_within_seconds() -> None:
    assert unlikely() == [(0, 1000)]


def test_a_pair_within_seconds_is_believed() -> None:
    assert unlikely(delay_ms=150_000) == []


def test_a_log_with_few_pairs_many_late_ones_or_no_sharp_sign_is_believed() -> None:
    assert unlikely(pairs=99) == []
    assert unlikely(late=2) == []
    assert unlikely(sharp=SHARP + " WHERE false") == []
