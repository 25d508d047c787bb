"""Approvals: each approver's own signed statement, and what of them still counts by the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import OKPKey

from meldingskontroll.domain import AuditInputError, Clock, iso_utc
from meldingskontroll.release import jose
from meldingskontroll.release.approvers import Approver, same_name
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.ledger import Ledger, canonical

STATED = ("name", "state", "findings_sha256", "ruleset_version", "roster_size", "as_of_utc")
OVERRIDES = "overrides"
"""How many requirements are met by an override only: stated as well, where there are any."""


@dataclass(frozen=True)
class Approval:
    """What one person signed: this state of the inputs, these findings, rules and number of entries, at this time.

    `overrides` is how many requirements were met by an override only.
    """

    name: str
    state: str
    findings_sha256: str
    ruleset_version: str
    roster_size: int
    as_of_utc: datetime
    thumbprint: str
    key: Mapping[str, str]
    statement: str
    overrides: int = 0

    def document(self) -> dict[str, Any]:
        """The form in `approvals` of `release.json`."""
        return {
            "name": self.name,
            "as_of_utc": iso_utc(self.as_of_utc),
            "thumbprint": self.thumbprint,
            "key": dict(self.key),
            "statement": self.statement,
        }

    def key_stands(self, approvers: Sequence[Approver]) -> bool:
        """Whether its key still is the one that this name has among the approvers, and no other has."""
        named = {approver.thumbprint for approver in approvers if same_name(approver.name, self.name)}
        return named == {self.thumbprint}


def sign_statement(approver: Approver, key: OKPKey, stated: Mapping[str, Any]) -> dict[str, Any]:
    """An approval in the form of `release.json`; `stated` has what `STATED` names but the name."""
    payload = canonical({"name": approver.name, **stated})
    return {
        "name": approver.name,
        "as_of_utc": stated["as_of_utc"],
        "thumbprint": approver.thumbprint,
        "key": jose.public_jwk(approver.key),
        "statement": jose.sign(payload, key, jose.APPROVAL),
    }


def read_approval(document: Any) -> Approval:
    """An approval from its form, once its signature is seen to be by the key that it names.

    Raises:
        SignatureRefusedError: the statement was altered, is by another key, or says other than stands beside it.
    """
    try:
        (key,) = jose.read_key_set(json.dumps({"keys": [document["key"]]}))
        stated = json.loads(jose.verified(document["statement"], [key], jose.APPROVAL))
        moment = Clock.parse(stated["as_of_utc"]).as_of_utc
        fits = (
            set(stated) - {OVERRIDES} == set(STATED)
            and is_count_of_overrides(stated)
            and stated["name"] == document["name"] == key.kid
            and stated["as_of_utc"] == document["as_of_utc"] == iso_utc(moment)
            and document["thumbprint"] == key.thumbprint()
            and isinstance(stated["roster_size"], int)
            and all(isinstance(stated[name], str) for name in STATED if name != "roster_size")
        )
    except (ValueError, KeyError, TypeError, AttributeError, AuditInputError) as problem:
        raise SignatureRefusedError("APPROVAL_UNREADABLE", "En godkjenning kan ikke leses.") from problem
    if not fits:
        raise SignatureRefusedError("APPROVAL_ALTERED", "En godkjenning sier noe annet enn det som er signert.")
    values = {name: stated[name] for name in STATED if name != "as_of_utc"}
    return Approval(
        **values,
        as_of_utc=moment,
        thumbprint=document["thumbprint"],
        key=document["key"],
        statement=document["statement"],
        overrides=stated.get(OVERRIDES, 0),
    )


def is_count_of_overrides(stated: Mapping[str, Any]) -> bool:
    """Whether what is stated names overrides by their number, or there are none and it names none."""
    counted = stated.get(OVERRIDES, 1)
    return isinstance(counted, int) and not isinstance(counted, bool) and counted > 0


def are_two_people(approvals: Sequence[Approval]) -> bool:
    """Whether two of them differ both in name and in key: one key under two names is one, and so is one name."""
    return any(
        one.thumbprint != other.thumbprint and not same_name(one.name, other.name)
        for one in approvals
        for other in approvals
    )


@dataclass(frozen=True)
class History:
    """What the ledger's lines come to: the approvals that have not lapsed, and whether a RELEASE was given on them.

    `lapsed_state` is the state at which a release was last taken back, while no approval has been given since;
    `decisions` are the hashes of every decision recorded, and `last_decision` is the last one's line.
    """

    active: tuple[Approval, ...] = ()
    released: bool = False
    lapsed_state: str | None = None
    decisions: frozenset[str] = frozenset()
    last_decision: Mapping[str, Any] | None = None


def derive(ledger: Ledger) -> History:
    """Go through the ledger from its first line.

    Raises:
        SignatureRefusedError: a line has an approval that nobody signed, or a release that two people had not approved.
    """
    active: tuple[Approval, ...] = ()
    released, lapsed_state, last = False, None, None
    decisions: set[str] = set()
    for line in ledger.lines:
        if line["event"] == "approval":
            active, lapsed_state = (*active, read_approval(line["approval"])), None
        elif line["event"] == "lapse":
            lapsed_state = line["state"] if released else lapsed_state
            active, released = (), False
        elif line["event"] == "decision":
            last = line
            decisions.add(str(line["decision_sha256"]))
            released = released or line["decision"] == "RELEASE"
            if line["decision"] == "RELEASE" and not are_two_people(active):
                raise SignatureRefusedError("UNBACKED", f"Linje {line['seq']} frigir uten to godkjenninger.")
    return History(active, released, lapsed_state, frozenset(decisions), last)
