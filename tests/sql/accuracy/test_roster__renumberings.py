from __future__ import annotations

from support.measured import one


def test_no_synthetic_municipality_has_another_number() -> None:
    assert one("SELECT count(*) FROM roster__renumberings") == 0
