"""Approving without bringing one's key: the statement is signed on the approver's own machine and brought here.

What is asked for is shown as one word of text, so that it can be copied: the base64url of the values that an approval
states (`approvals.STATED`, and the number of overrides where there are any), but the name.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.release import jose
from meldingskontroll.release.approvals import OVERRIDES, STATED, is_count_of_overrides, read_approval
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import Approver, read_approvers, same_name, the_approver
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.ledger import canonical, state_of

ASKED = tuple(name for name in STATED if name != "name")
_LONGEST = 10_000


@dataclass
class Brought(Approving):
    """One person's approval on its way, signed elsewhere. `key` is the public key that the name has here."""

    statement: str = ""

    def sign(self, approver: Approver, stated: Mapping[str, Any]) -> dict[str, Any]:
        """The approval in the form of `release.json`, if what was signed is what this run would have had signed.

        Raises:
            RefusedError: it is signed by another, altered, or speaks of other inputs, findings, rules or another time.
        """
        document = {
            "name": approver.name,
            "as_of_utc": stated["as_of_utc"],
            "thumbprint": approver.thumbprint,
            "key": jose.public_jwk(approver.key),
            "statement": self.statement,
        }
        try:
            payload = jose.verified(self.statement, [approver.key], jose.APPROVAL)
            if json.loads(payload) != {"name": approver.name, **stated}:
                raise RefusedError("Erklæringen gjelder ikke det som ble lagt fram i denne kjøringen. Be om en ny.")
            read_approval(document)
        except SignatureRefusedError as problem:
            raise RefusedError(f"Erklæringen kan ikke brukes. {problem}") from problem
        except ValueError as problem:
            raise RefusedError("Erklæringen kan ikke leses.") from problem
        return document


def bring(work: WorkFolder, name: str, statement: str) -> Brought:
    """The approval of an approver who signed elsewhere.

    Raises:
        RefusedError: the name is not among the approvers, or the statement is not signed with the key it has there.
    """
    approver = the_approver(read_approvers(work), name)
    try:
        jose.verified(statement.strip(), [approver.key], jose.APPROVAL)
    except SignatureRefusedError as problem:
        raise RefusedError(f"Erklæringen kan ikke brukes. {problem}") from problem
    return Brought(approver.name, approver.key, statement=statement.strip())


def what_to_state(work: WorkFolder) -> dict[str, Any]:
    """What an approver is asked to sign of the published decision, by the names in `ASKED`."""
    decision = json.loads(work.decision.read_text(encoding="utf-8"))
    return {
        "state": state_of(decision["inputs"]),
        "findings_sha256": sha256_of(work.findings),
        "ruleset_version": decision["ruleset_version"],
        "roster_size": decision["roster_size"],
        "as_of_utc": decision["as_of_utc"],
        **({OVERRIDES: len(decision[OVERRIDES])} if OVERRIDES in decision else {}),
    }


def as_request(asked: Mapping[str, Any]) -> str:
    """What is asked for as one word of text."""
    return base64.urlsafe_b64encode(canonical(asked)).decode().rstrip("=")


def read_request(text: str) -> dict[str, Any]:
    """What is asked for, from that word.

    Raises:
        RefusedError: it is not such a word; nothing is signed that cannot be shown to who signs.
    """
    word = text.strip()
    try:
        if len(word) > _LONGEST:
            raise ValueError
        asked = json.loads(base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True))
        sound = isinstance(asked, dict) and set(asked) - {OVERRIDES} == set(ASKED) and is_count_of_overrides(asked)
        sound = sound and isinstance(asked["roster_size"], int)
        if not sound or not all(isinstance(asked[name], str) for name in ASKED if name != "roster_size"):
            raise ValueError
    except (binascii.Error, ValueError, RecursionError) as problem:
        raise RefusedError("Teksten er ikke en anmodning om godkjenning. Kopier den på nytt, hele.") from problem
    return dict(asked)


def sign_request(name: str, key_file: Path, request: str) -> str:
    """An approver's statement of what is asked for, signed with the key in a file of this machine.

    Raises:
        RefusedError: the key cannot be used or is another's, or the request cannot be read.
    """
    asked = read_request(request)
    try:
        key = jose.read_private_file(key_file)
    except SignatureRefusedError as problem:
        raise RefusedError(str(problem)) from problem
    if not same_name(str(key.kid), name):
        raise RefusedError(f"Nøkkelen tilhører ikke {name}.")
    return jose.sign(canonical({"name": str(key.kid), **asked}), key, jose.APPROVAL)
