from __future__ import annotations

from support.synthetic import made


def test_the_synthetic_service_hosts_itself() -> None:
    (row,) = made("roster__services")
    assert (row["service_id"], row["host_municipality_no"]) == ("drill", "0000")
