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
from hypothesis import Phase, seed

from meldingskontroll import publishing
from meldingskontroll.release import approvals as approvals_module
from meldingskontroll.release import decide, decision, ledger, record, renewal, verify
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import Approver
from meldingskontroll.release.service import reader
from support.evidence import Evidence
from support.healthy import LARVIK, OSLO
from support.histories import World
from support.judged_once import Bench
from support.machine import a_bench, histories
from support.situation import EVA, KARI, OLA


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with a_bench() as made:
        yield made


def test_no_history_releases_wrongly_and_every_one_that_ends_in_order_is_released(bench: Bench) -> None:
    histories(bench, 60, decorate=seed(1))
    told = bench.told
    assert told["settled"] >= 60 and told["killed"] > 5 and len(bench.seen) > 5
    assert told["answers of the service: RELEASE"] > 60 and told["lapses of a release"] > 5


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


def _overrides_are_not_told(facts: Any, standing: Any, clock: Any) -> Any:
    return MAY_RELEASE(replace(facts, overrides=()), standing, clock)


def _every_release_there_ever_was(found: ledger.Ledger) -> dict[str, str]:
    releases = [line for line in found.of("decision") if line["decision"] == "RELEASE"]
    return {line["decision_sha256"]: line["clearance_sha256"] for line in releases}


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
    "overrides are not told": [(decide, "may_release", _overrides_are_not_told)],
    "what was taken back stands once it is put back": [(reader, "standing_releases", _every_release_there_ever_was)],
    "an approval counts that is not signed for in the ledger": [(ledger, "_is_leave", lambda _: False)],
    "a run that comes to nothing leaves a release": [(publishing, "may_say_release", lambda _: False)],
    "whose key it is does not matter": [(Approving, "check_person", lambda self, work: Approver(self.name, self.key))],
}


SOON = {
    "a new loss is not counted": 3,
    "an approver who left still counts": 3,
    "overrides are not told": 2,
    "changed inputs are taken for extended": 2,
}
"""Seeds of which the first histories meet the fault; any meets it in the end."""


@pytest.mark.parametrize("fault", FAULTS)
def test_the_machine_finds_a_fault_that_was_planted(fault: str, bench: Bench) -> None:
    with ExitStack() as stack:
        for place, name, value in FAULTS[fault]:
            stack.enter_context(patch.object(place, name, value))
        with pytest.raises(AssertionError):
            histories(
                bench, 2000, decorate=seed(SOON.get(fault, 1)), phases=[Phase.generate], report_multiple_bugs=False
            )


def decisions(world: World) -> set[str]:
    return {state.published.decision for state in world.possible}


def released(bench: Bench) -> World:
    world = World(bench)
    for name in (KARI, OLA):
        world.approve(name, name)
        world.check()
    assert decisions(world) == {"RELEASE"}
    return world


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
    assert decisions(world) == {"HOLD"}
    world.settle()
    world.close()


@pytest.mark.parametrize("by_hand", [False, True])
def test_an_override_needs_both_is_loud_and_lets_no_lost_message_go(by_hand: bool, bench: Bench) -> None:
    world = World(bench)
    world.change("followed", frozenset())
    world.approve(KARI, KARI)
    world.check()
    assert not any(state.approvals for state in world.possible)
    if by_hand:
        world.override_by_hand(LARVIK, "LOSSES_FOLLOWED_UP", -3)
    else:
        world.override(KARI, LARVIK, "LOSSES_FOLLOWED_UP")
    for name, expected in ((KARI, "HOLD"), (OLA, "RELEASE")):
        world.approve(name, name)
        world.check()
        assert decisions(world) == {expected}
    paper = world.believed()
    assert paper is not None and (paper.overridden, len(paper.gone)) == (1, 9)
    world.settle()
    world.close()


@pytest.mark.parametrize("day", [0, 1])
def test_an_override_that_is_added_or_comes_due_later_carries_no_release(day: int, bench: Bench) -> None:
    world = released(bench)
    world.override_by_hand(LARVIK, "LOSSES_FOLLOWED_UP", day)
    world.audit()
    world.check()
    assert decisions(world) == {"RELEASE"}, "it is not needed, and files may be added"
    world.hour += 24
    world.evidence = Evidence(followed=frozenset())
    world.audit()
    world.check()
    assert decisions(world) == {"HOLD"}
    world.close()


@pytest.mark.parametrize("which", ["all", "all and the ledger"])
def test_what_was_taken_back_is_not_believed_where_every_file_of_it_is_put_back(which: str, bench: Bench) -> None:
    world = released(bench)
    world.copy()
    world.change("reported", False)
    world.audit()
    world.check()
    assert world.put_back(which, 0)
    world.check()
    assert world.believed() is None
    world.settle()
    world.close()


def test_a_release_is_renewed_for_days_over_a_message_that_is_kept_and_runs_out_after_one_without(
    bench: Bench,
) -> None:
    world = released(bench)
    for became in ("in_transit", "not_delivered", "printed", "unknown"):
        world.hour += 23
        world.extend()
        world.change("latest", became)
        world.audit()
        world.check()
        paper = world.believed()
        assert paper is not None and len(paper.gone) == (11 if became == "printed" else 10)
        assert paper.published.is_believed(world.hour, world.register)
    world.hour += 24
    world.check()
    assert not paper.published.is_believed(world.hour, world.register)
    world.close()


def test_nobody_overrides_in_a_name_that_may_not_approve_nor_for_the_whole_extract(bench: Bench) -> None:
    world = World(bench)
    world.enter(KARI, None)
    world.override(KARI, OSLO, "LOG_COVERED")
    world.override(OLA, OSLO, "PORTAL_COVERED")
    assert world.overrides == ()
    world.close()
