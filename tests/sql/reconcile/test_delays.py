from __future__ import annotations

from math import exp

from support.stages import yielded

PAIRS = "SELECT 0 AS reference_ms, unnest([{}]) AS received_ms, {} AS superseded"


def densities(delays_ms: str, superseded: bool = False) -> list[float]:
    found = yielded("reconcile", "delays", {"reconcile__pairs": PAIRS.format(delays_ms, superseded)}, "bin, density")
    assert [number for number, _ in found] == list(range(26))
    return [density for _, density in found]


def widths() -> list[float]:
    return [exp((number + 1) / 2) - (exp(number / 2) if number else 0) for number in range(26)]


def test_every_delay_has_a_density_also_where_no_pair_was_seen() -> None:
    assert all(density > 0 for density in densities("20000"))


def test_each_pair_adds_one_to_its_bin_and_superseded_pairs_add_none() -> None:
    once, none = densities("20000, 20000, 20000"), densities("20000, 20000, 20000", superseded=True)
    added = [round((a - b) * width, 6) for a, b, width in zip(once, none, widths(), strict=True)]
    assert added == [3 if number == 5 else 0 for number in range(26)]


def test_a_short_delay_is_likelier_than_a_long_one() -> None:
    none = densities("20000", superseded=True)
    assert none[6] > none[10] > none[16]
