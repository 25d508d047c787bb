"""Words and small types shared by Python, SQL, docs and pages. The glossary of the design is the law for names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class AuditInputError(Exception):
    """The input cannot be audited. The message is one sentence for a person: which file, which row, what to do."""


class RefusedError(Exception):
    """What was asked is refused. The message is one Norwegian sentence that says why, and what to do."""


class CaseSystem(StrEnum):
    """Values of `fagsystem` in the registry (contract §1)."""

    VISMA_FAMILIA = "VISMA_FAMILIA"
    VISMA_FLYT_BARNEVERN = "VISMA_FLYT_BARNEVERN"
    DIPS_BARNEVERN = "DIPS_BARNEVERN"
    NETCOMPANY_MODULUS_BARN = "NETCOMPANY_MODULUS_BARN"
    MANUELL_MOTTAK = "MANUELL_MOTTAK"
    UKJENT = "UKJENT"


class Outcome(StrEnum):
    """What became of one message (contract §2, `findings`)."""

    REGISTERED = "registered"
    PRINTED = "printed"
    NOT_DELIVERED = "not_delivered"
    IN_TRANSIT = "in_transit"
    LOST = "lost"
    UNKNOWN = "unknown"


class Requirement(StrEnum):
    """What a roster entry must meet to be verified (contract §2, `requirements`)."""

    CASE_SYSTEM_KNOWN = "CASE_SYSTEM_KNOWN"
    FIX_INSTALLED = "FIX_INSTALLED"
    PORTAL_COVERED = "PORTAL_COVERED"
    LOG_COVERED = "LOG_COVERED"
    LOSSES_FOLLOWED_UP = "LOSSES_FOLLOWED_UP"
    CLEAN_SINCE_FIX = "CLEAN_SINCE_FIX"
    SURVEY_ANSWERED = "SURVEY_ANSWERED"
    SURVEY_AGREES = "SURVEY_AGREES"
    DEVIATION_REPORTED = "DEVIATION_REPORTED"


class GlobalReason(StrEnum):
    """Why nothing at all may be deleted (contract §2, `release.json`)."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVALS_LAPSED = "APPROVALS_LAPSED"
    REQUIREMENTS_UNMET = "REQUIREMENTS_UNMET"
    PORTAL_MANIFEST_MISSING = "PORTAL_MANIFEST_MISSING"
    PORTAL_INCOMPLETE = "PORTAL_INCOMPLETE"
    RECIPIENT_UNKNOWN = "RECIPIENT_UNKNOWN"
    CHECK_FAILED = "CHECK_FAILED"
    DRILL_FAILED = "DRILL_FAILED"
    ROSTER_EMPTY = "ROSTER_EMPTY"


@dataclass(frozen=True)
class Clock:
    """The moment that the audit speaks of. Every rule asks it instead of the machine's clock."""

    as_of: datetime

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError("a clock needs a time with a zone")

    @property
    def as_of_utc(self) -> datetime:
        """The same moment as naive UTC, the form that the `_utc` columns have."""
        return self.as_of.astimezone(UTC).replace(tzinfo=None)

    @classmethod
    def now(cls) -> Clock:
        return cls(datetime.now(UTC).replace(microsecond=0))

    @classmethod
    def parse(cls, text: str) -> Clock:
        """Read `--as-of`: ISO 8601; without an offset it is UTC, a date alone is its first moment.

        Raises:
            AuditInputError: the text is not a time.
        """
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise AuditInputError(
                f"--as-of «{text}» is not a time: write it like 2023-07-01T06:00:00Z or 2023-07-01."
            ) from None
        return cls(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def iso_utc(moment: datetime | None) -> str | None:
    """Write a time as the outputs do: ISO 8601 in UTC with `Z`; naive times are taken as UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def norwegian_date(moment: datetime) -> date:
    """The day that a moment with a zone belongs to in Norway."""
    return moment.astimezone(ZoneInfo("Europe/Oslo")).date()


def normal_district(text: str | None) -> str:
    """The district as two digits; empty and "00" both mean no district and give the empty string."""
    digits = (text or "").strip()
    return "" if digits in {"", "0", "00"} else digits.zfill(2)


def entry_name(municipality_no: str, district_no: str) -> str:
    """The key of a roster entry as one text: `0301` or `0301-05`."""
    return f"{municipality_no}-{district_no}" if district_no else municipality_no
