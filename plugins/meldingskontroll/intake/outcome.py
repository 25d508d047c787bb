"""What became of one file of an inbox, and where that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from meldingskontroll.domain import iso_utc
from meldingskontroll.intake.messages import Message
from meldingskontroll.lake import WorkFolder


@dataclass
class Outcome:
    """What became of one file of an inbox. Times are µs since 1970, UTC. JSON-ready by `as_dict`."""

    folder_no: str
    file_name: str
    sha256: str
    size_bytes: int
    arrived: int
    status: str
    format: str = "none"
    case_system: str = "VISMA_FAMILIA"
    case_system_version: str | None = None
    exported: int | None = None
    exported_until: int | None = None
    period_from: int | None = None
    period_to: int | None = None
    period_is_proof: bool = False
    speaks_municipalities: list[str] = field(default_factory=list)
    speaks_districts: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    same_bytes_as: str | None = None
    checks: int = 0
    reading: dict[str, Any] = field(default_factory=dict)  # as `reading_of` gives it
    hide_name: bool = False
    key: str = ""
    messages: list[Message] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {**vars(self), "messages": [message.as_dict() for message in self.messages]}

    def declares(self) -> tuple[object, ...]:
        """What the file says of itself, to compare two copies."""
        said = (self.period_from, self.period_to, self.exported, self.case_system, self.period_is_proof)
        return (*said, *self.speaks_municipalities, "|", *self.speaks_districts)

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Outcome:
        return cls(**{**value, "messages": [Message(**entry) for entry in value["messages"]]})


def stored_outcomes(work: WorkFolder, number: str) -> list[Outcome]:
    """A folder's outcomes as the last collection left them; none if it was not collected."""
    file = work.intake_outcomes(number)
    return [Outcome.from_dict(entry) for entry in json.loads(file.read_text())] if file.is_file() else []


def receipt_of(outcome: Outcome, added: Iterable[Message] = ()) -> dict[str, Any]:
    """The receipt as JSON. Messages that were added after the audit stand before what is only information."""
    late = list(added)
    messages = [m for m in outcome.messages if m.severity != "info"] + late
    messages += [m for m in outcome.messages if m.severity == "info"]
    status = "accepted_with_warnings" if late and outcome.status == "accepted" else outcome.status
    return {
        "file": outcome.file_name,
        "sha256": outcome.sha256,
        "status": status,
        "rows_read": outcome.rows_read,
        "rows_accepted": outcome.rows_accepted,
        "rows_rejected": outcome.rows_rejected,
        "period_from": _iso(outcome.period_from),
        "period_to": _iso(outcome.period_to),
        "messages": [message.as_dict() for message in messages],
    }


def _iso(us: int | None) -> str | None:
    return None if us is None else iso_utc(datetime.fromtimestamp(us // 1_000_000, UTC))
