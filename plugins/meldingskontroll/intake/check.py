"""The receipt of one file, on the municipality's own machine: the same reading as in the inbox, and nothing written."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.intake import source
from meldingskontroll.intake.examine import examine, item_of, limit_bytes, refused
from meldingskontroll.intake.messages import Refused
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.intake.receipts import receipt_of
from meldingskontroll.intake.scope import folder_of, hosting
from meldingskontroll.settings import Settings

_STATUS = {"accepted": "MOTTATT", "accepted_with_warnings": "MOTTATT MED MERKNADER", "rejected": "AVVIST"}
_SEVERITY = {"error": "Feil", "warning": "Merknad", "info": "Til opplysning"}


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


def print_receipt(receipt: dict[str, Any], *, as_json: bool = False) -> None:
    """Print a receipt to the terminal: as sentences, or as the JSON that `check_file` gave."""
    if as_json:
        sys.stdout.write(json.dumps(receipt, ensure_ascii=False, indent=2) + "\n")
        return
    lines = [
        f"{receipt['file']}: {_STATUS[receipt['status']]}",
        f"{receipt['rows_read']} rader lest, {receipt['rows_accepted']} tatt med, "
        f"{receipt['rows_rejected']} ikke tatt med.",
    ]
    if receipt["period_from"]:
        lines.append(f"Oppgitt periode (UTC): {receipt['period_from']} til {receipt['period_to']}.")
    for entry in receipt["messages"]:
        place = f" rad {entry['row']}" if entry["row"] is not None else ""
        lines.append(f"- {_SEVERITY[entry['severity']]}{place} ({entry['code']}): {entry['text']}")
    sys.stdout.write("\n".join(lines) + "\n")
