"""The fix is asked of integrations that last; one that ended before the clock needs none."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.judged import changed, verdict


def test_an_entry_without_a_fix_does_not_meet_it(tmp_path: Path) -> None:
    assert verdict(tmp_path, "FIX_INSTALLED", roster__fixes=[]) == (False, "NO_FIX_REPORTED")


@pytest.mark.parametrize("requirement", ["FIX_INSTALLED", "CLEAN_SINCE_FIX"])
def test_an_integration_that_ended_before_the_clock_needs_no_fix(requirement: str, tmp_path: Path) -> None:
    ended = changed("roster__entries", ended_utc="2023-07-01T05:59:59")
    assert verdict(tmp_path, requirement, roster__fixes=[], **ended) == (True, "INTEGRATION_ENDED")


@pytest.mark.parametrize("requirement", ["FIX_INSTALLED", "CLEAN_SINCE_FIX"])
def test_an_integration_that_ends_with_the_clock_or_later_needs_one(requirement: str, tmp_path: Path) -> None:
    ends = changed("roster__entries", ended_utc="2023-07-01T06:00:00")
    assert verdict(tmp_path, requirement, roster__fixes=[], **ends)[0] is False
