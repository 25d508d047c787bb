from __future__ import annotations

from support.synthetic import made


def test_the_synthetic_municipality_has_no_other_number() -> None:
    assert made("roster__renumberings") == []
