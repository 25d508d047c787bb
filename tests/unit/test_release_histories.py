"""No history releases wrongly, and every history that ends in order can be released: a machine against a model.

`python scripts/histories.py 10000` runs ten thousand; here are some, and faults that they would find.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase

from meldingskontroll import publishing
from meldingskontroll.release import approvals as approvals_module
from meldingskontroll.release import decide, decision, record, renewal, verify
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import Approver
from support.histories import EVA, KARI, OLA, World
from support.judged_once import Bench
from support.machine import a_bench, histories


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with a_bench() as made:
        yield made


def test_no_history_releases_wrongly_and_every_one_that_ends_in_order_is_released(bench: Bench) -> None:
    histories(bench, 120)
    assert bench.told["settled"] >= 120 and bench.told["killed"] > 5 and len(bench.seen) > 5


def _none_is_seen(*_: Any, **__: Any) -> bool:
    return False


def _nothing(*_: Any, **__: Any) -> None:
    return None


MAY_RELEASE = decision.may_release


def _the_first_release_by_an_audit(facts: Any, standing: Any, clock: Any) -> Any:
    return MAY_RELEASE(facts, replace(standing, approving=True), clock)


def _whatever_was_approved(facts: Any, standing: Any, clock: Any) -> Any:
    approved = tuple(replace(a, as_of_utc=min(a.as_of_utc, clock.as_of_utc)) for a in standing.approvals)
    return MAY_RELEASE(facts, replace(standing, approvals=approved), clock)


FAULTS: dict[str, list[tuple[Any, str, Any]]] = {
    "one person is enough": [
        (module, "are_two_people", lambda approvals: len(approvals) > 0)
        for module in (decision, approvals_module, verify)
    ],
    "an audit makes the first release": [(decide, "may_release", _the_first_release_by_an_audit)],
    "an approval of later counts": [(decide, "may_release", _whatever_was_approved)],
    "changed inputs are taken for extended": [(renewal, "is_extension", lambda *_: True)],
    "a new loss is not counted": [(renewal, "count_new_losses", lambda *_: 0)],
    "unmet requirements are not seen": [(decision, "what_stands_in_the_way", lambda _: ())],
    "an approver who left still counts": [(record.Record, "_keys_stand", lambda *_: True)],
    "nothing lapses": [(record.Record, "lapse", _nothing)],
    "what a hand took back is renewed": [(record.Record, "_is_held_elsewhere", _none_is_seen)],
    "a release that is taken back is left in place": [
        (publishing, "withdraw", _nothing),
        (publishing, "revoke", _nothing),
    ],
    "a certificate holds for a week": [
        (decision, "VALID_FOR", timedelta(days=7)),
        (verify, "LONGEST", timedelta(days=7)),
    ],
    "whose key it is does not matter": [(Approving, "check_person", lambda self, work: Approver(self.name, self.key))],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_finds_a_fault_that_was_planted(fault: str, bench: Bench) -> None:
    with ExitStack() as stack:
        for place, name, value in FAULTS[fault]:
            stack.enter_context(patch.object(place, name, value))
        with pytest.raises(AssertionError):
            histories(bench, 2000, phases=[Phase.generate], report_multiple_bugs=False)


def test_an_approval_dated_back_between_two_others_does_not_carry_other_inputs(bench: Bench) -> None:
    """A third person's approval of other inputs must not stand in for the two that the release was given on."""
    world = World(bench)
    world.approve(KARI, KARI)
    world.hour = 2
    world.approve(OLA, OLA)
    world.check()
    world.lose_a_row()
    world.hour = 1
    world.approve(EVA, EVA)
    world.check()
    world.hour = 3
    world.audit()
    world.check()
    assert {state.published.decision for state in world.possible} == {"HOLD"}
    world.settle()
    world.close()
