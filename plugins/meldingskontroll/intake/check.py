"""The receipt of one file, on the municipality's own machine: the same reading as in the inbox, and nothing written."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.intake import source, told
from meldingskontroll.intake.examine import examine, item_of, limit_bytes, refused
from meldingskontroll.intake.messages import Refused, grouped
from meldingskontroll.intake.outcome import Outcome, receipt_of
from meldingskontroll.intake.scope import folder_of, hosting
from meldingskontroll.settings import Settings

_STATUS = {"accepted": "MOTTATT", "accepted_with_warnings": "MOTTATT MED MERKNADER", "rejected": "AVVIST"}
_WIDTH = 100


def check_file(file: Path, municipality_no: str, settings: Settings) -> dict[str, Any]:
    """What the receipt would say (contract §1), by the services that the project ships; a manifest beside is honoured.

    Raises:
        AuditInputError: there is no such file, or the number is not a municipality number.
    """
    return receipt_of(examined(file, municipality_no, settings))


def examined(file: Path, municipality_no: str, settings: Settings) -> Outcome:
    """The outcome that `check_file` shows."""
    if not (len(municipality_no) == 4 and municipality_no.isascii() and municipality_no.isdigit()):
        raise AuditInputError("Kommunenummeret må ha fire sifre, for eksempel 0301.")
    try:
        item = item_of(file)
    except OSError:
        raise AuditInputError("Finner ikke filen. Kontroller navnet, og prøv igjen.") from None
    folder = folder_of(municipality_no, hosting(None, settings.fault_start, Clock.now().as_of_utc.date()))
    if not item.regular:
        return refused(folder, item, Refused("NOT_A_FILE"), source.name_hash(item.name))
    if not source.has_log_ending(item.name):
        digest = source.hash_only(file) or source.name_hash(item.name)
        return refused(folder, item, Refused("UNKNOWN_ENDING"), digest)
    try:
        content = source.read(file, limit_bytes(settings))
    except Refused as refusal:
        return refused(folder, item, refusal, source.hash_only(file) or source.name_hash(item.name))
    return examine(folder, item, content, source.manifest_beside(file)).outcome


def print_receipt(outcome: Outcome, *, as_json: bool = False) -> None:
    """Print what a file's receipt would say: as sentences, or as the receipt's JSON."""
    receipt = receipt_of(outcome)
    if as_json:
        sys.stdout.write(json.dumps(receipt, ensure_ascii=False, indent=2) + "\n")
        return
    lines = [f"{receipt['file']}: {_STATUS[receipt['status']]}"]
    if receipt["status"] != "rejected":
        lines += ["", *_read_as(outcome)]
    for entry in grouped(receipt["messages"]):
        lines += ["", *_wrapped(f"{told.SEVERITY[entry['severity']]} ({entry['code']}): {entry['text']}")]
        if entry["rows"]:
            lines += _wrapped(f"Gjelder {told.rows_named(entry['rows'])} {entry['more']}".rstrip())
    lines += ["", f"Kontroller utført: {outcome.checks}. Ingenting er sendt eller lagret."]
    sys.stdout.write("\n".join(lines) + "\n")


def _read_as(outcome: Outcome) -> list[str]:
    """How the file was understood, a line for each thing."""
    columns = [name if name == own else f"{name} («{own}»)" for name, own in told.columns_read_as(outcome.reading)]
    period = "ikke oppgitt"
    if outcome.period_from is not None:
        period = f"{told.written_us(outcome.period_from)} til {told.written_us(outcome.period_to)}, norsk tid"
        period += "" if outcome.period_is_proof else " (regnes ikke som vist før merknadene er rettet)"
    said = {
        "Lest som": told.read_as(outcome.format, outcome.reading),
        "Kolonner": ", ".join(columns),
        "Tidspunkter": told.times_read_as(outcome.reading),
        "Rader": f"{outcome.rows_read} lest, {outcome.rows_accepted} tatt med, {outcome.rows_rejected} ikke tatt med",
        "Periode": period,
        "Gjelder": ", ".join(told.place(number) for number in outcome.speaks_municipalities),
    }
    return [line for name, text in said.items() if text for line in _wrapped(f"{name + ':':<13}{text}", " " * 13)]


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    first = indent if text.startswith("Gjelder rad") else ""
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
