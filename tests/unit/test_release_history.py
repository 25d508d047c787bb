"""The life of a release: no evidence, no people, no order of events but the right one leads to RELEASE."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from joserfc.jwk import OKPKey

from meldingskontroll.audit import audit, run_step
from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder, write_json
from meldingskontroll.release import decide as decide_module
from meldingskontroll.release import jose, service_key
from meldingskontroll.release.approvals import read_approval
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import enter_approver
from meldingskontroll.release.ledger import state_of
from meldingskontroll.release.ledger_check import check_ledger
from meldingskontroll.release.verify import verify
from support.approved import KARI, LOG, MANIFEST, OLA, Case
from support.healthy import FOLLOWUP, LARVIK, LOST, message_id, tables
from support.lake_fixtures import write_table

AWAITING = ("HOLD", ["AWAITING_APPROVAL"])
RELEASED = ("RELEASE", [])
LAPSED = ("HOLD", ["APPROVALS_LAPSED"])


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


@pytest.fixture
def released(tmp_path: Path) -> Case:
    return Case.released(tmp_path)


def deletable(case: Case) -> set[str]:
    table = pq.read_table(case.work.clearance)
    rows = zip(table["message_id"].to_pylist(), table["clearance"].to_pylist(), strict=True)
    return {str(message) for message, clearance in rows if clearance == "delete"}


def test_an_audit_never_makes_the_first_release_and_makes_no_key(case: Case) -> None:
    for hours in (0, 0, 30):
        case.audit(hours)
        assert case.said == AWAITING
    assert not case.work.service_key.exists() and not case.work.jwks.exists() and not case.work.certificate.exists()


def test_one_person_alone_releases_nothing(case: Case) -> None:
    assert case.approve(KARI) is None
    assert case.said == AWAITING
    assert [approval["name"] for approval in case.document["approvals"]] == [KARI]
    assert "har allerede godkjent" in str(case.approve(KARI, 1))
    case.audit(2)
    assert case.said == AWAITING
    assert deletable(case) == set() and not case.work.certificate.exists()


def test_two_people_release_and_only_what_may_go_may_go(case: Case) -> None:
    document = case.release()
    assert case.said == RELEASED
    assert (document["as_of_utc"], document["valid_until_utc"]) == ("2023-07-01T07:00:00Z", "2023-07-02T07:00:00Z")
    assert [approval["name"] for approval in document["approvals"]] == [KARI, OLA]
    assert len(deletable(case)) == 10 and LOST in deletable(case)


def test_the_files_of_a_release_fit_each_other(released: Case) -> None:
    case = released
    content = case.work.decision.read_bytes()
    keys = jose.read_key_set(case.work.jwks.read_bytes())
    assert jose.verified(case.work.certificate.read_bytes(), keys, jose.CERTIFICATE) == content
    metadata = pq.read_metadata(case.work.clearance).metadata
    assert metadata[b"decision_sha256"].decode() == hashlib.sha256(content).hexdigest()
    assert pq.read_schema(case.work.clearance).names == ["message_id", "clearance", "reason"]
    states = {read_approval(approval).state for approval in json.loads(content)["approvals"]}
    assert states == {state_of(json.loads(content)["inputs"])}


def test_the_private_key_is_closed_to_others_and_never_among_the_results(released: Case) -> None:
    case = released
    secret = json.loads(case.work.service_key.read_text())["d"]
    assert case.work.service_key.stat().st_mode & 0o777 == 0o600
    assert case.work.secrets.stat().st_mode & 0o777 == 0o700
    private = [secret, *(json.loads(file.read_text())["d"] for file in case.keys.values())]
    for file in (path for path in (case.work.root / "out").rglob("*") if path.is_file()):
        assert not any(value.encode() in file.read_bytes() for value in private), file


def test_a_second_name_for_the_same_key_is_the_same_person(case: Case) -> None:
    """The register is edited by hand, so that one key stands under two names."""
    document = json.loads(case.work.approvers.read_text())
    document["keys"].append(document["keys"][0] | {"kid": "Per Dobbel"})
    write_json(case.work.approvers, document)
    assert case.approve(KARI) is None
    assert "En nøkkel er én person" in str(case.approve("Per Dobbel", 1, key=KARI))
    assert case.said == AWAITING


def test_a_key_that_is_not_the_names_own_approves_nothing(case: Case) -> None:
    assert "ikke den som står på" in str(case.approve(KARI, key=OLA))
    assert "står ikke i" in str(case.approve("Ukjent Person", key=OLA))
    assert case.said == AWAITING and case.document["approvals"] == []
    assert case.ledger().of("approval") == []


def test_nothing_can_be_approved_while_a_requirement_is_unmet(case: Case) -> None:
    case.unfollow()
    assert "REQUIREMENTS_UNMET" in str(case.approve(KARI))
    assert case.said == ("HOLD", ["REQUIREMENTS_UNMET"])
    assert case.ledger().of("approval") == []


def test_what_is_released_need_not_be_approved_again(case: Case) -> None:
    case.person("Eva Tredje")
    case.release()
    assert "allerede frigitt" in str(case.approve("Eva Tredje", 2))
    assert case.said == RELEASED and len(case.document["approvals"]) == 2


def test_an_audit_renews_what_was_released(released: Case) -> None:
    case = released
    for hours in (2, 20, 100):
        assert case.audit(hours)["valid_until_utc"] > case.document["as_of_utc"]
        assert case.said == RELEASED and len(deletable(case)) == 10


@pytest.mark.parametrize(
    "extension", ["none", "more covered", "a log with more rows", "rows in another order", "a file added"]
)
def test_extensions_are_renewed(extension: str, released: Case) -> None:
    case = released
    if extension == "more covered":
        case.manifest(**MANIFEST | {"tilDato": "2023-07-02", "uttrekkstidspunkt": "2023-07-02T06:00:00"})
    elif extension == "a log with more rows":
        case.log.write_text(LOG + "c,2023-01-03T10:00:00\n")
    elif extension == "rows in another order":
        head, first, second = LOG.splitlines()
        case.log.write_text("\r\n".join((head, second, first)) + "\r\n")
    elif extension == "a file added":
        (case.work.inbox("0301") / "logg_2.csv").write_text("mottatt\n")
        (case.work.portal / "messages_2.csv").write_text(LOG)
    case.audit(2)
    assert case.said == RELEASED


def inbox(case: Case) -> Path:
    return case.work.inbox("0301") / "logg.csv"


def drop_a_roster_entry(case: Case) -> None:
    for relation in ("roster__entries", "reconcile__entries", "roster__periods"):
        rows = [row for row in tables()[relation] if row["entry_id"] == LARVIK]
        write_table(case.work, relation, rows)
    case.judge()


def alter_the_approved_inputs(case: Case) -> None:
    write_json(case.work.ledger_state(case.history().active[-1].state), {})
    (case.work.inbox("0301") / "logg_2.csv").write_text("mottatt\n")


CHANGES: dict[str, Callable[[Case], object]] = {
    "an input is gone": lambda case: inbox(case).unlink(),
    "an input is altered": lambda case: inbox(case).write_text("meldingsid;mottatt\n\n"),
    "a row is gone": lambda case: case.log.write_text("\n".join(LOG.splitlines()[:2]) + "\n"),
    "a row is altered": lambda case: case.log.write_text(LOG.replace("2023-01-02T10", "2023-01-02T11")),
    "a log is gone": lambda case: case.log.rename(case.work.portal / "messages_2.csv"),
    "the log is another": lambda case: case.log.write_text("annet\n1\n"),
    "the log is empty": lambda case: case.log.write_text(""),
    "less covered": lambda case: case.manifest(**MANIFEST | {"tilDato": "2023-06-30"}),
    "covered later": lambda case: case.manifest(**MANIFEST | {"fraDato": "2020-09-02"}),
    "fewer messages": lambda case: case.manifest(**MANIFEST | {"totaltAntallTreff": 9}),
    "an earlier extract": lambda case: case.manifest(**MANIFEST | {"uttrekkstidspunkt": "2023-06-30T06:00:00"}),
    "a manifest in other words": lambda case: case.manifest(**MANIFEST | {"tilDato": "2023-07-01T00:00:00Z"}),
    "no manifest": lambda case: case.work.portal_manifest.unlink(),
    "an approver is gone": lambda case: case.leave(OLA),
    "an approver has another key": lambda case: (case.leave(OLA), enter_approver(case.work, OLA, case.root / "n.json")),
    "a name has two keys": lambda case: add_key(case, jose.new_key(OLA.upper())),
    "no approvers": lambda case: case.work.approvers.unlink(),
    "the approvers cannot be read": lambda case: case.work.approvers.write_text("{"),
    "the approved findings are altered": lambda case: case.work.raw(
        case.history().active[-1].findings_sha256
    ).write_bytes(b"PAR1"),
    "the approved inputs are altered": alter_the_approved_inputs,
    "a roster entry is gone": drop_a_roster_entry,
    "a new loss, followed up": Case.lose,
    "the certificate removed by hand": lambda case: case.work.certificate.unlink(),
    "held by hand": lambda case: write_json(case.work.decision, case.document | {"decision": "HOLD"}),
}


def add_key(case: Case, key: OKPKey) -> None:
    document = json.loads(case.work.approvers.read_text())
    document["keys"].append(jose.public_jwk(key))
    write_json(case.work.approvers, document)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_else_changes_takes_the_release_back_for_good(change: str, released: Case) -> None:
    case = released
    inputs = {file: file.read_bytes() for file in (*case.work.input_files(), case.work.approvers)}
    CHANGES[change](case)
    case.audit(3)
    assert case.said == LAPSED
    assert case.document["approvals"] == [] and case.document["valid_until_utc"] is None
    assert deletable(case) == set() and not case.work.certificate.exists()
    assert case.history().active == ()
    for file in set(case.work.input_files()) - set(inputs):
        file.unlink()
    for file, content in inputs.items():
        file.write_bytes(content)
    case.audit(4)
    assert case.document["decision"] == "HOLD", "the old state came back, and the approvals with it"


def test_a_change_of_the_rules_takes_the_release_back(released: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case = released
    monkeypatch.setattr(decide_module, "RULESET_SERIES", "2099.1")
    case.audit(3)
    assert case.said == LAPSED
    monkeypatch.undo()
    case.audit(4)
    assert case.document["decision"] == "HOLD"


def test_an_unmet_requirement_takes_the_release_back_and_says_both_reasons(released: Case) -> None:
    case = released
    case.unfollow()
    case.audit(2)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED", "REQUIREMENTS_UNMET"])
    case.audit(2)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED", "REQUIREMENTS_UNMET"])
    assert len(case.ledger().of("lapse")) == 1


def test_after_a_lapse_two_new_approvals_release_again(released: Case) -> None:
    case = released
    (case.work.inbox("0301") / "logg.csv").write_text("meldingsid;mottatt\n\n")
    case.audit(2)
    assert case.said == LAPSED
    assert case.approve(KARI, 3) is None
    assert case.said == AWAITING
    assert case.approve(OLA, 4) is None
    assert case.said == RELEASED


def test_when_the_evidence_changes_after_a_lapse_approval_is_awaited_anew(released: Case) -> None:
    case = released
    case.unfollow()
    case.audit(2)
    (case.work.inbox("0301") / "logg_2.csv").write_text("mottatt\n")
    case.follow(*FOLLOWUP)
    case.audit(3)
    assert case.said == AWAITING


def test_two_approvals_of_different_states_release_nothing(case: Case) -> None:
    assert case.approve(KARI) is None
    (case.work.inbox("0301") / "logg_2.csv").write_text("mottatt\n")
    assert case.approve(OLA, 1) is None
    assert case.said == AWAITING
    assert [approval["name"] for approval in case.document["approvals"]] == [OLA]
    (case.work.inbox("0301") / "logg_2.csv").unlink()
    case.audit(2)
    assert (case.said, case.document["approvals"]) == (AWAITING, [])


def test_a_first_approval_of_other_findings_with_a_new_loss_lapses(case: Case) -> None:
    assert case.approve(KARI) is None
    case.lose()
    assert case.approve(OLA, 1) is None
    assert case.said == AWAITING
    assert [approval["name"] for approval in case.document["approvals"]] == [OLA]


def test_an_approval_dated_after_the_clock_is_none(case: Case) -> None:
    case.release(10)
    case.audit(0)
    assert (case.said, case.document["approvals"]) == (AWAITING, [])
    assert deletable(case) == set() and not case.work.certificate.exists()
    case.audit(10.5)
    assert case.said == AWAITING
    assert [approval["name"] for approval in case.document["approvals"]] == [KARI]
    case.audit(12)
    assert case.said == RELEASED


def test_approvals_given_in_the_wrong_order_of_time_count_only_where_both_are_past(case: Case) -> None:
    assert case.approve(KARI, 5) is None
    assert case.approve(OLA, 0) is None
    assert case.said == AWAITING
    case.audit(6)
    assert case.said == AWAITING, "an audit never makes the first RELEASE"
    assert case.approve(OLA, 7) is None
    assert case.said == RELEASED
    assert len(case.ledger().of("approval")) == 2


def test_an_input_that_changes_while_the_run_goes_on_holds_and_the_next_run_judges(released: Case) -> None:
    case = released
    staged = case.begin(2)
    extra = case.work.inbox("0301") / "logg_2.csv"
    extra.write_text("mottatt\n")
    document = decide_module.decide(staged, case.clock(2), case.settings)
    assert (document["decision"], document["global_reasons"]) == ("HOLD", ["CHECK_FAILED"])
    assert case.document == document, "the published release is replaced as soon as it is decided"
    assert not case.work.certificate.exists() and deletable(case) == set()
    case.audit(3)
    assert case.said == RELEASED


def test_nobody_approves_what_changed_while_it_was_audited(case: Case) -> None:
    service_key.ensure_service_key(case.work, case.settings)
    staged = case.begin()
    (case.work.inbox("0301") / "logg_2.csv").write_text("mottatt\n")
    approving = Approving(KARI, jose.read_private_file(case.keys[KARI]))
    decide_module.decide(staged, case.clock(0), case.settings, approving)
    assert "endret mens revisjonen pågikk" in str(approving.refusal)
    assert case.ledger().of("approval") == []


def test_a_decision_on_another_runs_tables_holds(case: Case) -> None:
    staged = case.begin(2)
    assert decide_module.decide(staged, case.clock(3), case.settings)["global_reasons"] == ["CHECK_FAILED"]


def test_without_the_services_key_nothing_is_renewed_and_none_is_made(released: Case) -> None:
    case = released
    case.work.service_key.unlink()
    case.audit(2)
    assert case.said == ("HOLD", ["CHECK_FAILED"])
    assert not case.work.service_key.exists() and not case.work.certificate.exists()


def test_a_new_service_key_is_shown_beside_the_old_one(released: Case) -> None:
    case = released
    old = case.work.certificate.read_bytes()
    case.work.service_key.unlink()
    (case.work.inbox("0301") / "logg.csv").write_text("meldingsid;mottatt\n\n")
    assert case.approve(KARI, 2) is None and case.approve(OLA, 3) is None
    keys = jose.read_key_set(case.work.jwks.read_bytes())
    assert len(keys) == 2 and case.said == RELEASED
    assert jose.verified(old, keys, jose.CERTIFICATE)
    assert jose.verified(case.work.certificate.read_bytes(), keys[:1], jose.CERTIFICATE)


def test_inputs_that_can_no_longer_be_audited_carry_no_release(released: Case) -> None:
    """The delivery log is gone: the audit ends with a sentence, and what had been released is not left standing."""
    case = released
    findings = case.work.findings.read_bytes()
    case.log.rename(case.root / "elsewhere.csv")
    with pytest.raises(AuditInputError, match=r"messages\*\.csv"):
        audit(case.work, case.clock(2), case.settings)
    assert case.said == ("HOLD", ["APPROVALS_LAPSED", "CHECK_FAILED"])
    assert deletable(case) == set() and not case.work.certificate.exists()
    assert case.work.findings.read_bytes() == findings
    assert "Siste beslutning er HOLD" in check_ledger(case.work)
    (case.root / "elsewhere.csv").rename(case.log)
    case.audit(3)
    assert case.document["decision"] == "HOLD"


@pytest.mark.parametrize("alone", [False, True])
def test_a_step_of_its_own_takes_a_release_back_only_as_part_of_an_audit(alone: bool, released: Case) -> None:
    released.begin(2)
    released.log.unlink()
    with pytest.raises(AuditInputError):
        run_step("portal", released.work, released.clock(2), released.settings, alone=alone)
    assert released.document["decision"] == ("RELEASE" if alone else "HOLD")


def test_a_step_of_another_run_is_refused(released: Case) -> None:
    released.begin(2)
    with pytest.raises(AuditInputError, match="Another run"):
        run_step("roster", released.work, released.clock(3), released.settings)


def test_a_hold_stays_as_it_was_where_the_inputs_cannot_be_audited(case: Case) -> None:
    case.audit()
    before = case.work.decision.read_bytes()
    case.log.unlink()
    with pytest.raises(AuditInputError):
        audit(case.work, case.clock(2), case.settings)
    assert case.work.decision.read_bytes() == before


def test_what_is_lost_or_unknown_is_kept_under_a_release(case: Case) -> None:
    findings = tables()["reconcile__findings"]
    findings[0] |= {"outcome": "in_transit"}
    write_table(case.work, "reconcile__findings", findings)
    case.judge()
    case.release()
    assert message_id("0301-05", 1) not in deletable(case) and len(deletable(case)) == 9


def test_a_backdated_or_future_release_is_not_valid_now(released: Case) -> None:
    case = released
    keys = jose.read_key_set(case.work.jwks.read_bytes())
    token = case.work.certificate.read_bytes()
    assert verify(token, keys, case.clock(1)).document["decision"] == "RELEASE"
    for clock in (case.clock(0.99), case.clock(25), Clock.now()):
        with pytest.raises(jose.SignatureRefusedError):
            verify(token, keys, clock)


def test_the_results_of_a_held_run_have_no_certificate(released: Case) -> None:
    case = released
    assert WorkFolder(case.work.root).certificate.is_file()
    case.leave(KARI)
    staged = case.begin(2)
    decide_module.decide(staged, case.clock(2), case.settings)
    assert not case.work.certificate.exists() and case.document["decision"] == "HOLD"
