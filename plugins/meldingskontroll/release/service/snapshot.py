"""What the service believes, as a pure function of the files' bytes: RELEASE only where everything proves it.

The rules are those of contract §4 (what is missing, stale, unreadable or expired is HOLD, with the reason) and of
docs/decisions/0007-release-files.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from joserfc.jwk import OKPKey

from meldingskontroll.domain import Clock
from meldingskontroll.release import jose
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.service.strict import strict_json
from meldingskontroll.release.verify import verify

_CONTRADICTS = frozenset({"HOLD", "WRONG_TERM", "NOT_CARRIED", "UNREADABLE", "NOT_YET_VALID", "EXPIRED"})


class ServiceReason(StrEnum):
    """Why the service itself holds, beside the reasons of `release.json`."""

    DECISION_MISSING = "DECISION_MISSING"
    DECISION_UNREADABLE = "DECISION_UNREADABLE"
    DECISION_CONTRADICTORY = "DECISION_CONTRADICTORY"
    CERTIFICATE_MISSING = "CERTIFICATE_MISSING"
    CERTIFICATE_DIFFERS = "CERTIFICATE_DIFFERS"
    KEYS_UNREADABLE = "KEYS_UNREADABLE"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    APPROVALS_INVALID = "APPROVALS_INVALID"
    CLEARANCE_UNREADABLE = "CLEARANCE_UNREADABLE"
    CLEARANCE_DIFFERS = "CLEARANCE_DIFFERS"
    LEDGER_DIFFERS = "LEDGER_DIFFERS"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True)
class Files:
    """The files' bytes as they stood together; None for what is missing or cannot be read.

    `clearance_for` is the sha256 of the decision that `clearance.parquet` was made for, in hex; None if unknown.
    `clearance_sha256` is its own. `standing` has what the ledger knows of releases that were not taken back: the sha256
    of the clearance by that of the decision.
    """

    decision: bytes | None = None
    certificate: bytes | None = None
    keys: bytes | None = None
    approvers: bytes | None = None
    clearance_for: str | None = None
    clearance_readable: bool = False
    clearance_sha256: str | None = None
    standing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What is answered at one moment. `body` is a document in the form of `release.json`."""

    decision: str
    document: dict[str, Any]
    body: bytes
    etag: str
    reason: ServiceReason | None
    certificate: str | None
    decision_sha256: str | None
    clearance_sha256: str | None = None

    @property
    def is_release(self) -> bool:
        return self.decision == "RELEASE"


@dataclass(frozen=True)
class Snapshot:
    """What the files say, and from when until when a RELEASE among them holds."""

    standing: Answer
    before: Answer
    after: Answer
    begin: datetime | None = None
    end: datetime | None = None

    def at(self, now: datetime) -> Answer:
        """The answer at a moment: a RELEASE only in `[as_of_utc, valid_until_utc)`."""
        if self.begin is None or self.end is None:
            return self.standing
        if now < self.begin:
            return self.before
        return self.standing if now < self.end else self.after

    @property
    def is_torn(self) -> bool:
        """Whether the files may be about to fit: a publication moves them one after the other."""
        return self.standing.reason is not None


def judge(files: Files) -> Snapshot:
    """Judge the files. Anything but a decision that proves itself in every respect gives HOLD."""
    if files.decision is None:
        return _always(_held({}, ServiceReason.DECISION_MISSING))
    try:
        document = _read_decision(files.decision)
    except (ValueError, RecursionError):
        return _always(_held({}, ServiceReason.DECISION_UNREADABLE))
    if document["decision"] == "HOLD":
        return _always(_answer(document, files.decision))
    begin, end = moment_of(document["as_of_utc"]), moment_of(document["valid_until_utc"])
    reason = _what_disproves(files, begin)
    if reason is not None:
        return _always(_held(document, reason))
    certificate = (files.certificate or b"").decode().strip()
    return Snapshot(
        replace(_answer(document, files.decision, certificate), clearance_sha256=files.clearance_sha256),
        _held(document, ServiceReason.NOT_YET_VALID),
        _held(document, ServiceReason.EXPIRED),
        begin,
        end,
    )


def is_hold(decision: bytes | None) -> bool:
    """Whether a decision is a whole HOLD, which needs nothing beside it."""
    try:
        return decision is not None and _read_decision(decision)["decision"] == "HOLD"
    except (ValueError, RecursionError):
        return False


def _what_disproves(files: Files, begin: datetime | None) -> ServiceReason | None:
    """What is missing for the files around a RELEASE to prove it, at the moment that it begins."""
    if files.certificate is None:
        return ServiceReason.CERTIFICATE_MISSING
    keys, approvers = _key_set(files.keys), _key_set(files.approvers)
    if keys is None:
        return ServiceReason.KEYS_UNREADABLE
    try:
        payload = jose.verified(files.certificate, keys, jose.CERTIFICATE)
    except SignatureRefusedError:
        return ServiceReason.SIGNATURE_INVALID
    if payload != files.decision:
        return ServiceReason.CERTIFICATE_DIFFERS
    if begin is None:
        return ServiceReason.DECISION_CONTRADICTORY
    try:
        # Without the list of approvers nobody is one.
        verify(files.certificate, keys, Clock(begin), approvers or ())
    except SignatureRefusedError as refused:
        contradicts = refused.code in _CONTRADICTS
        return ServiceReason.DECISION_CONTRADICTORY if contradicts else ServiceReason.APPROVALS_INVALID
    if not files.clearance_readable:
        return ServiceReason.CLEARANCE_UNREADABLE
    hashed = hashlib.sha256(files.decision or b"").hexdigest()
    if hashed not in files.standing:
        return ServiceReason.LEDGER_DIFFERS
    fits = files.clearance_for == hashed and files.clearance_sha256 == files.standing[hashed]
    return None if fits else ServiceReason.CLEARANCE_DIFFERS


def _key_set(content: bytes | None) -> tuple[OKPKey, ...] | None:
    """The public keys of a set; None where it is missing or cannot be read."""
    try:
        return None if content is None else jose.read_key_set(content)
    except SignatureRefusedError:
        return None


_FORM: dict[str, Callable[[Any], bool]] = {
    "decision": lambda value: value in ("HOLD", "RELEASE"),
    "as_of_utc": lambda value: value is None or moment_of(value) is not None,
    "valid_until_utc": lambda value: value is None or moment_of(value) is not None,
    "roster_size": lambda value: type(value) is int,
    "verified": lambda value: type(value) is int,
    "blocking": lambda value: _are_dicts(value) and all({"municipality_no", "reasons"} <= one.keys() for one in value),
    "global_reasons": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "drill": lambda value: isinstance(value, dict),
    "checks": lambda value: isinstance(value, dict),
    "inputs": lambda value: isinstance(value, dict),
    "ruleset_version": lambda value: isinstance(value, str),
    "approvals": lambda value: _are_dicts(value),
}


def _are_dicts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _read_decision(content: bytes) -> dict[str, Any]:
    """The decision as a document with every member that it must have.

    Raises:
        ValueError: it is not JSON, says something twice, or lacks something; a HOLD with a validity is none either.
    """
    document = strict_json(content)
    if not isinstance(document, dict):
        raise ValueError("the decision is not an object")
    if not all(name in document and fits(document[name]) for name, fits in _FORM.items()):
        raise ValueError("the decision lacks something")
    if document["decision"] == "HOLD" and document["valid_until_utc"] is not None:
        raise ValueError("a HOLD lasts until something else is decided")
    return document


def moment_of(text: Any) -> datetime | None:
    """A time of the document, in UTC; None where it is not one, lacks a zone or lies beyond all calendars."""
    try:
        moment = datetime.fromisoformat(text)
        is_usable = moment.tzinfo is not None and 1970 <= moment.year <= 9000
        return moment.astimezone(UTC) if is_usable else None
    except (TypeError, ValueError, OverflowError):
        return None


def _always(answer: Answer) -> Snapshot:
    return Snapshot(answer, answer, answer)


def _answer(document: dict[str, Any], body: bytes, certificate: str | None = None) -> Answer:
    hashed = hashlib.sha256(body).hexdigest()
    return Answer(document["decision"], document, body, f'"{hashed}"', None, certificate, hashed)


def _held(document: dict[str, Any], reason: ServiceReason) -> Answer:
    """A document of the same form that holds, with the reason; what is not known is nothing and nobody."""
    made: dict[str, Any] = {
        "decision": "HOLD",
        "as_of_utc": document.get("as_of_utc"),
        "valid_until_utc": None,
        "roster_size": document.get("roster_size", 0),
        "verified": document.get("verified", 0),
        "blocking": document.get("blocking", []),
        "global_reasons": [str(reason)],
        "drill": document.get("drill", {"planted": 0, "found": 0, "false_alarms": 0}),
        "checks": document.get("checks", {"expected": 0, "run": 0, "failed": 0}),
        "inputs": document.get("inputs", {}),
        "ruleset_version": document.get("ruleset_version", ""),
        "approvals": [],
    }
    body = (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()
    return Answer("HOLD", made, body, f'"{hashlib.sha256(body).hexdigest()}"', reason, None, None)
