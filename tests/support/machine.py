"""The machine of histories: whatever may happen to a release, in any order, held against the model after each event."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from support.evidence import CHOICES, LATEST, Evidence
from support.hands import CHANGED, LEDGER, PUT_BACK
from support.healthy import LARVIK, OSLO
from support.histories import World
from support.judged_once import Bench
from support.quickened import quickened
from support.situation import BOTH, EVA, KARI, OLA

PEOPLE = st.sampled_from([KARI, OLA, EVA])
CHANGES = st.sampled_from([(part, value) for part, values in CHOICES.items() for value in values])
HOURS = st.sampled_from([0.5, 1, 1, 2, 6, 24, -1, -3, -24])
MOMENTS = st.integers(0, 24)
"""Of a run, counted in changes of the disk: few runs make more."""
KILLS = st.one_of(st.none(), MOMENTS)
REQUIREMENTS = (
    *("CASE_SYSTEM_KNOWN", "FIX_INSTALLED", "PORTAL_COVERED", "LOG_COVERED", "LOSSES_FOLLOWED_UP", "CLEAN_SINCE_FIX"),
    *("SURVEY_ANSWERED", "SURVEY_AGREES", "DEVIATION_REPORTED"),
)
OVERRIDABLE: dict[str, dict[str, Any]] = {
    "CASE_SYSTEM_KNOWN": {"system": "UKJENT"},
    "LOG_COVERED": {"unknown": True},
    "LOSSES_FOLLOWED_UP": {"followed": frozenset()},
    "CLEAN_SINCE_FIX": {"fix": "too recent"},
    "SURVEY_AGREES": {"stated": 2},
    "DEVIATION_REPORTED": {"reported": False},
}
"""Requirements that one change of the evidence leaves unmet alone."""
AT_ONCE = 2
"""How many parts of the evidence are out of order at once, as a rule: more hide each other."""
MEMORY = Path("/dev/shm")
"""Where there is one, so that nothing waits for a disk."""


@contextmanager
def a_bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as spare:
        bench = Bench(Path(spare))
        try:
            with quickened(bench):
                yield bench
        finally:
            bench.close()


def step(**given: Any) -> Callable[[Callable[..., None]], Any]:
    """A rule of the machine, counted each time that it is taken."""

    def decorate(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def counted(machine: Any, **values: Any) -> None:
            machine.bench.told[f"step: {function.__name__}"] += 1
            function(machine, **values)

        return rule(**given)(counted)

    return decorate


class Histories(RuleBasedStateMachine):
    """One history after the other, each in a folder of its own, and each put in order and released at its end."""

    bench: Bench

    @initialize(released=st.sampled_from([True, True, False]))
    def begin(self, released: bool) -> None:
        self.world = World(self.bench)
        if released:
            self.world.approve(KARI, KARI)
            self.world.approve(OLA, OLA)

    def teardown(self) -> None:
        """Whatever has happened: once everything is in order, two people's approvals release."""
        try:
            self.world.settle()
        finally:
            self.world.close()

    def change(self, change: tuple[str, Any], *, beside: bool = False, many: bool = False) -> None:
        """Change one part of the evidence; if too much would be out of order at once, the rest is put right before."""
        healthy, world = Evidence(), self.world
        wrong = [p for p, v in vars(healthy).items() if p != change[0] and getattr(world.evidence, p) != v]
        for part in wrong[: 0 if many else max(len(wrong) + 1 - AT_ONCE, 0)]:
            world.change(part, getattr(healthy, part), beside=beside)
        world.change(*change, beside=beside)

    @step(change=CHANGES, beside=st.booleans(), audited=st.booleans(), many=st.sampled_from([False] * 7 + [True]))
    def the_evidence_changes(self, change: tuple[str, Any], beside: bool, audited: bool, many: bool) -> None:
        self.change(change, beside=beside, many=many)
        if audited:
            self.world.audit()

    @step(pair=st.booleans())
    def a_loss_is_found_and_followed_up(self, pair: bool) -> None:
        """Every requirement is met all the same; what is known of it stands in files that are added."""
        more = {"pair": True, "stated": 2} if pair else {"lost": frozenset({3, 5}), "stated": 2}
        for part, value in {"followed": frozenset({0, 3, 5, LATEST}), **more}.items():
            self.world.change(part, value, beside=True)
        self.world.audit()

    @step(became=st.sampled_from(["in_transit", "unknown", "not_delivered", "printed", "registered"]))
    def a_message_is_sent(self, became: str) -> None:
        """The portal's log grows, and nothing that was required before changes."""
        self.world.change("latest", became)
        self.world.audit()

    @step(hours=st.sampled_from([0.5, 1.5, 3]))
    def an_audit_of_an_earlier_moment_runs(self, hours: float) -> None:
        self.world.hour -= hours
        self.world.audit()
        self.world.check()
        self.world.hour += hours

    @step(name=PEOPLE, hours=st.sampled_from([0.5, 1.5, 3]))
    def somebody_approves_at_an_earlier_moment(self, name: str, hours: float) -> None:
        self.world.hour -= hours
        self.world.approve(name, name)
        self.world.check()
        self.world.hour += hours

    @step(change=CHANGES, kill_at=MOMENTS)
    def a_run_that_finds_something_is_killed(self, change: tuple[str, Any], kill_at: int) -> None:
        self.change(change)
        self.world.audit(kill_at=kill_at)

    @step()
    def the_evidence_is_put_in_order(self) -> None:
        for part, value in vars(Evidence()).items():
            if getattr(self.world.evidence, part) != value:
                self.world.change(part, value)

    @step()
    def the_portal_is_read_once_more(self) -> None:
        if self.world.days < 20:
            self.world.extend()

    @step()
    def the_portals_log_loses_a_row(self) -> None:
        self.world.lose_a_row()

    @step(hours=HOURS)
    def time_passes_or_the_clock_is_set(self, hours: float) -> None:
        self.world.hour += hours

    @step(days=st.integers(1, 3), hours=st.sampled_from([22, 23.5, 24, 26]))
    def days_pass_with_an_audit_each(self, days: int, hours: float) -> None:
        for _ in range(days):
            self.world.hour += hours
            self.world.check()
            self.world.audit()

    @step(name=PEOPLE, key=st.sampled_from([KARI, OLA, EVA, "ny", BOTH, None]))
    def the_register_changes(self, name: str, key: str | None) -> None:
        self.world.enter(name, key)

    @step()
    def the_register_is_put_in_order(self) -> None:
        for name in (KARI, OLA, EVA):
            self.world.enter(name, name)

    @step(name=st.sampled_from([OLA, EVA]))
    def one_person_approves_under_two_names(self, name: str) -> None:
        self.world.enter(name, KARI)
        for called in (KARI, name):
            self.world.approve(called, KARI)
            self.world.check()

    @step()
    def the_rules_change(self) -> None:
        self.bench.rules += "1"

    @step()
    def the_services_key_is_lost(self) -> None:
        self.world.lose_key()

    @step()
    def a_copy_is_kept(self) -> None:
        self.world.copy()

    @step(which=st.sampled_from(sorted(PUT_BACK)), copy=st.integers(0, 3))
    def a_hand_puts_a_copy_back(self, which: str, copy: int) -> None:
        self.bench.told[f"put back: {which}"] += self.world.put_back(which, copy)

    @step(which=st.sampled_from(["all", "all and the ledger"]), mended=st.booleans())
    def what_is_taken_back_is_put_back(self, which: str, mended: bool) -> None:
        self.two_people_approve()
        self.world.copies.clear()
        self.world.copy()
        self.change(("reported", False))
        self.world.audit()
        self.world.check()
        self.bench.told[f"put back: {which}"] += self.world.put_back(which, 0)
        if mended:
            self.world.check()
            self.change(("reported", True))

    @step(what=st.sampled_from(["approval replayed", "release replayed"]))
    def what_has_lapsed_is_written_into_the_ledger_again(self, what: str) -> None:
        self.world.approve(KARI, KARI)
        for reported in (False, True):
            self.change(("reported", reported))
            self.world.audit()
        self.bench.told[f"ledger: {what}"] += self.world.change_ledger(what)
        self.world.check()
        self.world.approve(OLA, OLA)

    @step(how=st.sampled_from(CHANGED))
    def a_hand_changes_what_is_published(self, how: str) -> None:
        self.bench.told[f"altered: {how}"] += self.world.change_published(how)

    @step(how=st.sampled_from(LEDGER))
    def a_hand_changes_the_ledger(self, how: str) -> None:
        self.bench.told[f"ledger: {how}"] += self.world.change_ledger(how)

    @step()
    def the_ledger_is_mended(self) -> None:
        self.world.mend_ledger()

    @step(
        requirement=st.sampled_from(sorted(OVERRIDABLE)),
        by_hand=st.booleans(),
        day=st.sampled_from([-9, 0, 1]),
        approved=st.booleans(),
    )
    def what_is_unmet_is_overridden(self, requirement: str, by_hand: bool, day: int, approved: bool) -> None:
        for part, value in OVERRIDABLE[requirement].items():
            self.change((part, value))
        if by_hand:
            self.world.override_by_hand(LARVIK, requirement, day)
        else:
            self.world.override(KARI, LARVIK, requirement)
        if approved:
            self.world.audit()
            self.world.check()
            self.two_people_approve()

    @step(name=PEOPLE, place=st.sampled_from([LARVIK, OSLO, "1103"]), requirement=st.sampled_from(REQUIREMENTS))
    def somebody_overrides(self, name: str, place: str, requirement: str) -> None:
        self.world.override(name, place, requirement)

    @step()
    def the_overrides_are_removed(self) -> None:
        self.world.remove_overrides()

    @step(unreadable=st.booleans(), kill_at=KILLS)
    def the_inputs_can_not_be_audited(self, unreadable: bool, kill_at: int | None) -> None:
        self.world.make_unreadable(True)
        self.world.audit(kill_at=kill_at)
        self.world.check()
        self.world.make_unreadable(unreadable)

    @step()
    def a_run_meets_a_fault_of_ours(self) -> None:
        self.world.audit(faulty=True)

    @step(kill_at=KILLS, steady=st.sampled_from([True, True, True, False]))
    def an_audit_runs(self, kill_at: int | None, steady: bool) -> None:
        self.world.audit(steady=steady, kill_at=kill_at)

    @step(name=PEOPLE, kill_at=KILLS)
    def somebody_approves(self, name: str, kill_at: int | None) -> None:
        self.world.approve(name, name, kill_at=kill_at)

    @step(name=PEOPLE, key=st.sampled_from([KARI, OLA, "ny"]))
    def somebody_approves_with_some_key(self, name: str, key: str) -> None:
        self.world.approve(name, key)

    @step(name=PEOPLE, key=st.sampled_from([None, None, "ny"]))
    def somebody_signs_elsewhere(self, name: str, key: str | None) -> None:
        self.world.sign_elsewhere(name, key or name)

    @step(which=st.integers(0, 3), at_its_moment=st.sampled_from([True, True, False]))
    def a_statement_is_brought(self, which: int, at_its_moment: bool) -> None:
        if not self.world.statements:
            self.world.audit()
            self.world.sign_elsewhere(OLA, OLA)
        self.world.bring(which, at_its_moment=at_its_moment)

    @step()
    def both_approve(self) -> None:
        self.two_people_approve()

    def two_people_approve(self) -> None:
        self.world.approve(KARI, KARI)
        self.world.hour += 1
        self.world.approve(OLA, OLA)

    @step(kill_at=MOMENTS)
    def the_second_approval_is_killed(self, kill_at: int) -> None:
        self.world.approve(KARI, KARI)
        self.world.approve(OLA, OLA, kill_at=kill_at)

    def check_invariants(self, *arguments: Any) -> None:
        super().check_invariants(*arguments)
        if hasattr(self, "world"):
            self.world.check()


def histories(
    bench: Bench, count: int, steps: int = 12, decorate: Callable[[Any], Any] = lambda machine: machine, **given: Any
) -> None:
    """Run as many histories.

    Raises:
        AssertionError: one of them came to what the model does not allow; it is told as short as it can be.
    """

    run_state_machine_as_test(
        decorate(type("TheseHistories", (Histories,), {"bench": bench})),
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            **given,
        ),
    )
