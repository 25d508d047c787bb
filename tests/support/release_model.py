"""What may be released, told from the contract alone: nothing of the product is imported here.

Contract §2, "Approval", and the decision records for what the contract leaves open: what lapses lapses for good, a run
of an earlier moment than an approval takes nothing back, and what a run cannot judge is held without a lapse (7);
overrides are counted in what is approved, and a statement that was signed elsewhere is of one moment and one evidence
(11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from support.evidence import MANIFEST, Evidence
from support.requirements_model import Override, applied, is_met, losses_of, lost

VALID_HOURS = 24
Key = str
Inputs = tuple[tuple[str, str], ...]


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
    """What an evaluation finds: the moment, the evidence, the inputs by path, who may approve, rules, overrides.

    `steady`: no input changed under it. `has_key`: the service's key is there. `ledger_whole`: nobody changed it.
    """

    hour: float
    evidence: Evidence
    inputs: Mapping[str, str]
    register: Mapping[str, Key]
    rules: str
    overrides: tuple[Override, ...] = ()
    steady: bool = True
    has_key: bool = True
    ledger_whole: bool = True

    @property
    def is_met(self) -> bool:
        """Whether nothing but people is missing, and this run can tell."""
        return is_met(self.evidence, self.hour, self.overrides) and self.steady

    @property
    def overridden(self) -> int:
        """How many requirements are met by a person's decision only."""
        return len(applied(self.evidence, self.hour, self.overrides))

    @property
    def signed(self) -> tuple[object, ...]:
        """What a statement speaks of: the moment, the inputs, the findings, the rules, the roster, the overrides."""
        e = self.evidence
        findings = (e.lost, e.pair, e.unknown, e.latest, e.roster)
        return (self.hour, tuple(sorted(self.inputs.items())), findings, self.rules, e.roster, self.overridden)


@dataclass(frozen=True)
class Asking:
    """Somebody who approves, by name and key; `signed` is what was signed elsewhere, None for who brings the key."""

    name: str
    key: Key
    signed: tuple[object, ...] | None = None


@dataclass(frozen=True)
class Approved:
    """One approval: by whom, when, and of what."""

    name: str
    key: Key
    hour: float
    inputs: Inputs
    lost: frozenset[int]
    losses: int
    size: int
    rules: str
    overridden: int


@dataclass(frozen=True)
class Published:
    """What was decided: the decision, its moment, and by which keys it was approved."""

    decision: str = "HOLD"
    hour: float = 0.0
    people: tuple[tuple[str, Key], ...] = ()

    def is_in_time(self, hour: float) -> bool:
        """Whether it releases, and is valid at a moment."""
        return self.decision == "RELEASE" and self.hour <= hour < self.hour + VALID_HOURS

    def is_believed(self, hour: float, register: Mapping[str, Key]) -> bool:
        """Whether KS may act on it at a moment."""
        return self.is_in_time(hour) and all(register.get(name) == key for name, key in self.people)


@dataclass(frozen=True)
class State:
    """Where a release stands.

    `shown`: the published file says RELEASE, whether or not anybody believes it. `stained`: what is published was put
    there by something that the ledger does not know. `ever`: the ledger has an approval, so that it must be signed.
    """

    approvals: tuple[Approved, ...] = ()
    released: bool = False
    published: Published = Published()
    shown: bool = False
    stained: bool = False
    ever: bool = False

    def lapsed(self) -> State:
        """The same after the approvals have lapsed, which only what was approved can."""
        return replace(self, approvals=(), released=False, published=Published(), shown=False, stained=False)


def evaluate(state: State, now: Now, asking: Asking | None = None) -> tuple[State, bool]:
    """What an audit makes of it, or an approver's evaluation, and whether an approval was recorded."""
    if not now.ledger_whole or (state.ever and not now.has_key):
        return replace(_hold(state, now), stained=True), False
    if state.released and state.stained:
        # Whatever this run can tell beside that: a hold has been told.
        state = state.lapsed()
    met = now.is_met
    counting = tuple(approval for approval in state.approvals if approval.hour <= now.hour)
    if counting and now.steady and not _stands(state, counting, now, met):
        if state.released and counting != state.approvals:
            return _hold(state, now), False
        state = state.lapsed()
    elif met and state.released and counting and counting == state.approvals:
        return _release(state, now, counting), False
    if asking is None or not met:
        return _hold(state, now), False
    return _ask(state, now, asking)


def _ask(state: State, now: Now, asking: Asking) -> tuple[State, bool]:
    name, key = asking.name, asking.key
    # What was released on later approvals is not approved once more, dated back.
    if now.register.get(name) != key or state.released:
        return _hold(state, now), False
    counting = tuple(approval for approval in state.approvals if approval.hour <= now.hour)
    recorded = False
    if not _are_two(counting):
        if any(name == approval.name or key == approval.key for approval in state.approvals):
            return _hold(state, now), False
        if asking.signed is not None and asking.signed != now.signed:
            return _hold(state, now), False
        given = Approved(
            name,
            key,
            now.hour,
            tuple(sorted(now.inputs.items())),
            lost(now.evidence),
            losses_of(now.evidence),
            now.evidence.roster,
            now.rules,
            now.overridden,
        )
        state = replace(state, approvals=(*state.approvals, given), ever=True)
        counting, recorded = (*counting, given), True
    if not _are_two(counting) or len({approval.inputs for approval in counting}) > 1:
        return _hold(state, now), recorded
    return replace(_release(state, now, counting), released=True), recorded


def _release(state: State, now: Now, counting: tuple[Approved, ...]) -> State:
    people = tuple((approval.name, approval.key) for approval in counting)
    return replace(state, published=Published("RELEASE", now.hour, people), shown=True, stained=False)


def _hold(state: State, now: Now) -> State:
    return replace(state, published=Published("HOLD", now.hour), shown=False, stained=False)


def _are_two(approvals: tuple[Approved, ...]) -> bool:
    return any(one.name != two.name and one.key != two.key for one in approvals for two in approvals)


def _stands(state: State, counting: tuple[Approved, ...], now: Now, met: bool) -> bool:
    """Whether what was approved is what is there now, but for what a release may be renewed over."""
    last = state.approvals[-1]
    same = all(dict(approval.inputs) == dict(now.inputs) for approval in counting)
    return (
        met
        and (same or (state.released and extends(dict(last.inputs), now.inputs)))
        and lost(now.evidence) <= last.lost
        and losses_of(now.evidence) <= last.losses
        and all(approval.rules == now.rules and approval.size <= now.evidence.roster for approval in counting)
        and all(now.overridden <= approval.overridden for approval in counting)
        and all(now.register.get(approval.name) == approval.key for approval in state.approvals)
    )


def after_kill(state: State, now: Now, asking: Asking | None, withdrawn: bool) -> set[State]:
    """What a process that was killed may leave: what was, what would have been, or an approval without its release.

    Once a hold has been told (`withdrawn`), what was released does not stand any longer.
    """
    after, recorded = evaluate(state, now, asking)
    left = {after}
    if recorded:
        lapsed = after.approvals[: len(state.approvals)] != state.approvals
        left |= {
            replace(after, released=state.released and not lapsed, published=Published("HOLD", now.hour), shown=False),
            evaluate(state, now)[0],
        }
    if withdrawn and state.shown:
        left |= {state.lapsed(), *(replace(half, stained=True) for half in left if half.released)}
    else:
        left.add(state)
    return left
