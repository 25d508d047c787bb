from __future__ import annotations

from support.stages import yielded

SAMPLES = """
    SELECT 'u' AS upload_id, 'oslo' AS convention, 'sent' AS reference, 1 AS resolution_s, difference_s
    FROM (VALUES (300), (301), (303), (306), (311), (-2000), (5000)) AS t(difference_s)
"""


def test_the_fullest_place_of_the_histogram_is_found_with_how_many_pairs_there_were() -> None:
    found = yielded(
        "reconcile", "clock_peaks", {"reconcile__clock_samples": SAMPLES}, "width, bin * width, score, pairs"
    )
    fine = [row for row in found if row[0] == 5]
    assert len(fine) == 1
    assert 295 <= fine[0][1] <= 310 and fine[0][2:] == (5, 7)


def test_a_log_in_minutes_has_bins_of_a_minute_at_least() -> None:
    minutes = SAMPLES.replace("1 AS resolution_s", "60 AS resolution_s")
    found = yielded("reconcile", "clock_peaks", {"reconcile__clock_samples": minutes}, "width")
    assert min(found) == (60,)


def test_no_sample_gives_no_peak() -> None:
    assert yielded("reconcile", "clock_peaks", {"reconcile__clock_samples": SAMPLES + " WHERE false"}) == []
