from __future__ import annotations

from support.synthetic import made


def test_the_synthetic_municipality_is_one_entry_on_visma_familia_that_lasts() -> None:
    (row,) = made("roster__entries")
    assert (row["entry_id"], row["municipality_no"], row["canonical_no"], row["district_no"]) == (
        "0000",
        "0000",
        "0000",
        "",
    )
    assert (row["case_system"], row["ended_utc"], row["case_system_conflict"]) == ("VISMA_FAMILIA", None, False)
