from __future__ import annotations

from support.measured import one


def test_each_service_is_hosted_by_its_own_municipality() -> None:
    assert one("SELECT count(*) FROM roster__services WHERE service_id = host_municipality_no") == 3
