"""The receipt as a page: Norwegian, one A4, nothing fetched from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from meldingskontroll.intake.outcome import Outcome

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
_LACKING = {
    "CASE_SYSTEM_KNOWN": "Hvilket fagsystem som var i bruk, er ikke avklart.",
    "FIX_INSTALLED": "Rettet versjon av fagsystemet er ikke bekreftet installert.",
    "PORTAL_COVERED": "Portalens egen logg dekker ennå ikke hele perioden. Dere skal ikke gjøre noe.",
    "LOG_COVERED": "Loggene dekker ikke hele perioden. Send logger for det som mangler.",
    "LOSSES_FOLLOWED_UP": "Tapte meldinger er ikke fulgt opp.",
    "CLEAN_SINCE_FIX": "Minst sju døgn uten tap etter rettelsen er ikke vist. Send en logg for tiden etter.",
    "SURVEY_ANSWERED": "Spørreundersøkelsen er ikke besvart.",
    "SURVEY_AGREES": "Svaret på spørreundersøkelsen stemmer ikke med loggene.",
    "DEVIATION_REPORTED": "Avviket er ikke meldt Datatilsynet.",
}


def written_time(moment: datetime) -> str:
    """A UTC time as a Norwegian reads it: `05.06.2023 kl. 13.00`, seconds only where there are any."""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_OSLO)
    return local.strftime("%d.%m.%Y kl. %H.%M.%S" if local.second else "%d.%m.%Y kl. %H.%M")


def page_of(receipt: dict[str, Any], outcome: Outcome, lacking: list[tuple[str, str]]) -> str:
    """The page beside a receipt. `lacking` are (entry, unmet requirement) of the municipality."""
    title, sentence, sign = _STATUS[receipt["status"]]
    return _template().render(
        receipt=receipt,
        outcome=outcome,
        title=title,
        sentence=sentence,
        sign=sign,
        form=_FORMATS[outcome.format],
        severity=_SEVERITY,
        received=_written(outcome.arrived),
        period=[_written(outcome.period_from), _written(outcome.period_to)]
        if outcome.period_from is not None
        else None,
        speaks=_speaks(outcome),
        faults=[entry for entry in receipt["messages"] if entry["severity"] != "info"],
        remarks=[entry for entry in receipt["messages"] if entry["severity"] == "info"],
        lacking=_grouped(lacking),
    )


def _written(us: int | None) -> str:
    return "" if us is None else written_time(datetime.fromtimestamp(us // 1_000_000, UTC))


def _speaks(outcome: Outcome) -> str:
    places = ", ".join(outcome.speaks_municipalities)
    return f"{places}, bydel {', '.join(outcome.speaks_districts)}" if outcome.speaks_districts else places


def _grouped(lacking: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """(what is lacking, the entries) in the order of the requirements."""
    found: dict[str, list[str]] = {}
    for entry, requirement in lacking:
        found.setdefault(requirement, []).append(entry)
    return [(_LACKING[code], found[code]) for code in _LACKING if code in found]


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
