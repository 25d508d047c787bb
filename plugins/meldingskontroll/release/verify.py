"""Whether a certificate can be believed, with nothing but it and the public keys: what KS does without trusting us.

Nothing heavy is imported, and nothing is read but the files that are given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from meldingskontroll.domain import AuditInputError, Clock, RefusedError
from meldingskontroll.release import jose
from meldingskontroll.release.approvals import Approval, are_two_people, read_approval
from meldingskontroll.release.approvers import Approver
from meldingskontroll.release.jose import SignatureRefusedError

LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Certificate:
    """A release that was verified: its document, until when it is valid, and who approved it."""

    document: dict[str, Any]
    valid_until: datetime
    approvals: tuple[Approval, ...]

    @property
    def sentence(self) -> str:
        """What a person is told."""
        names = ", ".join(approval.name for approval in self.approvals)
        overridden = len(self.document.get("overrides", []))
        loud = f" {overridden} krav er OVERSTYRT av en navngitt person, ikke oppfylt." if overridden else ""
        return f"Gyldig: sletting er frigitt til {self.document['valid_until_utc']}. Godkjent av {names}.{loud}"


def verify_files(certificate: Path, jwks: Path, at: str | None, approvers: Path | None = None) -> Certificate:
    """Verify a certificate in a file at a moment (ISO 8601; now if None).

    Raises:
        RefusedError: it is not a valid release at that moment, for whatever reason.
    """
    try:
        token, keys = certificate.read_bytes(), jose.read_key_set(jwks.read_bytes())
        known = jose.read_key_set(approvers.read_bytes()) if approvers else None
        return verify(token, keys, Clock.parse(at) if at else Clock.now(), known)
    except FileNotFoundError as problem:
        raise RefusedError(f"Ikke gyldig: filen {Path(str(problem.filename)).name} finnes ikke.") from problem
    except OSError as problem:
        raise RefusedError("Ikke gyldig: filene kan ikke leses.") from problem
    except AuditInputError as problem:
        raise RefusedError("Ikke gyldig: tidspunktet i --at kan ikke leses.") from problem
    except SignatureRefusedError as problem:
        raise RefusedError(f"Ikke gyldig: {problem}") from problem


def verify(
    token: bytes, keys: Sequence[OKPKey], clock: Clock, approvers: Sequence[OKPKey] | None = None
) -> Certificate:
    """Verify a certificate: signature, decision, time, what it says of the evidence, and both people's statements.

    Raises:
        SignatureRefusedError: its `code` says what is wrong, the message says it in Norwegian.
    """
    payload = jose.verified(token, keys, jose.CERTIFICATE)
    try:
        document = json.loads(payload)
        return _judge(document, clock, approvers)
    except (ValueError, KeyError, TypeError, AttributeError, AuditInputError, RecursionError) as problem:
        raise SignatureRefusedError("UNREADABLE", "Sertifikatet kan ikke leses som en beslutning.") from problem


def _judge(document: dict[str, Any], clock: Clock, approvers: Sequence[OKPKey] | None) -> Certificate:
    if document["decision"] != "RELEASE":
        raise SignatureRefusedError("HOLD", "Beslutningen er HOLD: sletting holdes tilbake.")
    begin, end = (Clock.parse(document[name]).as_of for name in ("as_of_utc", "valid_until_utc"))
    if not begin < end <= begin + LONGEST:
        raise SignatureRefusedError("WRONG_TERM", "Gyldighetstiden er ikke den som et sertifikat har.")
    if clock.as_of < begin:
        raise SignatureRefusedError("NOT_YET_VALID", f"Sertifikatet gjelder først fra {document['as_of_utc']}.")
    if clock.as_of >= end:
        raise SignatureRefusedError("EXPIRED", f"Sertifikatet gikk ut {document['valid_until_utc']}.")
    drill, checks = document["drill"], document["checks"]
    carried = (
        document["blocking"] == document["global_reasons"] == []
        and 0 < document["roster_size"] == document["verified"]
        and 0 < drill["planted"] == drill["found"]
        and drill["false_alarms"] == 0
        and 0 < checks["expected"] == checks["run"]
        and checks["failed"] == 0
    )
    if not carried:
        raise SignatureRefusedError("NOT_CARRIED", "Beslutningen sier RELEASE, men grunnlaget i den bærer den ikke.")
    approvals = tuple(read_approval(approval) for approval in document["approvals"])
    _judge_approvals(document, approvals, begin, approvers)
    return Certificate(document, end, approvals)


def _judge_approvals(
    document: dict[str, Any], approvals: tuple[Approval, ...], begin: datetime, approvers: Sequence[OKPKey] | None
) -> None:
    if not are_two_people(approvals):
        raise SignatureRefusedError("NOT_TWO_PEOPLE", "Sertifikatet mangler godkjenning fra to forskjellige personer.")
    fits = (
        len({approval.state for approval in approvals}) == 1
        and {approval.ruleset_version for approval in approvals} == {document["ruleset_version"]}
        and all(Clock.parse(a["as_of_utc"]).as_of <= begin for a in document["approvals"])
        and all(approval.roster_size <= document["roster_size"] for approval in approvals)
        and all(len(document.get("overrides", [])) <= approval.overrides for approval in approvals)
    )
    if not fits:
        raise SignatureRefusedError("OTHER_STATE", "Godkjenningene gjelder ikke det som er frigitt.")
    if approvers is not None:
        known = [Approver(str(key.kid), key) for key in approvers]
        if not all(approval.key_stands(known) for approval in approvals):
            raise SignatureRefusedError("UNKNOWN_APPROVER", "En av dem som har godkjent, står ikke blant godkjennerne.")
