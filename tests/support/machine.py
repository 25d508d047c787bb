"""The machine of histories: whatever may happen to a release, in any order, held against the model after each event."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from support.evidence import CHOICES, Evidence
from support.histories import BOTH, EVA, KARI, OLA, World
from support.judged_once import Bench

PEOPLE = st.sampled_from([KARI, OLA, EVA])
CHANGES = st.sampled_from([(part, value) for part, values in CHOICES.items() for value in values])
HOURS = st.sampled_from([0.5, 1, 1, 2, 6, 24, -1, -3, -24])
KILLS = st.one_of(st.none(), st.none(), st.integers(0, 40))
MEMORY = Path("/dev/shm")
"""Where there is one, so that nothing waits for a disk."""


@contextmanager
def a_bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as spare:
        bench = Bench(Path(spare))
        try:
            yield bench
        finally:
            bench.close()


class Histories(RuleBasedStateMachine):
    """One history after the other, each in a folder of its own, and each put in order and released at its end."""

    bench: Bench

    @initialize(released=st.booleans())
    def begin(self, released: bool) -> None:
        self.world = World(self.bench)
        if released:
            self.two_people_approve()

    def teardown(self) -> None:
        """Whatever has happened: once everything is in order, two people's approvals release."""
        try:
            self.world.settle()
        finally:
            self.world.close()

    @rule(change=CHANGES, beside=st.booleans(), audited=st.booleans())
    def the_evidence_changes(self, change: tuple[str, Any], beside: bool, audited: bool) -> None:
        self.world.change(*change, beside=beside)
        if audited:
            self.world.audit()

    @rule(pair=st.booleans())
    def a_loss_is_found_and_followed_up(self, pair: bool) -> None:
        """Every requirement is met all the same; what is known of it stands in files that are added."""
        more = {"pair": True, "stated": 2} if pair else {"lost": frozenset({3, 5}), "stated": 2}
        for part, value in {"followed": frozenset({0, 3, 5}), **more}.items():
            self.world.change(part, value, beside=True)
        self.world.audit()

    @rule(hours=st.sampled_from([0.5, 1.5, 3]))
    def an_audit_of_an_earlier_moment_runs(self, hours: float) -> None:
        self.world.hour -= hours
        self.world.audit()
        self.world.check()
        self.world.hour += hours

    @rule(name=PEOPLE, hours=st.sampled_from([0.5, 1.5, 3]))
    def somebody_approves_at_an_earlier_moment(self, name: str, hours: float) -> None:
        self.world.hour -= hours
        self.world.approve(name, name)
        self.world.check()
        self.world.hour += hours

    @rule(change=CHANGES, kill_at=st.integers(0, 40))
    def a_run_that_finds_something_is_killed(self, change: tuple[str, Any], kill_at: int) -> None:
        self.world.change(*change)
        self.world.audit(kill_at=kill_at)

    @rule()
    def the_evidence_is_put_in_order(self) -> None:
        for part, value in vars(Evidence()).items():
            if getattr(self.world.evidence, part) != value:
                self.world.change(part, value)

    @rule()
    def the_portal_is_read_once_more(self) -> None:
        if self.world.days < 20:
            self.world.extend()

    @rule()
    def the_portals_log_loses_a_row(self) -> None:
        self.world.lose_a_row()

    @rule(hours=HOURS)
    def time_passes_or_the_clock_is_set(self, hours: float) -> None:
        self.world.hour += hours

    @rule(name=PEOPLE, key=st.sampled_from([KARI, OLA, EVA, "ny", BOTH, None]))
    def the_register_changes(self, name: str, key: str | None) -> None:
        self.world.enter(name, key)

    @rule()
    def the_register_is_put_in_order(self) -> None:
        for name in (KARI, OLA, EVA):
            self.world.enter(name, name)

    @rule()
    def the_rules_change(self) -> None:
        self.world.rules += "1"

    @rule()
    def the_services_key_is_lost(self) -> None:
        self.world.lose_key()

    @rule(how=st.sampled_from(["no certificate", "RELEASE", "HOLD"]))
    def a_hand_changes_what_is_published(self, how: str) -> None:
        self.world.tamper(how)

    @rule()
    def the_inputs_can_not_be_audited(self) -> None:
        self.world.unauditable()

    @rule(kill_at=KILLS, steady=st.sampled_from([True, True, True, False]))
    def an_audit_runs(self, kill_at: int | None, steady: bool) -> None:
        self.world.audit(steady=steady, kill_at=kill_at)

    @rule(name=PEOPLE, kill_at=KILLS)
    def somebody_approves(self, name: str, kill_at: int | None) -> None:
        self.world.approve(name, name, kill_at=kill_at)

    @rule(name=PEOPLE, key=st.sampled_from([KARI, OLA, "ny"]))
    def somebody_approves_with_some_key(self, name: str, key: str) -> None:
        self.world.approve(name, key)

    @rule()
    def two_people_approve(self) -> None:
        self.world.approve(KARI, KARI)
        self.world.hour += 1
        self.world.approve(OLA, OLA)

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
