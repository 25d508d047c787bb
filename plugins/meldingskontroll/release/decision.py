"""The decision on deletion as a pure function: facts and approvals in, HOLD with every reason or RELEASE out.

The rule is contract §2, `release.json` and "Approval". `may_release` is the only way to RELEASE in the product.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from meldingskontroll.domain import Clock, GlobalReason, iso_utc
from meldingskontroll.release.approvals import Approval, are_two_people

VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Blocking:
    """A roster entry that is not verified, and the requirements that it does not meet."""

    municipality_no: str
    district_no: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Override:
    """A requirement that counts as met because a named person decided it, and what the evidence says of it."""

    municipality_no: str
    district_no: str
    requirement: str
    reason: str
    decided_by: str
    decided_on: str
    original_reason: str


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
    """What the decision rests on beside people. The defaults are those of knowing nothing, which holds.

    `inputs_steady`: no input changed while the run went on. `record_sound`: the ledger holds and can be signed. Without
    either this run cannot judge what was approved.
    """

    roster_size: int = 0
    verified: int = 0
    blocking: tuple[Blocking, ...] = ()
    portal_declared: bool = False
    portal_complete: bool = False
    messages_to_unknown: int = 0
    results_readable: bool = False
    checks: Checks = Checks(0, 0, 0)
    drill: Drill = Drill(0, 0, 0)
    inputs_steady: bool = False
    record_sound: bool = False
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What people have approved, and how today's evidence compares with it. The defaults are those of no approval.

    `approvals` have not lapsed; `released` says that a RELEASE was given on them, `approving` that an approver asks for
    this evaluation (an audit never makes the first RELEASE). `state` and `ruleset_version` are today's. `keys_stand`:
    every approver's key still is among the approvers. `extends`: the approved inputs are all there, unchanged but for
    extensions. `new_losses`: losses that the approved findings lack, None where that is not known. `held_elsewhere`:
    the published decision is one that the ledger does not know. `lapsed_here`: a release was taken back at this state.
    """

    approvals: tuple[Approval, ...] = ()
    released: bool = False
    approving: bool = False
    state: str = ""
    ruleset_version: str = ""
    keys_stand: bool = False
    extends: bool = False
    new_losses: int | None = None
    held_elsewhere: bool = False
    lapsed_here: bool = False


@dataclass(frozen=True)
class Decision:
    """HOLD or RELEASE with the reasons that concern all; `document` gives it the form of `release.json`.

    `lapses` says why the approvals that stood no longer do, empty where they do; they lapse for good.
    """

    decision: str
    global_reasons: tuple[GlobalReason, ...]
    facts: Facts
    as_of_utc: str | None
    valid_until_utc: str | None = None
    approvals: tuple[Approval, ...] = field(default_factory=tuple)
    lapses: tuple[str, ...] = ()

    @property
    def released(self) -> bool:
        return self.decision == "RELEASE"

    def document(self, inputs: dict[str, str], ruleset_version: str) -> dict[str, Any]:
        """The decision as `release.json` has it. `inputs` maps paths in the work folder to their sha256."""
        facts = self.facts
        # A decision without overrides has no such key, so that one that has it stands out.
        loud = {"overrides": [asdict(override) for override in facts.overrides]} if facts.overrides else {}
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
            "approvals": [approval.document() for approval in self.approvals],
            **loud,
        }


def may_release(facts: Facts, standing: Standing, clock: Clock) -> Decision:
    """Decide from facts and approvals alone. Without two people's approval of this very evidence it holds."""
    stands = what_stands_in_the_way(facts)
    counting = tuple(a for a in standing.approvals if a.as_of_utc <= clock.as_of_utc)
    causes = _why_approvals_fall(facts, standing, counting, stands)
    # A moment before all had approved says nothing of a release that was given later.
    is_late = standing.released and counting != standing.approvals
    # What was taken back stays so, whatever a run can tell beside that: its own hold would hide it from the next.
    held = ("HELD_ELSEWHERE",) if standing.released and standing.held_elsewhere and facts.record_sound else ()
    lapses = held if is_late else causes or held
    kept = () if lapses else counting
    if stands or lapses:
        taken_back = standing.lapsed_here or bool(lapses and standing.released)
        first = (GlobalReason.APPROVALS_LAPSED,) if taken_back else ()
        reasons = (*first, *stands) or (GlobalReason.AWAITING_APPROVAL,)
        return Decision("HOLD", reasons, facts, iso_utc(clock.as_of), approvals=kept, lapses=lapses)
    asked = standing.approving or (standing.released and counting == standing.approvals)
    if asked and not causes and are_two_people(kept):
        until = iso_utc(clock.as_of + VALID_FOR)
        return Decision("RELEASE", (), facts, iso_utc(clock.as_of), until, kept)
    lapsed = standing.lapsed_here and not kept
    waits = GlobalReason.APPROVALS_LAPSED if lapsed else GlobalReason.AWAITING_APPROVAL
    return Decision("HOLD", (waits,), facts, iso_utc(clock.as_of), approvals=kept)


def evaluate(facts: Facts, clock: Clock) -> Decision:
    """Decide where nobody has approved anything: it holds, and with nothing in the way it waits for people."""
    return may_release(facts, Standing(), clock)


def _why_approvals_fall(
    facts: Facts, standing: Standing, counting: tuple[Approval, ...], stands: tuple[GlobalReason, ...]
) -> tuple[str, ...]:
    """Why the approvals that count at this moment do not carry a release; empty where they do, or there are none.

    A run whose inputs changed under it, or whose ledger does not hold, cannot tell: it holds, and the next run judges.
    """
    if not counting or not (facts.inputs_steady and facts.record_sound):
        return ()
    states = {approval.state for approval in counting}
    same_inputs = states == {standing.state}
    extended = standing.released and not standing.approving and standing.extends and len(states) == 1
    causes = {
        **{str(reason): True for reason in stands},
        "APPROVER_REMOVED": not standing.keys_stand,
        "RULESET_CHANGED": {approval.ruleset_version for approval in counting} != {standing.ruleset_version},
        "INPUTS_CHANGED": not (same_inputs or extended),
        "ROSTER_SMALLER": any(facts.roster_size < approval.roster_size for approval in counting),
        "OVERRIDES_ADDED": any(len(facts.overrides) > approval.overrides for approval in counting),
        "NEW_LOSSES": standing.new_losses is None or standing.new_losses > 0,
        "HELD_ELSEWHERE": standing.held_elsewhere,
    }
    return tuple(cause for cause, holds in causes.items() if holds)


def what_stands_in_the_way(facts: Facts) -> tuple[GlobalReason, ...]:
    """Every reason that holds all messages, in the contract's order; empty when nothing but approval is missing."""
    unaccounted = facts.verified + len(facts.blocking) != facts.roster_size
    judged = facts.results_readable and facts.checks.sound and facts.inputs_steady and facts.record_sound
    stands = {
        GlobalReason.REQUIREMENTS_UNMET: bool(facts.blocking) or facts.verified < facts.roster_size,
        GlobalReason.PORTAL_MANIFEST_MISSING: not facts.portal_declared,
        GlobalReason.PORTAL_INCOMPLETE: facts.portal_declared and not facts.portal_complete,
        GlobalReason.RECIPIENT_UNKNOWN: facts.messages_to_unknown > 0,
        GlobalReason.CHECK_FAILED: not judged or unaccounted,
        GlobalReason.DRILL_FAILED: not facts.drill.passed,
        GlobalReason.ROSTER_EMPTY: facts.roster_size == 0,
    }
    return tuple(reason for reason, holds in stands.items() if holds)
