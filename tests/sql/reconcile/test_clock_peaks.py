from __future__ import annotations

from support.stages import yielded

READINGS = """
    SELECT 2 AS reading_no, 'oslo' AS convention, 'sent' AS reference, false AS zoned, 0 AS winter_s, -3600 AS summer_s
"""
PAIRS = """
    SELECT 1 AS upload_no, 1 AS resolution_s, false AS zoned, false AS summer, sent_s, sent_s AS acknowledged_s
    FROM (VALUES (300), (301), (303), (306), (311), (-2000), (5000)) AS t(sent_s)
"""


def peaks(pairs: str, columns: str) -> list[tuple[object, ...]]:
    tables = {"reconcile__clock_pairs": pairs, "reconcile__clock_readings": READINGS}
    return yielded("reconcile", "clock_peaks", tables, columns)


def test_the_fullest_place_of_the_histogram_is_found_with_how_many_pairs_there_were() -> None:
    found = [row for row in peaks(PAIRS, "width, bin * width, score, pairs") if row[0] == 5]
    assert len(found) == 1
    assert found[0][1] in range(295, 311) and found[0][2:] == (5, 7)


def test_the_summer_hour_is_taken_out_as_the_reading_says() -> None:
    found = peaks(PAIRS.replace("false AS summer", "true AS summer"), "width, bin * width, score")
    assert [row[1] in range(-3305, -3289) and row[2] == 5 for row in found if row[0] == 5] == [True]


def test_a_log_in_minutes_has_bins_of_a_minute_at_least() -> None:
    found = peaks(PAIRS.replace("1 AS resolution_s", "60 AS resolution_s"), "width")
    assert min(found) == (60,)


def test_no_pair_gives_no_peak() -> None:
    assert peaks(PAIRS + " WHERE false", "*") == []
