from __future__ import annotations

from support.synthetic import RECIPIENT, made


def test_the_synthetic_recipient_is_known_and_of_no_district() -> None:
    (row,) = made("roster__recipients")
    assert (row["recipient_id"], row["canonical_no"], row["district_no"]) == (RECIPIENT, "0000", "")
