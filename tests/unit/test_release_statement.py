"""An approval that was signed on another machine: it counts for exactly what was shown, and for who signed it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meldingskontroll import approve, orchestration_release
from meldingskontroll.audit import Progress, Step
from meldingskontroll.cli import app
from meldingskontroll.domain import AuditInputError, Clock, RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.jose import APPROVAL, read_private_file, sign
from meldingskontroll.release.ledger import canonical
from meldingskontroll.release.statement import as_request, read_request, sign_request, what_to_state
from meldingskontroll.settings import Settings
from support.approved import KARI, OLA, Case

USERS = f"kari={KARI};ola={OLA}"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A folder that waits for people, and an audit that only decides: the rooms before it have their own tests."""
    found = Case(tmp_path / "case")
    settings = found.settings.model_copy(update={"work": found.work.root, "approver_users": USERS})
    monkeypatch.setattr(orchestration_release, "current", lambda: settings)

    def audit(work: WorkFolder, clock: Clock, given: Settings, progress: Progress | None, decide: Step) -> None:
        found.begin((clock.as_of - found.clock(0).as_of).total_seconds() / 3600)
        decide(work, clock, given)
        from meldingskontroll import publishing

        publishing.publish(work)

    monkeypatch.setattr(approve, "audit", audit)
    found.audit()
    return found


def context(case: Case, hours: float = 0) -> dict[str, Any]:
    return {"params": {"as_of": case.clock(hours).as_of.isoformat()}}


def answer(case: Case, name: str, user: str, request: str = "", **changes: Any) -> dict[str, Any]:
    """What Airflow hands on of a person's answer, signed with the key of `name`."""
    statement = sign_request(name, case.keys[name], request or as_request(what_to_state(case.work)))
    person = {"id": user, "name": user}
    return {
        "chosen_options": ["Approve"],
        "params_input": {"statement": statement},
        "responded_by_user": person,
    } | changes


def record(case: Case, given: dict[str, Any], *, last: bool = False, hours: float = 0) -> dict[str, Any]:
    return orchestration_release.record_approval(context(case, hours), given, last=last)


def test_two_people_release_with_what_they_signed_elsewhere(case: Case) -> None:
    assert record(case, answer(case, KARI, "kari"))["decision"] == "HOLD"
    assert record(case, answer(case, OLA, "ola"), last=True)["approved"] == [KARI, OLA]
    assert case.said == ("RELEASE", [])


def test_the_same_person_twice_does_not_release(case: Case) -> None:
    record(case, answer(case, KARI, "kari"))
    with pytest.raises(RefusedError, match="har allerede godkjent"):
        record(case, answer(case, KARI, "kari"), last=True)
    assert case.said == ("HOLD", ["AWAITING_APPROVAL"])


def test_an_approval_that_stands_from_before_is_as_good_as_a_new_one(case: Case) -> None:
    record(case, answer(case, KARI, "kari"))
    assert record(case, answer(case, KARI, "kari"))["approved"] == [KARI]
    assert len(case.history().active) == 1


def test_who_answers_must_be_who_signed(case: Case) -> None:
    for user in ("ola", "somebody", ""):
        with pytest.raises(RefusedError):
            record(case, answer(case, KARI, user))
    for given in ({"responded_by_user": None}, {"chosen_options": []}, {"chosen_options": ["Reject"]}):
        with pytest.raises(RefusedError):
            record(case, answer(case, KARI, "kari", **given))
    assert case.document["approvals"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "0" * 64},
        {"findings_sha256": "0" * 64},
        {"ruleset_version": "other"},
        {"roster_size": 1},
        {"as_of_utc": "2023-07-01T06:00:01Z"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_statement_of_anything_else_than_what_is_found_now_is_refused(case: Case, changes: dict[str, Any]) -> None:
    request = as_request(what_to_state(case.work) | changes)
    with pytest.raises(RefusedError, match="gjelder ikke det som ble lagt fram"):
        record(case, answer(case, KARI, "kari", request))
    assert (case.said, case.document["approvals"]) == (("HOLD", ["AWAITING_APPROVAL"]), [])


def test_inputs_that_change_after_it_was_signed_make_it_worth_nothing(case: Case) -> None:
    given = answer(case, KARI, "kari")
    case.log.write_text(case.log.read_text() + "c,2023-01-03T10:00:00\n")
    with pytest.raises(RefusedError, match="gjelder ikke det som ble lagt fram"):
        record(case, given)
    assert case.document["approvals"] == []


@pytest.mark.parametrize("statement", ["", "x", "a.b.c", "ÆØÅ", "e30.e30.e30"])
def test_what_is_no_statement_is_refused_before_anything_is_evaluated(case: Case, statement: str) -> None:
    before = case.work.decision.stat().st_mtime_ns
    with pytest.raises(RefusedError, match="Erklæringen kan ikke"):
        record(case, answer(case, KARI, "kari", params_input={"statement": statement}))
    with pytest.raises(RefusedError, match="Erklæringen kan ikke"):
        record(case, answer(case, KARI, "kari", params_input=None))
    assert case.work.decision.stat().st_mtime_ns == before


def test_a_statement_signed_for_another_purpose_or_that_says_more_is_refused(case: Case) -> None:
    key = read_private_file(case.keys[KARI])
    stated = {"name": KARI, **what_to_state(case.work)}
    for typ, payload in (("JWT", stated), (APPROVAL, {**stated, "more": 1}), (APPROVAL, [])):
        statement = sign(canonical(payload), key, typ)
        with pytest.raises(RefusedError):
            record(case, answer(case, KARI, "kari", params_input={"statement": statement}))
    assert case.document["approvals"] == []


@pytest.mark.parametrize(
    "users", ["", "kari", f"kari={KARI}", f"a={KARI};b={KARI.upper()}", f"a={KARI};a={OLA}", "=x;b=y"]
)
def test_without_two_named_people_nobody_is_asked(case: Case, monkeypatch: pytest.MonkeyPatch, users: str) -> None:
    settings = case.settings.model_copy(update={"work": case.work.root, "approver_users": users})
    monkeypatch.setattr(orchestration_release, "current", lambda: settings)
    with pytest.raises(AuditInputError, match="APPROVER_USERS"):
        orchestration_release.name_approvers({"task": object()})
    audited: list[object] = []
    monkeypatch.setattr(orchestration_release, "run_audit", audited.append)
    monkeypatch.setattr(orchestration_release, "ready_for_approval", lambda _: {"decision": "HOLD"})
    with pytest.raises(AuditInputError, match="APPROVER_USERS"):
        orchestration_release.evaluate(context(case))
    assert len(audited) == 1


def test_the_command_signs_what_it_shows_and_prints_the_statement_alone(case: Case) -> None:
    asked = what_to_state(case.work)
    command = ["release", "statement", "--as", KARI, "--key", str(case.keys[KARI]), "--request", as_request(asked)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert all(str(value) in done.stderr for value in asked.values())
    given = answer(case, KARI, "kari", params_input={"statement": done.stdout})
    assert record(case, given)["approved"] == [KARI]


def test_the_command_signs_nothing_that_it_cannot_show(case: Case, tmp_path: Path) -> None:
    asked = what_to_state(case.work)
    wrong = ["", "x", as_request({"state": "x"}), as_request(asked | {"roster_size": "2"}), as_request(asked) + "!"]
    for request in wrong:
        with pytest.raises(RefusedError, match="ikke en anmodning"):
            read_request(request)
    for name, key in ((OLA, case.keys[KARI]), (KARI, tmp_path / "none.json")):
        with pytest.raises(RefusedError):
            sign_request(name, key, as_request(asked))


def test_renewing_after_the_people_have_answered_fails_where_deletion_is_held(case: Case) -> None:
    with pytest.raises(RefusedError, match="AWAITING_APPROVAL"):
        orchestration_release.renew(context(case))
    case.release()
    assert orchestration_release.renew(context(case))["decision"] == "RELEASE"
    assert json.loads(case.work.decision.read_text())["decision"] == "RELEASE"
