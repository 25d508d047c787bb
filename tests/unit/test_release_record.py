"""What a run finds on record and what it writes down, on a folder with two people and no rooms before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Clock, GlobalReason, RefusedError
from meldingskontroll.lake import WorkFolder, json_bytes, sha256_of, write_json
from meldingskontroll.release import jose, ledger, service_key
from meldingskontroll.release.approvals import History
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.decision import Checks, Decision, Drill, Facts, Override, Standing
from meldingskontroll.release.record import Record, Run
from meldingskontroll.settings import Settings

KARI, OLA = jose.new_key("Kari Ås"), jose.new_key("Ola Nordmann")
FIRST, SECOND = {"portal/a.csv": "1", "portal/b.csv": "2"}, {"portal/b.csv": "3", "portal/c.csv": "4"}
FACTS = Facts(2, 2, (), True, True, 0, True, Checks(1, 1, 0), Drill(1, 1, 0), True, True)
OVERRIDE = Override("0301", "05", "LOG_COVERED", "Loggen er brent.", "Kari Ås", "2023-07-01", "NO_LOG")
HOLD = Decision("HOLD", (GlobalReason.AWAITING_APPROVAL,), FACTS, "2023-07-01T06:00:00Z")
RELEASE = Decision("RELEASE", (), FACTS, "2023-07-01T06:00:00Z", "2023-07-02T06:00:00Z")


class Folder:
    """A work folder with a service key, two approvers, findings and a clearance."""

    def __init__(self, root: Path) -> None:
        self.work, self.settings = WorkFolder(root), Settings()
        self.work.out.mkdir(parents=True)
        self.key = service_key.ensure_service_key(self.work, self.settings)
        write_json(self.work.approvers, jose.key_set([KARI, OLA]))
        with duckdb.connect() as connection:
            connection.sql(
                "SELECT uuid() AS message_id, 'registered' AS outcome, NULL::VARCHAR AS candidate_group"
            ).write_parquet(str(self.work.findings))
        self.work.clearance.write_bytes(b"cleared")

    def record(self) -> Record:
        return Record(self.work, self.settings)

    def run(self, inputs: dict[str, str] = FIRST, hours: int = 6) -> Run:
        return Run(inputs, "2023.1+abc", Clock.parse(f"2023-07-01T{hours:02}:00:00Z"))

    def approve(self, key: Any = KARI, facts: Facts = FACTS, inputs: dict[str, str] = FIRST) -> None:
        self.record().approve(Approving(str(key.kid), key), facts, self.run(inputs))

    def release(self) -> None:
        """Two people's approvals, and what is published on them."""
        for key in (KARI, OLA):
            self.approve(key)
        content = json_bytes({"decision": "RELEASE"})
        self.record().decided(self.run(), RELEASE, content)
        self.work.decision.write_bytes(content)
        self.work.certificate.write_text(self.record().certificate(content))

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The ledger's lines of a kind, with their own fields alone."""
        found = ledger.read_ledger(self.work, [self.key])
        assert found.problem is None
        chain = ("seq", "previous", "event", "written_utc", "hash")
        return [{name: value for name, value in line.items() if name not in chain} for line in found.of(event)]

    def events(self) -> list[str]:
        return [line["event"] for line in ledger.read_ledger(self.work, [self.key]).lines]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with sql.connect(Settings()) as made:
        yield made


def test_with_nothing_on_record_nothing_stands(folder: Folder, connection: duckdb.DuckDBPyConnection) -> None:
    record = folder.record()
    assert (record.sound, record.problem, record.history) == (True, None, History())
    state = ledger.state_of(FIRST)
    assert folder.run().state == state
    assert not record.standing(connection, folder.run()).approving, "an audit asks for nothing"
    for approving in (False, True):
        found = record.standing(connection, folder.run(), approving=approving)
        assert found == Standing(approving=approving, state=state, ruleset_version="2023.1+abc")


def test_an_approval_says_what_was_found_and_its_findings_are_kept(folder: Folder) -> None:
    folder.approve()
    assert folder.events() == ["inputs", "approval"]
    (inputs,) = folder.lines("inputs")
    state = ledger.state_of(FIRST)
    assert inputs == {"state": state, "inputs": 2, "added": sorted(FIRST), "removed": [], "changed": []}
    (approval,) = folder.lines("approval")
    digest = sha256_of(folder.work.findings)
    stated = json.loads(jose.verified(approval["approval"]["statement"], [KARI], jose.APPROVAL))
    assert stated == {
        "name": "Kari Ås",
        "state": state,
        "findings_sha256": digest,
        "ruleset_version": "2023.1+abc",
        "roster_size": 2,
        "as_of_utc": "2023-07-01T06:00:00Z",
    }
    assert folder.work.raw(digest).read_bytes() == folder.work.findings.read_bytes()


def test_overrides_are_noted_when_they_change_and_counted_in_what_is_signed(folder: Folder) -> None:
    folder.record().decided(folder.run(), HOLD, b"1")
    assert folder.lines("overrides") == []
    facts = replace(FACTS, overrides=(OVERRIDE,))
    folder.approve(facts=facts)
    folder.record().decided(folder.run(), replace(HOLD, facts=facts), b"2")
    (noted,) = folder.lines("overrides")
    assert noted["state"] == ledger.state_of(FIRST) and [one["reason"] for one in noted["overrides"]] == [
        "Loggen er brent."
    ]
    (approval,) = folder.record().history.active
    assert approval.overrides == 1
    folder.record().decided(folder.run(), replace(HOLD, facts=Facts()), b"3")
    assert len(folder.lines("overrides")) == 1, "results that cannot be read say nothing of overrides"
    folder.record().decided(folder.run(), HOLD, b"4")
    assert folder.lines("overrides")[1:] == [{"state": ledger.state_of(FIRST), "overrides": []}]


def test_a_decision_is_written_down_whole_and_under_release_bound_to_its_clearance(folder: Folder) -> None:
    held = replace(HOLD, facts=replace(FACTS, verified=1))
    folder.record().decided(folder.run(), held, b"hold")
    folder.release()
    hold, release = folder.lines("decision")
    assert hold == {
        "decision": "HOLD",
        "as_of_utc": "2023-07-01T06:00:00Z",
        "valid_until_utc": None,
        "global_reasons": ["AWAITING_APPROVAL"],
        "verified": 1,
        "roster_size": 2,
        "state": ledger.state_of(FIRST),
        "ruleset_version": "2023.1+abc",
        "decision_sha256": hashlib.sha256(b"hold").hexdigest(),
    }
    assert release["clearance_sha256"] == hashlib.sha256(b"cleared").hexdigest()
    assert (release["decision"], release["valid_until_utc"]) == ("RELEASE", "2023-07-02T06:00:00Z")
    content = folder.work.decision.read_bytes()
    assert jose.verified(folder.work.certificate.read_bytes(), [folder.key], jose.CERTIFICATE) == content


def test_inputs_are_noted_when_they_change_with_the_difference_from_those_before(folder: Folder) -> None:
    for inputs in (FIRST, FIRST, SECOND, SECOND, FIRST):
        folder.record().decided(folder.run(inputs), HOLD, b"x")
    noted = [{name: line[name] for name in ("added", "removed", "changed")} for line in folder.lines("inputs")]
    there, back = (
        {"added": ["portal/c.csv"], "removed": ["portal/a.csv"], "changed": ["portal/b.csv"]},
        {"added": ["portal/a.csv"], "removed": ["portal/c.csv"], "changed": ["portal/b.csv"]},
    )
    assert noted == [{"added": sorted(FIRST), "removed": [], "changed": []}, there, back]
    folder.work.ledger_state(ledger.state_of(FIRST)).unlink()
    folder.record().decided(folder.run(SECOND), HOLD, b"x")
    assert folder.lines("inputs")[-1]["added"] == sorted(SECOND), "against what is no longer known all is new"


def test_a_lapse_names_why_and_whose_approvals_fell(folder: Folder, connection: duckdb.DuckDBPyConnection) -> None:
    folder.release()
    folder.record().lapse(folder.run(SECOND), replace(HOLD, lapses=("INPUTS_CHANGED",)))
    assert folder.lines("lapse") == [
        {
            "as_of_utc": "2023-07-01T06:00:00Z",
            "state": ledger.state_of(SECOND),
            "causes": ["INPUTS_CHANGED"],
            "released": True,
            "approvals": [KARI.thumbprint(), OLA.thumbprint()],
        }
    ]
    for inputs, here in ((SECOND, True), (FIRST, False)):
        assert folder.record().standing(connection, folder.run(inputs)).lapsed_here is here


def test_what_stands_is_compared_with_what_is_there_now(folder: Folder, connection: duckdb.DuckDBPyConnection) -> None:
    folder.release()
    found = folder.record().standing(connection, folder.run(FIRST | {"new": "5"}), approving=True)
    assert [approval.name for approval in found.approvals] == ["Kari Ås", "Ola Nordmann"]
    assert found == Standing(
        approvals=found.approvals,
        released=True,
        approving=True,
        state=ledger.state_of(FIRST | {"new": "5"}),
        ruleset_version="2023.1+abc",
        keys_stand=True,
        extends=True,
        new_losses=0,
    )
    assert not folder.record().standing(connection, folder.run(SECOND)).extends
    folder.work.findings.unlink()
    assert folder.record().standing(connection, folder.run()).new_losses is None


def test_a_log_that_holds_all_its_rows_extends_what_was_approved(
    folder: Folder, connection: duckdb.DuckDBPyConnection
) -> None:
    digests = []
    for rows in ("id,sent\na,1\n", "id,sent\na,1\nb,2\n"):
        (folder.work.out / "log").write_text(rows)
        digests.append(sha256_of(folder.work.out / "log"))
        folder.work.keep_raw(folder.work.out / "log", digests[-1])
    folder.approve(inputs={"portal/messages.csv": digests[0]})
    assert folder.record().standing(connection, folder.run({"portal/messages.csv": digests[1]})).extends


@pytest.mark.parametrize("register", [jose.key_set([KARI]), jose.key_set([KARI, jose.new_key("Ola Nordmann")]), None])
def test_approvals_of_who_is_no_longer_among_the_approvers_do_not_stand(
    register: Any, folder: Folder, connection: duckdb.DuckDBPyConnection
) -> None:
    folder.release()
    if register:
        write_json(folder.work.approvers, register)
    else:
        folder.work.approvers.write_text("{")
    assert not folder.record().standing(connection, folder.run()).keys_stand


CHANGES: dict[str, tuple[Callable[[Folder], object], bool]] = {
    "nothing": (lambda folder: None, False),
    "no decision": (lambda folder: folder.work.decision.unlink(), False),
    "a decision of nobody's": (lambda folder: folder.work.decision.write_bytes(b"{}"), True),
    "no certificate": (lambda folder: folder.work.certificate.unlink(), True),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_release_that_was_taken_back_by_a_hand_is_held_elsewhere(
    change: str, folder: Folder, connection: duckdb.DuckDBPyConnection
) -> None:
    folder.release()
    CHANGES[change][0](folder)
    for record in (folder.record(), Record(folder.work.staging(), folder.settings)):
        assert record.standing(connection, folder.run()).held_elsewhere is CHANGES[change][1]
        own = record.standing(connection, folder.run(), withdrawn_here=True)
        assert own.held_elsewhere is (change == "a decision of nobody's"), "the run took the certificate away itself"


def test_a_hold_that_is_known_is_held_here(folder: Folder, connection: duckdb.DuckDBPyConnection) -> None:
    folder.release()
    content = json_bytes({"decision": "HOLD"})
    folder.record().decided(folder.run(), HOLD, content)
    folder.work.decision.write_bytes(content)
    folder.work.certificate.unlink()
    assert not folder.record().standing(connection, folder.run()).held_elsewhere
    folder.record().lapse(folder.run(), HOLD)
    folder.approve()
    folder.work.decision.write_bytes(b"{}")
    assert not folder.record().standing(connection, folder.run()).held_elsewhere, "nothing was released since"


def test_approvals_without_the_services_key_count_for_nothing_and_nothing_is_added(folder: Folder) -> None:
    folder.approve()
    folder.work.service_key.unlink()
    record = folder.record()
    assert (record.sound, record.history) == (False, History())
    assert "Tjenestens nøkkel mangler" in str(record.problem)
    record.decided(folder.run(), HOLD, b"x")
    assert folder.lines("decision") == []
    with pytest.raises(AssertionError, match="without the service's key"):
        record.certificate(b"{}")


def test_without_approvals_a_run_is_written_down_unsigned(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    Record(work, Settings()).decided(Run(FIRST, "1", Clock.parse("2023-07-01T06:00:00Z")), HOLD, b"x")
    found = ledger.read_ledger(work, ())
    assert (found.problem, found.signed, len(found.lines)) == (None, False, 2)


def test_a_ledger_that_does_not_hold_or_has_an_approval_of_nobody_makes_nothing_count(folder: Folder) -> None:
    folder.approve()
    forged = folder.lines("approval")[0]["approval"] | {"name": "Ola Nordmann"}
    ledger.append(folder.work, "approval", {"approval": forged}, folder.key, [folder.key])
    record = folder.record()
    assert (record.sound, record.history) == (False, History())
    assert "sier noe annet enn det som er signert" in str(record.problem)
    folder.work.ledger_checkpoint.unlink()
    assert "Kontrollpunktet mangler" in str(folder.record().problem)


def test_who_may_not_approve_has_signed_nothing(folder: Folder) -> None:
    with pytest.raises(RefusedError):
        folder.approve(jose.new_key("Per Spelmann"))
    assert folder.lines("approval") == []
