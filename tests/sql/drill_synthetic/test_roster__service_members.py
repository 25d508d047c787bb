from __future__ import annotations

from support.synthetic import made


def test_the_synthetic_service_serves_the_synthetic_municipality_without_end() -> None:
    (row,) = made("roster__service_members")
    assert (row["service_id"], row["canonical_no"], row["valid_from"], row["valid_to"]) == ("drill", "0000", None, None)
