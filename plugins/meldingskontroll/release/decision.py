"""The decision on deletion as a pure function: facts in, HOLD with every reason out (contract §2, `release.json`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from meldingskontroll.domain import Clock, GlobalReason, iso_utc


@dataclass(frozen=True)
class Blocking:
    """A roster entry that is not verified, and the requirements that it does not meet."""

    municipality_no: str
    district_no: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Checks:
    """How many checks the catalogue expects, how many ran to an answer, and how many of those failed."""

    expected: int
    run: int
    failed: int

    @property
    def sound(self) -> bool:
        return 0 < self.expected == self.run and self.failed == 0


@dataclass(frozen=True)
class Drill:
    """How many losses were planted and found, and how many messages were called lost that were not."""

    planted: int
    found: int
    false_alarms: int

    @property
    def passed(self) -> bool:
        return 0 < self.planted == self.found and self.false_alarms == 0


@dataclass(frozen=True)
class Facts:
    """All that the decision rests on. The defaults are those of knowing nothing, which holds."""

    roster_size: int = 0
    verified: int = 0
    blocking: tuple[Blocking, ...] = ()
    portal_declared: bool = False
    portal_complete: bool = False
    messages_to_unknown: int = 0
    results_readable: bool = False
    checks: Checks = Checks(0, 0, 0)
    drill: Drill = Drill(0, 0, 0)


@dataclass(frozen=True)
class Decision:
    """HOLD or RELEASE with the reasons that concern all; `document` gives it the form of `release.json`."""

    decision: str
    global_reasons: tuple[GlobalReason, ...]
    facts: Facts
    as_of_utc: str | None
    valid_until_utc: str | None = None
    approvals: tuple[dict[str, Any], ...] = field(default_factory=tuple)

    def document(self, inputs: dict[str, str], ruleset_version: str) -> dict[str, Any]:
        """The decision as `release.json` has it. `inputs` maps paths in the work folder to their sha256."""
        facts = self.facts
        return {
            "decision": self.decision,
            "as_of_utc": self.as_of_utc,
            "valid_until_utc": self.valid_until_utc,
            "roster_size": facts.roster_size,
            "verified": facts.verified,
            "blocking": [
                {"municipality_no": b.municipality_no, "district_no": b.district_no, "reasons": list(b.reasons)}
                for b in facts.blocking
            ],
            "global_reasons": [str(reason) for reason in self.global_reasons],
            "drill": {
                "planted": facts.drill.planted,
                "found": facts.drill.found,
                "false_alarms": facts.drill.false_alarms,
            },
            "checks": {"expected": facts.checks.expected, "run": facts.checks.run, "failed": facts.checks.failed},
            "inputs": inputs,
            "ruleset_version": ruleset_version,
            "approvals": list(self.approvals),
        }


def evaluate(facts: Facts, clock: Clock) -> Decision:
    """Decide from the facts alone. Only people can release: with nothing in the way the answer waits for them."""
    reasons = _what_stands_in_the_way(facts) or (GlobalReason.AWAITING_APPROVAL,)
    return Decision("HOLD", reasons, facts, iso_utc(clock.as_of))


def _what_stands_in_the_way(facts: Facts) -> tuple[GlobalReason, ...]:
    """Every reason that holds all messages, in the contract's order; empty when nothing but approval is missing."""
    unaccounted = facts.verified + len(facts.blocking) != facts.roster_size
    stands = {
        GlobalReason.REQUIREMENTS_UNMET: bool(facts.blocking) or facts.verified < facts.roster_size,
        GlobalReason.PORTAL_MANIFEST_MISSING: not facts.portal_declared,
        GlobalReason.PORTAL_INCOMPLETE: facts.portal_declared and not facts.portal_complete,
        GlobalReason.RECIPIENT_UNKNOWN: facts.messages_to_unknown > 0,
        GlobalReason.CHECK_FAILED: not (facts.results_readable and facts.checks.sound) or unaccounted,
        GlobalReason.DRILL_FAILED: not facts.drill.passed,
        GlobalReason.ROSTER_EMPTY: facts.roster_size == 0,
    }
    return tuple(reason for reason, holds in stands.items() if holds)
