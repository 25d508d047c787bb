"""What an approver asks of the decision, and why it may be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import OKPKey

from meldingskontroll.domain import GlobalReason, RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose
from meldingskontroll.release.approvals import Approval, sign_statement
from meldingskontroll.release.approvers import Approver, read_approvers, same_name, the_approver
from meldingskontroll.release.decision import Decision

APPROVABLE = ({GlobalReason.AWAITING_APPROVAL}, {GlobalReason.APPROVALS_LAPSED})


@dataclass
class Approving:
    """One person's approval on its way. `refusal` is the sentence that says why it was not recorded, None if it was."""

    name: str
    key: OKPKey
    refusal: str | None = "Godkjenningen ble ikke vurdert."

    def check_person(self, work: WorkFolder) -> Approver:
        """The approver that the name stands for, once the key is seen to be this person's.

        Raises:
            RefusedError: the name is not among the approvers, or the key is not the one that the name has there.
        """
        approver = the_approver(read_approvers(work), self.name)
        if self.key.thumbprint() != approver.thumbprint:
            raise RefusedError(f"Nøkkelen er ikke den som står på {approver.name} i registry/approvers.json.")
        return approver

    def refuse(
        self, approver: Approver, decision: Decision, given: Sequence[Approval], *, complete: bool, later: bool = False
    ) -> str | None:
        """Why this approval cannot be recorded on top of those `given`; None if it can, or if nothing more is needed.

        `complete` says that two people's approvals already stand, so that asking again only evaluates them; `later`
        that a release stands on approvals of a later moment, on which one that is dated back must not be laid.
        """
        if decision.released:
            return f"Sletting er allerede frigitt, til {decision.valid_until_utc}. Revisjonen fornyer frigivelsen."
        if not decision.facts.inputs_steady:
            return "Kan ikke godkjennes: en kilde ble endret mens revisjonen pågikk. Prøv igjen når ingen laster opp."
        if not decision.facts.record_sound:
            return "Kan ikke godkjennes: hovedboken holder ikke. «meldingskontroll ledger verify» sier hvorfor."
        if set(decision.global_reasons) not in APPROVABLE:
            reasons = ", ".join(decision.global_reasons)
            blocking = len(decision.facts.blocking)
            return f"Kan ikke godkjennes: {reasons}. {blocking} av {decision.facts.roster_size} i omfanget blokkerer."
        if later:
            return "Sletting er frigitt på senere godkjenninger. En godkjenning kan ikke dateres tilbake før dem."
        if complete:
            return None
        if any(same_name(approval.name, approver.name) for approval in given):
            return f"{approver.name} har allerede godkjent. Den andre godkjenningen må gis av en annen."
        if any(approval.thumbprint == approver.thumbprint for approval in given):
            return "Denne nøkkelen har allerede godkjent under et annet navn. En nøkkel er én person."
        return None

    def sign(self, approver: Approver, stated: Mapping[str, Any]) -> dict[str, Any]:
        """The approval in the form of `release.json`; `stated` has what `approvals.STATED` names but the name."""
        # The statement's key id is the name as the register writes it, whatever stands in the key's own file.
        key = jose.private_key({**self.key.as_dict(private=True), "kid": approver.name})
        return sign_statement(approver, key, stated)
