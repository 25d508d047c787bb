from __future__ import annotations

from math import exp

import pytest

from support.stages import yielded

PAIRS = """
    SELECT 1 AS message_no, 7 AS row_no, 0 AS reference_ms, unnest([{}]::BIGINT[]) + 30000 AS received_ms,
           {} AS superseded, {} AS resolution_s
"""
CANDIDATES = "SELECT * FROM (VALUES (1, '0301'), (2, '1103')) AS t(message_no, entry_id)"


def densities(
    delays_ms: str, entry: str = "0301", *, superseded: bool = False, resolution_s: int = 1, burst: int = 0
) -> list[float]:
    tables = {
        "reconcile__pairs": PAIRS.format(delays_ms, superseded, resolution_s),
        "reconcile__candidates": CANDIDATES,
        "reconcile__bursts": f"SELECT {burst} AS row_no",
    }
    found = [row for row in yielded("reconcile", "delays", tables) if row[0] == entry]
    assert [number for _, number, _ in found] == list(range(-1, 26))
    return [density for *_, density in found]


def widths() -> list[float]:
    return [27, exp(0.5) + 3, *(exp((number + 1) / 2) - exp(number / 2) for number in range(1, 26))]


def mass(found: list[float]) -> list[float]:
    return [density * width for density, width in zip(found, widths(), strict=True)]


def test_every_delay_has_a_density_also_where_no_pair_was_seen_and_they_sum_to_one() -> None:
    found = densities("")
    assert all(density > 0 for density in found)
    assert sum(mass(found)) == pytest.approx(1)


def test_what_an_entry_shows_outweighs_what_is_usual() -> None:
    slow = mass(densities(", ".join(["400000"] * 2000)))
    assert slow[12] > 0.9 > 0.1 > mass(densities(""))[12]


def test_superseded_pairs_rows_that_say_only_the_day_and_bursts_show_nothing() -> None:
    assert densities("400000", superseded=True) == densities("400000", resolution_s=86400) == densities("")
    assert densities("400000", burst=7) == densities("") != densities("400000", burst=8)


def test_one_entry_says_nothing_of_another() -> None:
    assert densities("400000, 400000", entry="1103") == densities("", entry="1103")


def test_a_short_delay_is_likelier_than_a_long_one() -> None:
    none = densities("")
    assert none[7] > none[11] > none[17]


def test_a_registration_before_its_message_is_less_likely_than_one_at_once() -> None:
    none = densities("")
    assert none[0] < none[1] / 10
