from __future__ import annotations

import pytest

from support.stages import yielded

SWAPS = """
    SELECT *, '0301' AS lost_entry, '0301' AS other_entry, false AS told_together
    FROM (VALUES (1, 2, 90, 90000, 50000), (1, 3, 91, 50000, 50000), (1, 4, 92, 90000000, 31000))
    AS t(lost_no, other_no, row_no, lost_delay_ms, other_delay_ms)
"""
DELAYS = """
    SELECT '0301' AS entry_id, bin, CASE WHEN bin = 8 THEN 0.5 WHEN bin > 20 THEN 0.001 ELSE 1.0 END AS density
    FROM range(26) AS t(bin)
"""
MISSING = "SELECT * FROM (VALUES (1, 'lost'), (5, 'lost'), (6, 'not_covered')) AS t(message_no, cause)"
TABLES = {"reconcile__swaps": SWAPS, "reconcile__delays": DELAYS, "reconcile__missing": MISSING}


def test_a_loss_is_shared_by_how_likely_each_delay_is_and_sums_to_one() -> None:
    found = {(lost, message): share for lost, message, share in yielded("reconcile", "weights", TABLES)}
    assert set(found) == {(1, 1), (1, 2), (1, 3), (5, 5)}
    assert found[1, 2] / found[1, 1] == pytest.approx(0.5)
    assert found[1, 3] / found[1, 1] == pytest.approx(0.99)
    assert sum(share for (lost, _), share in found.items() if lost == 1) == pytest.approx(1)
    assert found[5, 5] == 1


def test_only_losses_have_candidates() -> None:
    nothing = TABLES | {"reconcile__missing": MISSING + " WHERE cause = 'not_covered'"}
    assert [row for row in yielded("reconcile", "weights", nothing) if row[1] in {5, 6}] == []


def test_messages_of_a_day_that_is_all_the_row_says_share_the_loss_alike() -> None:
    of_a_day = TABLES | {"reconcile__swaps": SWAPS.replace("false AS told_together", "true AS told_together")}
    shares = [share for lost, _, share in yielded("reconcile", "weights", of_a_day) if lost == 1]
    assert len(shares) == 4 and max(shares) - min(shares) < 0.01
