"""What a receipt tells of a file in Norwegian: times, places, and how the file was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from meldingskontroll.roster.reference import municipality_names

SEVERITY = {"error": "Feil", "warning": "Merknad", "info": "Til opplysning"}
FORMATS = {
    "template": "tekstfil",
    "workbook": "Excel-arbeidsbok",
    "json": "JSON",
    "svarinn_importer": "logg fra SvarInn-importøren",
    "none": "ikke lest",
}
_DELIMITERS = {";": "semikolon", ",": "komma", "\t": "tabulator", "|": "loddrett strek"}
_CASE_SYSTEMS = {
    "VISMA_FAMILIA": "Visma Familia",
    "VISMA_FLYT_BARNEVERN": "Visma Flyt Barnevern",
    "DIPS_BARNEVERN": "DIPS Barnevern",
    "NETCOMPANY_MODULUS_BARN": "Modulus Barn",
    "MANUELL_MOTTAK": "manuelt mottak",
    "SVARINN_IMPORTER": "SvarInn-importøren",
}
_OSLO = ZoneInfo("Europe/Oslo")


def written_time(moment: datetime) -> str:
    """A UTC time as a Norwegian reads it: `05.06.2023 kl. 13.00`, seconds only where there are any."""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_OSLO)
    return local.strftime("%d.%m.%Y kl. %H.%M.%S" if local.second else "%d.%m.%Y kl. %H.%M")


def written_us(us: int | None) -> str:
    """The same of µs since 1970, empty for None."""
    return "" if us is None else written_time(datetime.fromtimestamp(us // 1_000_000, UTC))


def place(number: str) -> str:
    """A municipality's number and name."""
    return f"{number} {municipality_names().get(number, '')}".strip()


def case_system(code: str) -> str:
    """A case system's name; one that we do not know is shown as the sender wrote it, in capitals."""
    return _CASE_SYSTEMS.get(code, code)


def read_as(form: str, reading: Mapping[str, Any]) -> str:
    """What kind of file it was taken for: `tekstfil (UTF-8), skilt med semikolon, overskrift i rad 4`."""
    parts = [FORMATS[form] + (f" ({reading['encoding']})" if reading.get("encoding") else "")]
    if reading.get("delimiter"):
        parts.append(f"skilt med {_DELIMITERS.get(reading['delimiter'], 'annet tegn')}")
    if reading.get("header_row"):
        parts.append(f"overskrift i rad {reading['header_row']}")
    return ", ".join(parts)


def times_read_as(reading: Mapping[str, Any]) -> str:
    """How the times were written and read: `dd.mm.åååå TT:MM, lest som norsk tid, til nærmeste minutt`."""
    if not reading.get("times"):
        return ""
    zone = {"none": "lest som norsk tid", "all": "med sone", "some": "noen med sone, resten lest som norsk tid"}
    finest = min(reading.get("resolution_s") or [1])
    fineness = {60: ", til nærmeste minutt", 86_400: ", bare dato"}.get(finest, "")
    return f"{' eller '.join(reading['times'])}, {zone[reading['zoned']]}{fineness}"


def columns_read_as(reading: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(the template's name, the sender's own) of every column that was recognised."""
    return list(reading.get("columns", {}).items())


def rows_named(rows: Sequence[int]) -> str:
    """Row numbers in ascending order as a person lists them: `rad 4`, `radene 4, 7–19`."""
    spans: list[tuple[int, int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    shown = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}–{b}" for a, b in spans]
    return f"{'rad' if len(rows) == 1 else 'radene'} {', '.join(shown)}"
