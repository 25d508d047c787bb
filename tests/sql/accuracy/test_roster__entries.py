from __future__ import annotations

from support.measured import one


def test_each_synthetic_entry_is_on_visma_familia_under_its_own_service() -> None:
    query = "SELECT count(*) FROM roster__entries WHERE case_system = 'VISMA_FAMILIA' AND service_id = entry_id"
    assert one(query) == 3
