"""What is on record when a run decides: the ledger, the approvals that stand by it, and the key that signs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from meldingskontroll.domain import Clock, RefusedError, iso_utc
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.release import jose, ledger, renewal
from meldingskontroll.release.approvals import OVERRIDES, Approval, History, derive
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import read_approvers
from meldingskontroll.release.decision import Decision, Facts, Standing
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.service_key import publish_public_keys, read_service_key, trusted_keys
from meldingskontroll.settings import Settings


@dataclass(frozen=True)
class Run:
    """What a run decides on: the inputs by path and hash, the rules, and the moment."""

    inputs: dict[str, str]
    ruleset_version: str
    clock: Clock

    @property
    def state(self) -> str:
        return ledger.state_of(self.inputs)


class Record:
    """The ledger of one work folder, read when a run decides and added to as it does.

    `sound` is False where the ledger does not hold, or where approvals stand in it and the service's key is gone: then
    nothing counts, nothing is added, and the run holds.
    """

    def __init__(self, work: WorkFolder, settings: Settings) -> None:
        self.work = work
        self._key = read_service_key(work, settings)
        if self._key:
            publish_public_keys(work, self._key)
        self._keys = trusted_keys(work)
        self.history = History()
        self.problem: str | None = None
        self._read()

    def _read(self) -> None:
        found = ledger.read_ledger(self.work, self._keys)
        self._lines = found.lines
        self.problem = found.problem
        if self.problem is None and self._key is None and found.of("approval"):
            self.problem = "Tjenestens nøkkel mangler, så hovedboken kan ikke signeres."
        try:
            self.history = History() if self.problem else derive(found)
        except SignatureRefusedError as problem:
            self.problem = str(problem)

    @property
    def sound(self) -> bool:
        return self.problem is None

    def standing(
        self,
        connection: duckdb.DuckDBPyConnection,
        run: Run,
        *,
        approving: bool = False,
        withdrawn_here: bool = False,
    ) -> Standing:
        """The approvals that stand, and how today's inputs and findings compare with what was approved.

        `withdrawn_here`: the certificate stood until this very run removed it.
        """
        history, state = self.history, run.state
        if not history.active:
            return Standing(
                approving=approving,
                state=state,
                ruleset_version=run.ruleset_version,
                lapsed_here=history.lapsed_state == state,
            )
        approved = history.active[-1]
        return Standing(
            approvals=history.active,
            released=history.released,
            approving=approving,
            state=state,
            ruleset_version=run.ruleset_version,
            keys_stand=self._keys_stand(history.active),
            extends=renewal.is_extension(connection, self.work, approved.state, run.inputs),
            new_losses=renewal.count_new_losses(connection, self.work, approved.findings_sha256),
            held_elsewhere=history.released and self._is_held_elsewhere(withdrawn_here),
        )

    def _keys_stand(self, approvals: tuple[Approval, ...]) -> bool:
        try:
            approvers = read_approvers(self.work)
        except RefusedError:
            return False
        return all(approval.key_stands(approvers) for approval in approvals)

    def _is_held_elsewhere(self, withdrawn_here: bool) -> bool:
        """Whether what is published was taken back and the ledger does not know it: a killed run did, or a hand.

        That is a decision that the ledger does not know, or a release whose certificate has been removed.
        """
        published = WorkFolder(self.work.root)
        if not published.decision.is_file():
            return False
        content = published.decision.read_bytes()
        if hashlib.sha256(content).hexdigest() not in self.history.decisions:
            return True
        is_whole = withdrawn_here or published.certificate.is_file()
        return json.loads(content)["decision"] == "RELEASE" and not is_whole

    def lapse(self, run: Run, decision: Decision) -> None:
        """Write down that the approvals that stood have lapsed, for good."""
        fields = {
            "as_of_utc": decision.as_of_utc,
            "state": run.state,
            "causes": list(decision.lapses),
            "released": self.history.released,
            "approvals": [approval.thumbprint for approval in self.history.active],
        }
        self._append("lapse", fields)

    def approve(self, approving: Approving, facts: Facts, run: Run) -> None:
        """Write down a person's signed approval of this state, and keep the findings that it speaks of."""
        self._note_evidence(run, facts)
        findings = sha256_of(self.work.findings)
        self.work.keep_raw(self.work.findings, findings)
        stated = {
            "state": run.state,
            "findings_sha256": findings,
            "ruleset_version": run.ruleset_version,
            "roster_size": facts.roster_size,
            "as_of_utc": iso_utc(run.clock.as_of),
            **({OVERRIDES: len(facts.overrides)} if facts.overrides else {}),
        }
        self._append("approval", {"approval": approving.sign(approving.check_person(self.work), stated)})

    def decided(self, run: Run, decision: Decision, content: bytes) -> None:
        """Write down a decision, and the inputs and overrides where they are not those of the decision before.

        Under RELEASE the clearance that was made for it must stand already: the line binds it by its hash.
        """
        if not self.sound:
            return
        self._note_evidence(run, decision.facts)
        fields = {
            "decision": decision.decision,
            "as_of_utc": decision.as_of_utc,
            "valid_until_utc": decision.valid_until_utc,
            "global_reasons": [str(reason) for reason in decision.global_reasons],
            "verified": decision.facts.verified,
            "roster_size": decision.facts.roster_size,
            "state": run.state,
            "ruleset_version": run.ruleset_version,
            "decision_sha256": hashlib.sha256(content).hexdigest(),
            **({"clearance_sha256": sha256_of(self.work.clearance)} if decision.released else {}),
        }
        self._append("decision", fields)

    def _note_evidence(self, run: Run, facts: Facts) -> None:
        self._note_inputs(run)
        given = [asdict(override) for override in facts.overrides]
        noted: list[list[dict[str, str]]] = [
            [],
            *(line["overrides"] for line in self._lines if line["event"] == "overrides"),
        ]
        # Results that could not be read say nothing of overrides.
        if facts.results_readable and given != noted[-1]:
            self._append("overrides", {"state": run.state, "overrides": given})

    def _note_inputs(self, run: Run) -> None:
        noted = [line["state"] for line in self._lines if line["event"] == "inputs"]
        if noted[-1:] == [run.state]:
            return
        before = (renewal.read_state(self.work, noted[-1]) if noted else None) or {}
        renewal.keep_state(self.work, run.inputs)
        fields = {
            "state": run.state,
            "inputs": len(run.inputs),
            **renewal.difference(before, run.inputs),
        }
        self._append("inputs", fields)

    def certificate(self, content: bytes) -> str:
        """The decision signed with the service's key."""
        assert self._key is not None, "a release without the service's key"
        return jose.sign(content, self._key, jose.CERTIFICATE)

    def _append(self, event: str, fields: Mapping[str, Any]) -> None:
        ledger.append(self.work, event, fields, self._key, self._keys)
        self._read()
