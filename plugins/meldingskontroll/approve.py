"""An approver's approval: the whole audit once more, and the approval recorded if nothing else is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meldingskontroll.audit import Progress, audit
from meldingskontroll.domain import AuditInputError, Clock, RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.service_key import ensure_service_key
from meldingskontroll.release.statement import bring
from meldingskontroll.settings import Settings


@dataclass(frozen=True)
class Given:
    """What came of an approval that was signed elsewhere. `refusal` says why it was not recorded, None if it was."""

    name: str
    document: dict[str, Any]
    refusal: str | None


def approve(
    work: WorkFolder, name: str, key_file: Path, clock: Clock, settings: Settings, progress: Progress | None = None
) -> dict[str, Any]:
    """Give one person's approval at the clock's moment (contract §2, "Approval").

    Returns:
        What stands in `release.json` afterwards: RELEASE after the second approval, else HOLD.

    Raises:
        RefusedError: the approval is not recorded, and why.
    """
    if not work.root.is_dir():
        raise RefusedError(f"Arbeidsmappen {work.root} finnes ikke.")
    try:
        approving = Approving(name, jose.read_private_file(key_file))
        # Asked before the audit as well: who may not approve need not wait for it.
        approving.check_person(work)
        ensure_service_key(work, settings)
    except SignatureRefusedError as problem:
        raise RefusedError(f"Godkjenningen er ikke registrert. {problem}") from problem
    document = _audited(work, approving, clock, settings, progress)
    if approving.refusal:
        raise RefusedError(approving.refusal)
    return document


def approve_by_statement(work: WorkFolder, name: str, statement: str, clock: Clock, settings: Settings) -> Given:
    """Give the approval that a person signed elsewhere, for the run of the clock's moment.

    Returns:
        What stands in `release.json` afterwards, and why the approval was not recorded, None if it was.

    Raises:
        RefusedError: the statement cannot be used at all, or the audit cannot be made.
    """
    approving = bring(work, name, statement)
    try:
        ensure_service_key(work, settings)
    except SignatureRefusedError as problem:
        raise RefusedError(f"Godkjenningen er ikke registrert. {problem}") from problem
    document = _audited(work, approving, clock, settings)
    return Given(approving.name, document, approving.refusal)


def _audited(
    work: WorkFolder, approving: Approving, clock: Clock, settings: Settings, progress: Progress | None = None
) -> dict[str, Any]:
    document: dict[str, Any] = {}

    def decide(folder: WorkFolder, moment: Clock, given: Settings) -> None:
        from meldingskontroll.release.decide import decide as decide_release

        document.update(decide_release(folder.staging(), moment, given, approving))

    try:
        audit(work, clock, settings, progress, decide)
    except AuditInputError as problem:
        raise RefusedError(f"Godkjenningen er ikke registrert, for revisjonen kan ikke gjøres. {problem}") from problem
    return document
