"""Seven days proven after the fix, to the second, and no loss after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import FIXED, LARVIK, OSLO, SETTINGS, tables
from support.judged import changed, judged, verdict

NAME = "CLEAN_SINCE_FIX"


@pytest.mark.parametrize(
    ("proven_to", "expected"),
    [("2023-06-09T10:00:00", (True, "MET")), ("2023-06-09T09:59:59", (False, "TOO_SHORT_SINCE_FIX"))],
)
def test_seven_times_24_hours_must_be_proven(proven_to: str, expected: object, tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, **changed("reconcile__proven", to_utc=proven_to)) == expected


def test_proven_stretches_add_up_and_what_lies_before_the_fix_does_not(tmp_path: Path) -> None:
    def stretches(last: str) -> list[dict[str, str]]:
        pairs = [("2022-01-01", "2023-06-05T10:00:00"), ("2023-06-10", last)]
        return [{"entry_id": OSLO, "from_utc": begin, "to_utc": end} for begin, end in pairs]

    assert verdict(tmp_path, NAME, reconcile__proven=stretches("2023-06-14")) == (True, "MET")
    assert verdict(tmp_path, NAME, reconcile__proven=stretches("2023-06-13T23:59:59"))[0] is False


def test_proof_beyond_the_clock_counts_for_nothing(tmp_path: Path) -> None:
    late = changed("roster__fixes", installed_utc="2023-06-24T06:00:01")
    assert verdict(tmp_path, NAME, **late, **changed("reconcile__proven", to_utc="2023-09-01"))[0] is False


def test_nothing_proven_is_too_short(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, reconcile__proven=[]) == (False, "TOO_SHORT_SINCE_FIX")


def test_a_loss_sent_at_or_after_the_fix_is_unclean(tmp_path: Path) -> None:
    lost = tables()["reconcile__findings"]
    lost[7] |= {"sent_at_utc": FIXED}
    assert verdict(tmp_path, NAME, LARVIK, reconcile__findings=lost) == (False, "LOSS_AFTER_FIX")
    lost[7] |= {"sent_at_utc": "2023-06-02T09:59:59"}
    assert verdict(tmp_path, NAME, LARVIK, reconcile__findings=lost) == (True, "MET")


def test_a_group_with_a_member_after_the_fix_is_unclean(tmp_path: Path) -> None:
    rows = tables()["reconcile__findings"]
    rows[8] |= {"sent_at_utc": "2023-06-02T10:00:30", "candidate_group": "g"}
    assert verdict(tmp_path, NAME, LARVIK, reconcile__findings=rows) == (False, "LOSS_AFTER_FIX")


def test_without_a_fix_nothing_is_clean(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, roster__fixes=[]) == (False, "NOT_FIXED")
    assert verdict(tmp_path, NAME, reconcile__entries=[]) == (False, "NOT_RECONCILED")


def test_every_entry_has_a_row(tmp_path: Path) -> None:
    with judged(tmp_path, roster__fixes=[], reconcile__proven=[], settings=SETTINGS) as connection:
        assert connection.execute("SELECT count(*) FROM verification__clean_since_fix").fetchone() == (2,)
