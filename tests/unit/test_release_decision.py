"""The decision is a function of the facts: any doubt holds, and nothing but doubt gone waits for people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldingskontroll.domain import Clock
from meldingskontroll.release.decision import Blocking, Checks, Drill, Facts, evaluate

CLOCK = Clock.parse("2023-07-01T08:00:00+02:00")
SOUND = Facts(
    roster_size=2,
    verified=2,
    portal_declared=True,
    portal_complete=True,
    results_readable=True,
    checks=Checks(77, 77, 0),
    drill=Drill(3, 3, 0),
    inputs_steady=True,
    record_sound=True,
)
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
