"""The receipt as a page: Norwegian, one A4, nothing fetched from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from meldingskontroll.intake import told
from meldingskontroll.intake.messages import grouped
from meldingskontroll.intake.outcome import Outcome

_STATUS = {
    "accepted": ("Mottatt", "Filen er lest, og alt var i orden. Dere trenger ikke gjøre noe mer med den.", "✓"),
    "accepted_with_warnings": (
        "Mottatt med merknader",
        "Filen er lest og teller, men noe bør rettes. Se hva nedenfor, og send en ny fil når det er gjort.",
        "!",
    ),
    "rejected": ("Avvist", "Filen er ikke tatt i bruk. Rett feilen nedenfor, og send filen på nytt.", "✗"),
}
# With more than so many lines of faults and lacks, paper needs smaller letters to hold them on one page.
_MANY = 10


def page_of(receipt: dict[str, Any], outcome: Outcome, lacking: list[str] | None, *, synthetic: bool = False) -> str:
    """The page beside a receipt. `lacking` is what the municipality still lacks, in sentences; None if not known."""
    title, sentence, sign = _STATUS[receipt["status"]]
    columns = told.columns_read_as(outcome.reading)
    faults = grouped([entry for entry in receipt["messages"] if entry["severity"] != "info"])
    return _template().render(
        receipt=receipt,
        name="Fil der navnet ikke gjentas" if outcome.hide_name else receipt["file"],
        outcome=outcome,
        title=title,
        sentence=sentence,
        sign=sign,
        folder=told.place(outcome.folder_no),
        form=told.read_as(outcome.format, outcome.reading),
        times=told.times_read_as(outcome.reading),
        renamed=[(name, own) for name, own in columns if name != own],
        kept=[name for name, own in columns if name == own],
        case_system=told.case_system(outcome.case_system),
        severity=told.SEVERITY,
        rows_named=told.rows_named,
        received=told.written_us(outcome.arrived),
        period=[told.written_us(outcome.period_from), told.written_us(outcome.period_to)]
        if outcome.period_from is not None
        else None,
        speaks=_speaks(outcome),
        faults=faults,
        dense=len(faults) + len(lacking or []) > _MANY,
        remarks=grouped([entry for entry in receipt["messages"] if entry["severity"] == "info"]),
        lacking=lacking,
        synthetic=synthetic,
    )


def _speaks(outcome: Outcome) -> str:
    places = ", ".join(told.place(number) for number in outcome.speaks_municipalities)
    return f"{places}, bydel {', '.join(outcome.speaks_districts)}" if outcome.speaks_districts else places


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
