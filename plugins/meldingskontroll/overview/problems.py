"""What of the survey and the follow-up could not be used, in words for the one who sees to the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "FILE_UNREADABLE": "Filen kan ikke leses som tekst. Lagre den som CSV i UTF-8.",
        "COLUMNS_MISSING": "Filen mangler kolonner den må ha, og ingenting av den er lest.",
        "COLUMNS_REPEATED": "Filen har to kolonner med samme navn, og ingenting av den er lest.",
        "ROW_UNREADABLE": "Raden har flere verdier enn overskriften, og teller ikke.",
        "TIME_UNREADABLE": "Tidspunktet kan ikke leses, og svaret teller ikke.",
        "DATE_UNREADABLE": "Datoen kan ikke leses, og tiltaket teller ikke.",
        "AFTER_AS_OF": "Raden er datert etter tidspunktet kontrollen gjelder, og teller ikke ennå.",
        "REPEATED_ID": "Svaret har samme svar_id som et annet, og teller ikke.",
        "ID_MISSING": "Svaret mangler svar_id, og teller ikke.",
        "SERVICE_MISSING": "Svaret sier ikke hvilken tjeneste det gjelder, og teller ikke.",
        "SERVICE_UNREADABLE": "Tjenesten kan ikke leses, og svaret teller ikke.",
        "SERVICE_UNKNOWN": "Tjenesten står ikke i registeret. Den som er ment, er ikke svart for.",
        "ROLE_UNKNOWN": "Rollen er ukjent, og svaret teller ikke.",
        "CASE_SYSTEMS_UNREADABLE": "Fagsystem og integrert svarer ikke til hverandre. Svaret teller ikke.",
        "MISSING_UNREADABLE": "Svaret på om meldinger mangler, er et ukjent ord. Svaret teller ikke.",
        "COUNT_UNREADABLE": "Antallet er ikke et helt tall, og svaret teller ikke.",
        "SPLIT_UNREADABLE": "Fordelingen på tjenester kan ikke leses, og svaret teller ikke.",
        "CONTRADICTS_ITSELF": "Svaret motsier seg selv, og teller ikke.",
        "CHOICE_UNKNOWN": "Et valg er et ukjent ord og sett bort fra. Resten av svaret teller.",
        "PERSONAL_DATA": "Fritekstfeltet ser ut til å ha personopplysninger. Det vises aldri, men slett dem i kilden.",
        "MUNICIPALITY_UNREADABLE": "Kommunenummeret kan ikke leses, og tiltaket teller ikke.",
        "ACTION_UNKNOWN": "Tiltaket er ukjent, og teller ikke.",
        "MESSAGE_ID_UNREADABLE": "Meldingens id kan ikke leses, og tiltaket teller ikke.",
        "TARGET_MISSING": "Tiltaket sier verken melding eller gruppe, og teller ikke.",
    }
)
# Whoever names a file may put a birth date or an id number in its name; the overview is public.
_MANY_DIGITS = re.compile(r"\d{6}[ -]?\d{5}|(?<!\d)(?!20)\d{6}(?!\d)")


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `overview__survey_problems` as the page shows it: file, text, count, rows."""
    name = row["source_file"]
    rows = ", ".join(str(number) for number in row["first_rows"])
    more = row["problems"] - len(row["first_rows"]) if rows else 0
    return {
        "file": "(navnet vises ikke)" if _MANY_DIGITS.search(name) else name,
        "text": _TEXTS.get(row["code"], row["code"]),
        "problems": row["problems"],
        "rows": (f"{rows} og {more} til" if more else rows) or "hele filen",
    }
