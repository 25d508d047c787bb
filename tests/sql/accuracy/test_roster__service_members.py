from __future__ import annotations

from support.measured import one


def test_each_service_serves_its_own_municipality_only() -> None:
    assert one("SELECT count(*) FROM roster__service_members WHERE service_id = municipality_no") == 3
