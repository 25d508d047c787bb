"""The receipt as a page: Norwegian, one A4, nothing fetched from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from meldingskontroll.intake.messages import MORE
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.roster.reference import municipality_names

_OSLO = ZoneInfo("Europe/Oslo")
_STATUS = {
    "accepted": ("Mottatt", "Filen er lest, og alt var i orden.", "✓"),
    "accepted_with_warnings": ("Mottatt med merknader", "Filen er lest, men se merknadene nedenfor.", "!"),
    "rejected": ("Avvist", "Filen er ikke tatt i bruk. Rett feilen, og send den på nytt.", "✗"),
}
_FORMATS = {
    "template": "tekstfil etter malen",
    "workbook": "Excel-arbeidsbok",
    "json": "JSON",
    "svarinn_importer": "logg fra SvarInn-importøren",
    "none": "ikke lest",
}
_SEVERITY = {"error": "Feil", "warning": "Merknad", "info": "Til opplysning"}


def written_time(moment: datetime) -> str:
    """A UTC time as a Norwegian reads it: `05.06.2023 kl. 13.00`, seconds only where there are any."""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_OSLO)
    return local.strftime("%d.%m.%Y kl. %H.%M.%S" if local.second else "%d.%m.%Y kl. %H.%M")


def page_of(receipt: dict[str, Any], outcome: Outcome, lacking: list[str], *, synthetic: bool = False) -> str:
    """The page beside a receipt. `lacking` is what the municipality still lacks, in sentences."""
    title, sentence, sign = _STATUS[receipt["status"]]
    return _template().render(
        receipt=receipt,
        outcome=outcome,
        title=title,
        sentence=sentence,
        sign=sign,
        folder=_place(outcome.folder_no),
        form=_FORMATS[outcome.format],
        severity=_SEVERITY,
        received=_written(outcome.arrived),
        period=[_written(outcome.period_from), _written(outcome.period_to)]
        if outcome.period_from is not None
        else None,
        speaks=_speaks(outcome),
        faults=_grouped([entry for entry in receipt["messages"] if entry["severity"] != "info"]),
        remarks=[entry for entry in receipt["messages"] if entry["severity"] == "info"],
        lacking=lacking,
        synthetic=synthetic,
    )


def _written(us: int | None) -> str:
    return "" if us is None else written_time(datetime.fromtimestamp(us // 1_000_000, UTC))


def _speaks(outcome: Outcome) -> str:
    places = ", ".join(_place(number) for number in outcome.speaks_municipalities)
    return f"{places}, bydel {', '.join(outcome.speaks_districts)}" if outcome.speaks_districts else places


def _grouped(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line for each text, with all the rows that it is said of; what only says how many more joins its kind."""
    found: list[dict[str, Any]] = []
    for entry in messages:
        same = [line for line in found if line["code"] == entry["code"]]
        alike = [line for line in same if line["text"] == entry["text"]]
        if same and entry["text"].startswith(MORE):
            same[-1]["more"] = entry["text"]
        elif alike and entry["row"] is not None:
            alike[0]["rows"].append(entry["row"])
        else:
            rows = [] if entry["row"] is None else [entry["row"]]
            found.append({**entry, "rows": rows, "more": ""})
    return found


def _place(number: str) -> str:
    return f"{number} {municipality_names().get(number, '')}".strip()


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("meldingskontroll.intake", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("kvittering.html")
