"""What a decision says beside HOLD and RELEASE: which reasons, whose approvals stand, and what they fall for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from meldingskontroll.domain import Clock
from meldingskontroll.release.approvals import Approval
from meldingskontroll.release.decision import Blocking, Facts, Override, Standing, evaluate, may_release
from support.facts import sound_facts

CLOCK = Clock.parse("2023-07-01T06:00:00Z")
SOUND = sound_facts(1, 1, 1)
UNMET = replace(SOUND, verified=0, blocking=(Blocking("0301", "05", ("LOG_COVERED",)),))
UNSTEADY = replace(SOUND, inputs_steady=False)
OVERRIDE = Override("0301", "05", "LOG_COVERED", "Loggen er brent.", "Kari Ås", "2023-07-01", "NO_LOG")


def approval(name: str, **changed: Any) -> Approval:
    given = Approval(name, "state", "findings", "rules", 1, CLOCK.as_of_utc, name, {}, f"signed by {name}")
    return replace(given, **changed)


PEOPLE = (approval("Kari Ås"), approval("Ola Nordmann"))
LATER = replace(PEOPLE[1], as_of_utc=CLOCK.as_of_utc + timedelta(seconds=1))
RELEASED = Standing(
    approvals=PEOPLE,
    released=True,
    state="state",
    ruleset_version="rules",
    keys_stand=True,
    extends=True,
    new_losses=0,
)
ASKED = replace(RELEASED, released=False, approving=True)
LAPSED = Standing(state="state", ruleset_version="rules", lapsed_here=True)


def test_without_overrides_the_document_has_no_such_key_and_with_one_it_tells_all_of_it() -> None:
    assert "overrides" not in evaluate(SOUND, CLOCK).document({}, "")
    document = evaluate(replace(SOUND, overrides=(OVERRIDE,)), CLOCK).document({}, "")
    assert document["overrides"] == [
        {
            "municipality_no": "0301",
            "district_no": "05",
            "requirement": "LOG_COVERED",
            "reason": "Loggen er brent.",
            "decided_by": "Kari Ås",
            "decided_on": "2023-07-01",
            "original_reason": "NO_LOG",
        }
    ]


@pytest.mark.parametrize(
    ("facts", "standing", "reasons"),
    [
        (UNMET, RELEASED, ["APPROVALS_LAPSED", "REQUIREMENTS_UNMET"]),
        (UNMET, ASKED, ["REQUIREMENTS_UNMET"]),
        (UNMET, LAPSED, ["APPROVALS_LAPSED", "REQUIREMENTS_UNMET"]),
        (UNMET, Standing(), ["REQUIREMENTS_UNMET"]),
        (UNSTEADY, RELEASED, ["CHECK_FAILED"]),
        (SOUND, replace(RELEASED, new_losses=1), ["APPROVALS_LAPSED"]),
        (SOUND, replace(ASKED, new_losses=1), ["AWAITING_APPROVAL"]),
        (SOUND, LAPSED, ["APPROVALS_LAPSED"]),
        (SOUND, replace(LAPSED, lapsed_here=False), ["AWAITING_APPROVAL"]),
        (SOUND, replace(ASKED, approvals=PEOPLE[:1], lapsed_here=True), ["AWAITING_APPROVAL"]),
    ],
)
def test_approvals_have_lapsed_only_where_a_release_was_taken_back(
    facts: Facts, standing: Standing, reasons: list[str]
) -> None:
    decision = may_release(facts, standing, CLOCK)
    assert (decision.decision, [str(reason) for reason in decision.global_reasons]) == ("HOLD", reasons)


@pytest.mark.parametrize(
    ("facts", "standing", "kept"),
    [
        (SOUND, Standing(), ()),
        (SOUND, replace(ASKED, approvals=PEOPLE[:1]), PEOPLE[:1]),
        (SOUND, replace(ASKED, approving=False), PEOPLE),
        (UNSTEADY, RELEASED, PEOPLE),
        (UNMET, RELEASED, ()),
    ],
)
def test_a_hold_names_the_approvals_that_still_stand_its_moment_and_what_it_rests_on(
    facts: Facts, standing: Standing, kept: tuple[Approval, ...]
) -> None:
    decision = may_release(facts, standing, CLOCK)
    assert (decision.approvals, decision.as_of_utc, decision.facts) == (kept, "2023-07-01T06:00:00Z", facts)


def test_a_release_names_what_it_rests_on() -> None:
    assert may_release(SOUND, RELEASED, CLOCK).facts == SOUND


def test_a_moment_before_all_had_approved_takes_nothing_back() -> None:
    """An audit dated back cannot tell of a release that was given later; the same evidence now would."""
    standing = replace(RELEASED, approvals=(PEOPLE[0], LATER), new_losses=1)
    assert may_release(SOUND, standing, CLOCK).lapses == ()
    assert may_release(SOUND, standing, Clock(CLOCK.as_of + timedelta(seconds=1))).lapses == ("NEW_LOSSES",)


@pytest.mark.parametrize(
    ("facts", "changed", "causes"),
    [
        (SOUND, {}, ("HELD_ELSEWHERE",)),
        (SOUND, {"approvals": (PEOPLE[0], LATER)}, ("HELD_ELSEWHERE",)),
        (UNSTEADY, {}, ("HELD_ELSEWHERE",)),
        (SOUND, {"new_losses": 1}, ("NEW_LOSSES", "HELD_ELSEWHERE")),
        (replace(SOUND, record_sound=False), {}, ()),
        (UNSTEADY, {"released": False}, ()),
        (UNSTEADY, {"held_elsewhere": False}, ()),
    ],
)
def test_what_was_taken_back_elsewhere_stays_so_whatever_else_a_run_can_tell(
    facts: Facts, changed: dict[str, Any], causes: tuple[str, ...]
) -> None:
    decision = may_release(facts, replace(RELEASED, **{"held_elsewhere": True} | changed), CLOCK)
    assert (decision.decision, decision.lapses) == ("HOLD", causes)
    assert bool(decision.approvals) is not bool(causes)


@pytest.mark.parametrize(
    ("facts", "changed", "causes"),
    [
        (UNMET, {}, ("REQUIREMENTS_UNMET",)),
        (replace(SOUND, overrides=(OVERRIDE,)), {}, ("OVERRIDES_ADDED",)),
        (replace(SOUND, overrides=(OVERRIDE,)), {"approvals": tuple(replace(a, overrides=1) for a in PEOPLE)}, ()),
        (SOUND, {"approvals": tuple(replace(a, overrides=1) for a in PEOPLE)}, ()),
        (replace(SOUND, roster_size=2, verified=2), {}, ()),
    ],
)
def test_approvals_fall_for_what_is_said_and_not_for_less_doubt_than_was_approved(
    facts: Facts, changed: dict[str, Any], causes: tuple[str, ...]
) -> None:
    assert may_release(facts, replace(RELEASED, **changed), CLOCK).lapses == causes
