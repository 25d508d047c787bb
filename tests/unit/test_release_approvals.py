"""Approvals: what of a signed statement is believed, what the ledger's lines come to, and why a person is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from meldingskontroll.domain import Clock, GlobalReason, RefusedError
from meldingskontroll.lake import WorkFolder, write_json
from meldingskontroll.release import jose
from meldingskontroll.release.approvals import Approval, derive, read_approval, sign_statement
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import Approver
from meldingskontroll.release.decision import Blocking, Decision, Facts
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.ledger import Ledger

KARI, OLA = jose.new_key("Kari Ås"), jose.new_key("Ola Nordmann")
STATED: dict[str, Any] = {
    "state": "s" * 64,
    "findings_sha256": "f" * 64,
    "ruleset_version": "2023.1+abc",
    "roster_size": 2,
    "as_of_utc": "2023-07-01T05:00:00Z",
}
MOMENT = Clock.parse("2023-07-01T05:00:00Z")


def person(key: OKPKey) -> Approver:
    return Approver(str(key.kid), key)


def statement(key: OKPKey = KARI, **changed: Any) -> dict[str, Any]:
    return sign_statement(person(key), key, STATED | changed)


def refused(document: Any) -> str:
    with pytest.raises(SignatureRefusedError) as refusal:
        read_approval(document)
    return refusal.value.code


def test_what_was_signed_is_read_back_whole_and_written_as_it_was() -> None:
    document = statement()
    found = read_approval(document)
    assert found.document() == document
    assert found.document()["key"] is not document["key"]
    assert found == Approval(
        "Kari Ås",
        "s" * 64,
        "f" * 64,
        "2023.1+abc",
        2,
        MOMENT.as_of_utc,
        KARI.thumbprint(),
        jose.public_jwk(KARI),
        document["statement"],
    )


@pytest.mark.parametrize("number", [1, 2])
def test_the_number_of_overrides_is_what_was_signed_and_none_where_it_names_none(number: int) -> None:
    assert read_approval(statement()).overrides == 0
    assert read_approval(statement(overrides=number)).overrides == number


@pytest.mark.parametrize("number", [0, -1, True, "1", 1.5, None])
def test_what_is_no_number_of_overrides_is_no_approval(number: Any) -> None:
    assert refused(statement(overrides=number)) in {"APPROVAL_ALTERED", "APPROVAL_UNREADABLE"}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (None, "APPROVAL_UNREADABLE"),
        ({}, "APPROVAL_UNREADABLE"),
        (statement() | {"key": {}}, "WRONG_KEY"),
        (statement() | {"statement": "a.b"}, "NOT_A_JWS"),
        (statement() | {"key": jose.public_jwk(OLA)}, "UNKNOWN_KEY"),
        (statement() | {"name": "Ola Nordmann"}, "APPROVAL_ALTERED"),
        (statement() | {"thumbprint": OLA.thumbprint()}, "APPROVAL_ALTERED"),
        (statement() | {"as_of_utc": "2023-07-01T04:00:00Z"}, "APPROVAL_ALTERED"),
        (statement(as_of_utc="2023-07-01T07:00:00+02:00"), "APPROVAL_ALTERED"),
        (statement(as_of_utc="yesterday"), "APPROVAL_UNREADABLE"),
        (statement(roster_size="2"), "APPROVAL_ALTERED"),
        (statement(state=None), "APPROVAL_ALTERED"),
        (statement(more="x"), "APPROVAL_ALTERED"),
        (statement(name="Ola Nordmann"), "APPROVAL_ALTERED"),
    ],
)
def test_a_statement_that_says_other_than_stands_beside_it_is_refused(document: Any, code: str) -> None:
    assert refused(document) == code


def test_a_key_that_names_more_than_one_person_stands_for_none() -> None:
    approval = read_approval(statement())
    assert approval.key_stands([person(KARI), person(OLA)])
    assert not approval.key_stands([person(OLA)])
    assert not approval.key_stands([Approver("Kari Ås", OLA)])
    assert not approval.key_stands([person(KARI), Approver("kari ås", OLA)])


def line(event: str, **fields: Any) -> dict[str, Any]:
    return {"seq": 7, "event": event, **fields}


BOTH = (line("approval", approval=statement()), line("approval", approval=statement(OLA)))
RELEASE = line("decision", decision="RELEASE", decision_sha256="r")
HOLD = line("decision", decision="HOLD", decision_sha256="h")
LAPSE = line("lapse", state="now")


def after(*lines: dict[str, Any]) -> tuple[list[str], bool, str | None]:
    found = derive(Ledger(lines))
    return [approval.name for approval in found.active], found.released, found.lapsed_state


def test_an_empty_ledger_comes_to_nothing() -> None:
    assert derive(Ledger()).last_decision is None and derive(Ledger()).decisions == frozenset()
    assert after() == ([], False, None)


@pytest.mark.parametrize(
    ("lines", "comes_to"),
    [
        ((HOLD,), ([], False, None)),
        (BOTH, (["Kari Ås", "Ola Nordmann"], False, None)),
        ((*BOTH, HOLD), (["Kari Ås", "Ola Nordmann"], False, None)),
        ((*BOTH, RELEASE), (["Kari Ås", "Ola Nordmann"], True, None)),
        ((*BOTH, RELEASE, HOLD), (["Kari Ås", "Ola Nordmann"], True, None)),
        ((*BOTH, LAPSE), ([], False, None)),
        ((*BOTH, RELEASE, LAPSE), ([], False, "now")),
        ((*BOTH, RELEASE, LAPSE, line("lapse", state="later")), ([], False, "now")),
        ((*BOTH, RELEASE, LAPSE, HOLD), ([], False, "now")),
        ((*BOTH, RELEASE, LAPSE, BOTH[0]), (["Kari Ås"], False, None)),
        ((line("inputs", state="x"), *BOTH), (["Kari Ås", "Ola Nordmann"], False, None)),
    ],
)
def test_the_lines_come_to_who_has_approved_and_whether_it_was_released(lines: Any, comes_to: Any) -> None:
    assert after(*lines) == comes_to


def test_every_decision_is_remembered_and_the_last_one_is_known() -> None:
    found = derive(Ledger((HOLD, *BOTH, RELEASE, LAPSE)))
    assert (found.decisions, found.last_decision) == (frozenset({"h", "r"}), RELEASE)


@pytest.mark.parametrize("lines", [(), BOTH[:1], (BOTH[0], BOTH[0]), (*BOTH, LAPSE)])
def test_a_release_without_two_people_behind_it_is_seen(lines: Any) -> None:
    with pytest.raises(SignatureRefusedError, match="Linje 7 ") as refusal:
        derive(Ledger((*lines, RELEASE)))
    assert refusal.value.code == "UNBACKED"


FACTS = Facts(inputs_steady=True, record_sound=True, roster_size=4, blocking=(Blocking("0301", "05", ()),))
AWAITING = Decision("HOLD", (GlobalReason.AWAITING_APPROVAL,), FACTS, None)
UNMET = replace(AWAITING, global_reasons=(GlobalReason.REQUIREMENTS_UNMET, GlobalReason.DRILL_FAILED))


def asked(decision: Decision, *given: Approval, complete: bool = False, **later: bool) -> str | None:
    return Approving("Kari Ås", KARI).refuse(person(KARI), decision, given, complete=complete, **later)


def test_before_it_is_evaluated_an_approval_is_refused() -> None:
    assert Approving("Kari Ås", KARI).refusal == "Godkjenningen ble ikke vurdert."


def test_an_approval_is_recorded_where_nothing_but_approval_is_missing() -> None:
    by_ola = read_approval(statement(OLA))
    for reason in (GlobalReason.AWAITING_APPROVAL, GlobalReason.APPROVALS_LAPSED):
        decision = replace(AWAITING, global_reasons=(reason,))
        assert asked(decision) is None
        assert asked(decision, by_ola) is None
        assert asked(decision, read_approval(statement()), by_ola, complete=True) is None


@pytest.mark.parametrize(
    ("decision", "given", "said"),
    [
        (replace(AWAITING, decision="RELEASE", valid_until_utc="2023-07-02"), {}, "allerede frigitt, til 2023-07-02"),
        (replace(AWAITING, facts=replace(FACTS, inputs_steady=False)), {}, "en kilde ble endret"),
        (replace(AWAITING, facts=replace(FACTS, record_sound=False)), {}, "hovedboken holder ikke"),
        (UNMET, {}, r": REQUIREMENTS_UNMET, DRILL_FAILED. 1 av 4 i omfanget"),
        (UNMET, {"complete": True}, "1 av 4 i omfanget"),
        (replace(AWAITING, global_reasons=(*AWAITING.global_reasons, GlobalReason.DRILL_FAILED)), {}, "DRILL_FAILED"),
        (AWAITING, {"later": True}, "dateres tilbake"),
        (AWAITING, {"later": True, "complete": True}, "dateres tilbake"),
    ],
)
def test_an_approval_that_cannot_be_recorded_is_refused_with_the_reason(
    decision: Decision, given: Any, said: str
) -> None:
    assert said in (asked(decision, **given) or "")


def test_who_has_approved_cannot_be_the_second_under_either_name() -> None:
    assert "har allerede godkjent. Den andre" in (asked(AWAITING, read_approval(statement())) or "")
    twin = jose.private_key(KARI.as_dict(private=True) | {"kid": "Per Dobbel"})
    assert "under et annet navn" in (asked(AWAITING, read_approval(statement(twin))) or "")
    assert asked(AWAITING, read_approval(statement()), complete=True) is None


def test_the_key_must_be_the_one_that_the_name_has(tmp_path: Any) -> None:
    work = WorkFolder(tmp_path)
    write_json(work.approvers, jose.key_set([KARI, OLA]))
    found = Approving("KARI  ås", KARI).check_person(work)
    assert (found.name, found.thumbprint) == ("Kari Ås", KARI.thumbprint())
    with pytest.raises(RefusedError, match="ikke den som står på Kari Ås"):
        Approving("Kari Ås", OLA).check_person(work)


def test_a_statement_is_signed_in_the_name_that_the_register_has() -> None:
    own = jose.private_key(KARI.as_dict(private=True) | {"kid": "kari"})
    assert read_approval(Approving("kari", own).sign(person(KARI), STATED)).name == "Kari Ås"
