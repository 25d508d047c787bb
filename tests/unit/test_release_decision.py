"""The decision is a function of the facts: any doubt holds, and nothing but doubt gone waits for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldingskontroll.domain import Clock
from meldingskontroll.release.approvals import Approval
from meldingskontroll.release.decision import Blocking, Checks, Drill, Facts, Standing, evaluate, may_release
from support.facts import sound_facts

CLOCK = Clock.parse("2023-07-01T08:00:00+02:00")
SOUND = sound_facts(2, 77, 3)
ONE = Blocking("0301", "05", ("LOG_COVERED",))


def test_knowing_nothing_holds_for_every_reason_that_nothing_answers() -> None:
    reasons = [str(reason) for reason in evaluate(Facts(), CLOCK).global_reasons]
    assert reasons == ["PORTAL_MANIFEST_MISSING", "CHECK_FAILED", "DRILL_FAILED", "ROSTER_EMPTY"]


def test_with_everything_met_the_single_reason_is_that_approval_is_awaited() -> None:
    assert [str(reason) for reason in evaluate(SOUND, CLOCK).global_reasons] == ["AWAITING_APPROVAL"]


@pytest.mark.parametrize(
    ("doubt", "reasons"),
    [
        ({"blocking": (ONE,), "verified": 1}, ["REQUIREMENTS_UNMET"]),
        ({"verified": 1}, ["REQUIREMENTS_UNMET", "CHECK_FAILED"]),
        ({"blocking": (ONE,)}, ["REQUIREMENTS_UNMET", "CHECK_FAILED"]),
        ({"portal_declared": False}, ["PORTAL_MANIFEST_MISSING"]),
        ({"portal_complete": False}, ["PORTAL_INCOMPLETE"]),
        ({"messages_to_unknown": 1}, ["RECIPIENT_UNKNOWN"]),
        ({"results_readable": False}, ["CHECK_FAILED"]),
        ({"inputs_steady": False}, ["CHECK_FAILED"]),
        ({"record_sound": False}, ["CHECK_FAILED"]),
        ({"checks": Checks(77, 76, 0)}, ["CHECK_FAILED"]),
        ({"checks": Checks(77, 77, 1)}, ["CHECK_FAILED"]),
        ({"checks": Checks(77, 78, 0)}, ["CHECK_FAILED"]),
        ({"checks": Checks(0, 0, 0)}, ["CHECK_FAILED"]),
        ({"drill": Drill(0, 0, 0)}, ["DRILL_FAILED"]),
        ({"drill": Drill(3, 2, 0)}, ["DRILL_FAILED"]),
        ({"drill": Drill(3, 3, 1)}, ["DRILL_FAILED"]),
        ({"roster_size": 0, "verified": 0}, ["ROSTER_EMPTY"]),
    ],
)
def test_each_doubt_has_its_reason_and_no_approval_is_awaited(doubt: dict[str, Any], reasons: list[str]) -> None:
    assert [str(reason) for reason in evaluate(replace(SOUND, **doubt), CLOCK).global_reasons] == reasons


@given(
    roster_size=st.integers(0, 3),
    verified=st.integers(0, 3),
    declared=st.booleans(),
    complete=st.booleans(),
    readable=st.booleans(),
    unknown=st.integers(0, 1),
    run=st.integers(0, 2),
    planted=st.integers(0, 1),
)
def test_no_facts_at_all_release(
    roster_size: int,
    verified: int,
    declared: bool,
    complete: bool,
    readable: bool,
    unknown: int,
    run: int,
    planted: int,
) -> None:
    facts = Facts(
        roster_size, verified, (), declared, complete, unknown, readable, Checks(1, run, 0), Drill(planted, 1, 0)
    )
    decision = evaluate(facts, CLOCK)
    assert decision.decision == "HOLD"
    assert decision.global_reasons
    assert decision.valid_until_utc is None
    assert decision.approvals == ()


def test_the_document_has_the_contracts_keys_in_order() -> None:
    document = evaluate(replace(SOUND, blocking=(ONE,), verified=1), CLOCK).document({"portal/x": "ab"}, "1+2")
    assert document == {
        "decision": "HOLD",
        "as_of_utc": "2023-07-01T06:00:00Z",
        "valid_until_utc": None,
        "roster_size": 2,
        "verified": 1,
        "blocking": [{"municipality_no": "0301", "district_no": "05", "reasons": ["LOG_COVERED"]}],
        "global_reasons": ["REQUIREMENTS_UNMET"],
        "drill": {"planted": 3, "found": 3, "false_alarms": 0},
        "checks": {"expected": 77, "run": 77, "failed": 0},
        "inputs": {"portal/x": "ab"},
        "ruleset_version": "1+2",
        "approvals": [],
    }


# Two people's approvals of this very evidence, and every way in which it can be less than that.
NOON = CLOCK.as_of_utc


def approval(name: str, thumbprint: str = "", **changed: Any) -> Approval:
    given = Approval(name, "state", "findings", "rules", 2, NOON, thumbprint or name, {}, f"signed by {name}")
    return replace(given, **changed)


KARI, OLA = approval("Kari Ås"), approval("Ola Nordmann")
STANDING = Standing(
    approvals=(KARI, OLA),
    released=True,
    state="state",
    ruleset_version="rules",
    keys_stand=True,
    extends=True,
    new_losses=0,
)
ASKED = replace(STANDING, released=False, approving=True)
LATER = NOON + timedelta(seconds=1)


@pytest.mark.parametrize("standing", [STANDING, ASKED, replace(STANDING, state="extended")])
def test_two_peoples_approval_of_sound_evidence_releases_for_24_hours(standing: Standing) -> None:
    decision = may_release(SOUND, standing, CLOCK)
    assert (decision.decision, decision.global_reasons, decision.lapses) == ("RELEASE", (), ())
    assert (decision.as_of_utc, decision.valid_until_utc) == ("2023-07-01T06:00:00Z", "2023-07-02T06:00:00Z")
    assert decision.approvals == (KARI, OLA)


@pytest.mark.parametrize("base", [STANDING, ASKED])
@pytest.mark.parametrize(
    ("changed", "lapses"),
    [
        ({"approvals": ()}, ()),
        ({"approvals": (KARI,)}, ()),
        ({"approvals": (KARI, KARI)}, ()),
        ({"approvals": (KARI, approval("KARI  ÅS", "another key"))}, ()),
        ({"approvals": (KARI, approval("Per Dobbel", "Kari Ås"))}, ()),
        ({"approvals": (KARI, replace(OLA, as_of_utc=LATER))}, ()),
        ({"released": False, "approving": False}, ()),
        ({"keys_stand": False}, ("APPROVER_REMOVED",)),
        ({"ruleset_version": "newer"}, ("RULESET_CHANGED",)),
        ({"approvals": (KARI, replace(OLA, ruleset_version="older"))}, ("RULESET_CHANGED",)),
        ({"state": "other", "extends": False}, ("INPUTS_CHANGED",)),
        ({"approvals": (KARI, replace(OLA, state="other")), "extends": False}, ("INPUTS_CHANGED",)),
        ({"approvals": (KARI, replace(OLA, state="other"))}, ("INPUTS_CHANGED",)),
        ({"approvals": (KARI, replace(OLA, roster_size=3))}, ("ROSTER_SMALLER",)),
        ({"new_losses": 1}, ("NEW_LOSSES",)),
        ({"new_losses": None}, ("NEW_LOSSES",)),
        ({"held_elsewhere": True}, ("HELD_ELSEWHERE",)),
    ],
)
def test_each_thing_that_is_less_holds_alone(base: Standing, changed: dict[str, Any], lapses: tuple[str, ...]) -> None:
    decision = may_release(SOUND, replace(base, **changed), CLOCK)
    assert (decision.decision, decision.valid_until_utc) == ("HOLD", None)
    assert decision.lapses == lapses
    assert decision.approvals == () if lapses else len(decision.global_reasons) == 1


def test_before_a_release_only_the_very_same_inputs_will_do() -> None:
    decision = may_release(SOUND, replace(ASKED, state="extended"), CLOCK)
    assert (decision.decision, decision.lapses) == ("HOLD", ("INPUTS_CHANGED",))


@pytest.mark.parametrize(
    "doubt",
    [
        {"blocking": (ONE,), "verified": 1},
        {"portal_declared": False},
        {"portal_complete": False},
        {"messages_to_unknown": 1},
        {"results_readable": False},
        {"checks": Checks(77, 77, 1)},
        {"drill": Drill(3, 2, 0)},
        {"roster_size": 0, "verified": 0},
        {"inputs_steady": False},
        {"record_sound": False},
    ],
)
def test_each_doubt_about_the_evidence_holds_alone_whoever_has_approved(doubt: dict[str, Any]) -> None:
    for standing in (STANDING, ASKED):
        decision = may_release(replace(SOUND, **doubt), standing, CLOCK)
        assert decision.decision == "HOLD"
        unjudged = "inputs_steady" in doubt or "record_sound" in doubt
        assert bool(decision.lapses) is not unjudged, "what cannot be judged is not taken back for good"


MOMENTS = st.sampled_from([NOON - timedelta(days=1), NOON, LATER])
APPROVALS = st.builds(
    approval,
    name=st.sampled_from(["Kari Ås", "kari ås", "Ola Nordmann"]),
    thumbprint=st.sampled_from(["a", "b"]),
    state=st.sampled_from(["state", "other"]),
    ruleset_version=st.sampled_from(["rules", "older"]),
    roster_size=st.sampled_from([2, 3]),
    as_of_utc=MOMENTS,
)


@given(
    facts=st.builds(replace, st.just(SOUND), inputs_steady=st.booleans(), verified=st.sampled_from([1, 2])),
    standing=st.builds(
        Standing,
        approvals=st.lists(APPROVALS, max_size=3).map(tuple),
        released=st.booleans(),
        approving=st.booleans(),
        state=st.sampled_from(["state", "other"]),
        ruleset_version=st.just("rules"),
        keys_stand=st.booleans(),
        extends=st.booleans(),
        new_losses=st.sampled_from([None, 0, 1]),
        held_elsewhere=st.booleans(),
        lapsed_here=st.booleans(),
    ),
)
def test_no_standing_at_all_releases_without_two_people_behind_this_evidence(facts: Facts, standing: Standing) -> None:
    decision = may_release(facts, standing, CLOCK)
    counted = [a for a in standing.approvals if a.as_of_utc <= NOON]
    people = {(a.name.casefold(), a.thumbprint) for a in counted}
    carried = (
        facts == SOUND
        and any(one[0] != two[0] and one[1] != two[1] for one in people for two in people)
        and standing.keys_stand
        and standing.new_losses == 0
        and not standing.held_elsewhere
        and all(a.ruleset_version == "rules" and a.roster_size == 2 for a in counted)
        and (
            (standing.approving and {a.state for a in counted} == {standing.state})
            or (
                standing.released
                and not standing.approving
                and len(counted) == len(standing.approvals)
                and len({a.state for a in counted}) == 1
                and (standing.extends or {a.state for a in counted} == {standing.state})
            )
        )
    )
    assert (decision.decision == "RELEASE") is carried
    assert bool(decision.global_reasons) is not carried
    assert decision.released is (decision.valid_until_utc is not None)
    if not counted:
        assert decision.approvals == ()
        assert decision.lapses in {(), ("HELD_ELSEWHERE",) if standing.released and standing.held_elsewhere else ()}
