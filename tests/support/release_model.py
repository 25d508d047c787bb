"""What may be released, told from the contract alone: nothing of the product is imported here.

Contract §2, "Approval", and the files' decision record for what the contract leaves open: what lapses lapses for good,
a run of an earlier moment than an approval takes nothing back, and what a run cannot judge is held without a lapse.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from support.evidence import MANIFEST, Evidence

VALID_HOURS = 24
TOMORROW = 12
"""The hour at which a fix that is "confirmed tomorrow" has been confirmed."""
Key = str


def is_met(evidence: Evidence, hour: float) -> bool:
    """Whether nothing but people is missing: each sentence of the contract, for the two entries that there are."""
    losses = len(evidence.lost) + evidence.pair
    in_order = evidence.checks == "passed" and evidence.drill == "found"
    portal = evidence.manifest == "whole" and not evidence.stranger
    log = evidence.log == "whole" and not evidence.unknown
    fixed = evidence.fix in {"in June", "in April"} or (evidence.fix == "confirmed tomorrow" and hour >= TOMORROW)
    # Message 5 was sent in May, after a fix in April.
    clean = not (evidence.fix == "in April" and 5 in evidence.lost)
    followed = evidence.lost <= evidence.followed and (not evidence.pair or 0 in evidence.followed)
    told = evidence.reported or losses == 0
    agrees = evidence.stated == losses
    known = evidence.system == "VISMA_FAMILIA"
    whole = evidence.roster > 0
    return all((in_order, portal, log, fixed, clean, followed, told, agrees, known, whole))


def lost(evidence: Evidence) -> frozenset[int]:
    """The messages that are lost or may be."""
    return evidence.lost | (frozenset({1, 2}) if evidence.pair else frozenset())


def may_go(evidence: Evidence) -> frozenset[int]:
    """Larvik's messages that a release lets go."""
    open_losses = (evidence.lost - evidence.followed) | (
        frozenset({1, 2}) if evidence.pair and 0 not in evidence.followed else frozenset()
    )
    return frozenset(range(1, 6)) - open_losses - (frozenset({4}) if evidence.unknown else frozenset())


def extends(approved: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether every approved input is there, unchanged or extended as the contract says."""
    return all(path in now and (now[path] == text or _grown(path, text, now[path])) for path, text in approved.items())


def _grown(path: str, before: str, now: str) -> bool:
    if path.startswith("portal/messages"):
        return set(before.split("\n")) <= set(now.split("\n"))
    if path != MANIFEST:
        return False
    old, new = json.loads(before), json.loads(now)
    return bool(
        new["fraDato"] <= old["fraDato"]
        and new["tilDato"] >= old["tilDato"]
        and new["totaltAntallTreff"] >= old["totaltAntallTreff"]
        and new["uttrekkstidspunkt"] >= old["uttrekkstidspunkt"]
    )


@dataclass(frozen=True)
class Now:
    """What an evaluation finds: the moment, the evidence, the inputs by path, who may approve, the rules.

    `steady`: no input changed under it. `has_key`: the service's key is there.
    """

    hour: float
    evidence: Evidence
    inputs: Mapping[str, str]
    register: Mapping[str, Key]
    rules: str
    steady: bool = True
    has_key: bool = True


@dataclass(frozen=True)
class Approved:
    """One approval: by whom, when, and of what."""

    name: str
    key: Key
    hour: float
    inputs: tuple[tuple[str, str], ...]
    lost: frozenset[int]
    losses: int
    size: int
    rules: str


@dataclass(frozen=True)
class Published:
    """What is out: the decision, its moment, and by which keys it was approved."""

    decision: str = "HOLD"
    hour: float = 0.0
    people: tuple[tuple[str, Key], ...] = ()

    def is_believed(self, hour: float, register: Mapping[str, Key]) -> bool:
        """Whether KS may act on it at a moment."""
        in_time = self.hour <= hour < self.hour + VALID_HOURS
        return self.decision == "RELEASE" and in_time and all(register.get(name) == key for name, key in self.people)


@dataclass(frozen=True)
class State:
    """Where a release stands. `stained`: what is out was put there by something that the ledger does not know."""

    approvals: tuple[Approved, ...] = ()
    released: bool = False
    published: Published = Published()
    stained: bool = False
    ever: bool = False

    def lapsed(self) -> State:
        """The same after the approvals have lapsed, which only what was approved can."""
        return replace(self, approvals=(), released=False, published=Published(), stained=False)


def evaluate(state: State, now: Now, asking: tuple[str, Key] | None = None) -> tuple[State, bool]:
    """What an audit makes of it, or an approver's evaluation by name and key, and whether an approval was recorded."""
    if state.ever and not now.has_key:
        return replace(state, published=Published("HOLD", now.hour), stained=True), False
    met = is_met(now.evidence, now.hour) and now.steady
    counting = tuple(approval for approval in state.approvals if approval.hour <= now.hour)
    if counting and now.steady and not _stands(state, counting, now, met):
        late = state.released and counting != state.approvals
        state = state if late else state.lapsed()
        counting = counting if late else ()
        if late:
            return _hold(state, now), False
    elif met and state.released and counting and counting == state.approvals:
        people = tuple((approval.name, approval.key) for approval in counting)
        return replace(state, published=Published("RELEASE", now.hour, people), stained=False), False
    if asking is None or not met:
        return _hold(state, now), False
    return _ask(state, now, asking)


def _ask(state: State, now: Now, asking: tuple[str, Key]) -> tuple[State, bool]:
    name, key = asking
    # What was released on later approvals is not approved once more, dated back.
    if now.register.get(name) != key or state.released:
        return _hold(state, now), False
    counting = tuple(approval for approval in state.approvals if approval.hour <= now.hour)
    recorded = False
    if not _are_two(counting):
        if any(name == approval.name or key == approval.key for approval in state.approvals):
            return _hold(state, now), False
        inputs = tuple(sorted(now.inputs.items()))
        losses = len(now.evidence.lost) + now.evidence.pair
        given = Approved(name, key, now.hour, inputs, lost(now.evidence), losses, now.evidence.roster, now.rules)
        state = replace(state, approvals=(*state.approvals, given), ever=True)
        counting, recorded = (*counting, given), True
    if not _are_two(counting) or len({approval.inputs for approval in counting}) > 1:
        return _hold(state, now), recorded
    people = tuple((approval.name, approval.key) for approval in counting)
    out = Published("RELEASE", now.hour, people)
    return replace(state, released=True, published=out, stained=False), recorded


def _hold(state: State, now: Now) -> State:
    return replace(state, published=Published("HOLD", now.hour), stained=False)


def _are_two(approvals: tuple[Approved, ...]) -> bool:
    return any(one.name != two.name and one.key != two.key for one in approvals for two in approvals)


def _stands(state: State, counting: tuple[Approved, ...], now: Now, met: bool) -> bool:
    """Whether what was approved is what is there now, but for what a release may be renewed over."""
    last, losses = state.approvals[-1], len(now.evidence.lost) + now.evidence.pair
    same = all(dict(approval.inputs) == dict(now.inputs) for approval in counting)
    return (
        met
        and (same or (state.released and extends(dict(last.inputs), now.inputs)))
        and lost(now.evidence) <= last.lost
        and losses <= last.losses
        and all(approval.rules == now.rules and approval.size <= now.evidence.roster for approval in counting)
        and all(now.register.get(approval.name) == approval.key for approval in state.approvals)
        and not (state.released and state.stained)
    )
