from __future__ import annotations

import duckdb
import pytest

from support.stages import yielded


def recounted(counted: str, matched: int) -> list[tuple[object, ...]]:
    tables = {
        "reconcile__id_counts": f"SELECT unnest({counted}::BIGINT[]) AS named",
        "reconcile__matches_by_id": f"SELECT unnest(range({matched})) AS message_no",
    }
    return yielded("reconcile", "recounted", tables)


def test_two_counts_that_agree_let_the_run_go_on() -> None:
    assert recounted("[]", 0) == [(0,)]
    assert recounted("[2, 3]", 5) == [(5,)]


def test_a_match_too_many_or_too_few_stops_the_run() -> None:
    for matched in (4, 6):
        with pytest.raises(duckdb.Error, match="not as many"):
            recounted("[2, 3]", matched)
