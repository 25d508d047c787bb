"""What an operator sees of the receipts in Airflow: how many of each kind, and each file's in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from meldingskontroll.intake import told
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.lake import WorkFolder

_STATUS = {"accepted": "mottatt", "accepted_with_warnings": "mottatt med merknader", "rejected": "avvist"}
_FILES_SHOWN = 20


def counted(files: Mapping[str, int]) -> str:
    """Counts by status in words: `2 mottatt, 1 avvist`; `ingen filer` where there are none."""
    return (
        ", ".join(f"{files[status]} {word}" for status, word in _STATUS.items() if files.get(status)) or "ingen filer"
    )


def in_short(work: WorkFolder, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The latest files' receipts, at most twenty: nothing of a file's content, and a hidden name stays hidden.

    Returns:
        `{"file", "status", "rows", "period", "said", "receipt"}` a file: `said` the codes with how often each was
        said, `receipt` the page's path in the work folder.
    """
    return [_in_short(work, outcome) for outcome in outcomes[-_FILES_SHOWN:]]


def _in_short(work: WorkFolder, outcome: Outcome) -> dict[str, Any]:
    page = work.receipt(outcome.folder_no, outcome.file_name, outcome.sha256)
    period = ""
    if outcome.period_from is not None:
        period = f"{told.written_us(outcome.period_from)} – {told.written_us(outcome.period_to)}"
        period += "" if outcome.period_is_proof else " (ikke bevis)"
    return {
        "file": outcome.file_name,
        "status": _STATUS[outcome.status],
        "rows": f"{outcome.rows_accepted} av {outcome.rows_read} rader",
        "period": period,
        "said": dict(Counter(entry.code for entry in outcome.messages)),
        "receipt": str(page.relative_to(work.root).with_suffix(".html")),
    }
