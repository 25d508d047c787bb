"""Facts of a decision for which nothing but people's approval is missing."""

from __future__ import annotations

from meldingskontroll.release.decision import Checks, Drill, Facts


def sound_facts(roster_size: int, checks: int, planted: int) -> Facts:
    """Every entry verified, every check run and passed, every planted loss found."""
    return Facts(
        roster_size=roster_size,
        verified=roster_size,
        portal_declared=True,
        portal_complete=True,
        results_readable=True,
        checks=Checks(checks, checks, 0),
        drill=Drill(planted, planted, 0),
        inputs_steady=True,
        record_sound=True,
    )
