"""What the national page shows: decision, figures, map, table, and what is not known."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from meldingskontroll.overview import kept, problems, words
from meldingskontroll.overview.drawing import STACK, draw_map, draw_timeline, geometry, has_losses
from meldingskontroll.overview.figures import Entry, Figures
from meldingskontroll.overview.overridden import overridden_in
from meldingskontroll.overview.status import STATUSES, loss_groups, status_of
from meldingskontroll.roster import reference

CONSERVED = ("registered", "printed", "not_delivered", "in_transit", "lost", "unknown")
_INFORMED = {
    "direkte_personer": "Direkte kontakt med enkeltpersoner",
    "direkte_tjenester": "Direkte kontakt med tjenester de samarbeider med",
    "lokal_media": "Lokale medier",
    "andre_måter": "Andre måter",
    "ikke_noe": "Ikke gjort noe særskilt",
}
_PORTAL_PROBLEM = (
    "Portalens uttrekk er ikke bevist fullstendig. Så lenge det varer, er ingenting bevist for noen kommune."
)


def page_of(figures: Figures, by_municipality: dict[str, list[Entry]]) -> dict[str, Any]:
    """The values that the template `index.html` names."""
    counts = Counter(status_of(entries).code for entries in by_municipality.values())
    outside = len(geometry()["municipalities"]) - len(
        {entries[0].canonical_no for entries in by_municipality.values()} & geometry()["municipalities"].keys()
    )
    counts["outside"] = outside
    return {
        "figures": figures,
        "overridden": overridden_in(figures.entries),
        "kept": kept.told(figures.kept_beyond, {entry.entry_id: entry.place for entry in figures.entries}),
        "municipalities": len(by_municipality),
        "map": draw_map(by_municipality, reference.municipality_names()),
        "credit": geometry()["credit"],
        "legend": [(status, counts[code]) for code, status in STATUSES.items()],
        "rows": [_row(entry) for entry in figures.entries],
        "blocks": figures.unmet,
        "global_reasons": [words.text_of(code) for code in figures.release["global_reasons"]],
        "conserved": [(words.OUTCOMES[name], figures.totals[name], name) for name in CONSERVED],
        "balanced": figures.totals["sent"] == sum(figures.totals[name] for name in CONSERVED),
        "picture": _picture(figures),
        "months": [
            row | {"label": f"{words.MONTHS[row['month'].month - 1]} {row['month'].year}"} for row in figures.months
        ],
        "stack": STACK,
        "not_known": not_known(figures),
        "problems": [problems.shown(row) for row in figures.survey_problems],
        "informed": [(_INFORMED[name], count) for name, count in figures.survey["informed"].items()],
        "published": [_published(row) for row in reference.rows("published_figures.csv")],
        "with_losses": sum(has_losses(entries) for entries in by_municipality.values()),
        "valid_until": words.read_utc(figures.release.get("valid_until_utc")),
    }


def not_known(figures: Figures) -> list[str]:
    """What cannot be said, each as a Norwegian sentence with its number; what is nil is left out."""
    entries = figures.entries
    rejected = [(no, row) for no, rows in figures.uploads.items() for row in rows if row["status"] == "rejected"]
    silences = [row for entry in entries for row in entry.silences]
    groups = [group for entry in entries for group in loss_groups(entry)[1]]
    counted: list[tuple[int, str]] = [
        (int(not figures.portal["declared"] or bool(figures.portal["problem"])), _PORTAL_PROBLEM),
        (
            sum(e.row["coverage_share"] <= 0 for e in entries),
            "{} har ingen bevist tid. Om dem vet vi ingenting sikkert.",
        ),
        (
            sum(0 < e.row["coverage_share"] < 1 for e in entries),
            "{} har hull i dokumentasjonen. Det som skjedde i hullene, er ukjent.",
        ),
        (sum(e.case_system == "UKJENT" for e in entries), "{} har ikke oppgitt hvilket fagsystem tjenesten bruker."),
        (sum(e.survey is None for e in entries), "For {} har ingen svart på spørreundersøkelsen."),
    ]
    said = [sentence.format(_entries(count)) for count, sentence in counted if count]
    said[1:1] = [_unknown_messages(row) for row in figures.unknowns]
    if recent := figures.totals["unknown"] - sum(row["messages"] for row in figures.unknowns):
        messages = words.plural(recent, "melding", "meldinger")
        said.append(f"{messages} er så nye at ingen logg trenger å dekke dem ennå. Utfallet er ukjent til neste logg.")
    if silences:
        said.append(
            f"I {words.plural(len(silences), 'strekning', 'strekninger')} er en logg taus mens {_messages(silences)} "
            "kom. En taus logg er verken bevis for tap eller for det motsatte."
        )
    if rejected:
        senders = len({no for no, _ in rejected})
        said.append(
            f"{words.plural(len(rejected), 'fil', 'filer')} fra {words.plural(senders, 'kommune', 'kommuner')} "
            "er avvist og teller ikke med."
        )
    if groups:
        where = words.plural(len(groups), "gruppe", "grupper")
        said.append(f"I {where} av meldinger vet vi hvor mange som er tapt, men ikke hvilke.")
    return said + _outside(figures)


def _outside(figures: Figures) -> list[str]:
    """What lies outside of what this audit can see."""
    said = []
    if figures.nobody["messages"]:
        said.append(
            f"{words.plural(figures.nobody['messages'], 'melding', 'meldinger')} i portalens logg gikk til mottakere "
            "utenfor omfanget. De er ikke kontrollert her, og de slettes ikke på vårt ord."
        )
    if figures.nobody["unknown_recipients"]:
        missing = words.plural(figures.nobody["unknown_recipients"], "mottaker", "mottakere")
        said.append(f"{missing} i portalens logg mangler i mottakerlisten.")
    troubled = sum(row["problems"] for row in figures.survey_problems)
    if troubled:
        counted = words.plural(troubled, "sted", "steder")
        said.append(f"{counted} i filene med svar og oppfølging kunne ikke brukes. De står under spørreundersøkelsen.")
    said.append("Kontrollen gjelder bekymringsmeldinger. Tapte brev og møtereferater er ikke kontrollert.")
    said.append("Meldinger som aldri nådde Nasjonal portal, kan ikke ses her.")
    return said


def _messages(rows: list[dict[str, Any]]) -> str:
    return words.plural(sum(row["messages"] or 0 for row in rows), "melding", "meldinger")


def _entries(count: int) -> str:
    return words.plural(count, "oppføring", "oppføringer")


def _unknown_messages(row: dict[str, Any]) -> str:
    cause = words.catalogue().get(f"cause:{row['cause']}")
    because = f" Årsak: {cause.name[0].lower()}{cause.name[1:]}." if cause else ""
    messages = words.plural(row["messages"], "melding", "meldinger")
    return f"{messages} hos {_entries(row['entries'])} har ukjent utfall.{because}"


def _row(entry: Entry) -> dict[str, Any]:
    status = status_of([entry])
    return {
        "entry": entry,
        "status": status,
        "place": entry.place,
        "page": f"kommuner/{entry.municipality_no}.html",
        "row": entry.row,
        "reasons": [words.text_of(code).name for code in entry.row["reasons"]],
    }


def _picture(figures: Figures) -> Any:
    label = (
        f"Hele landet: {words.number(figures.totals['sent'])} meldinger måned for måned, etter utfall. "
        "Tallene står i tabellen under figuren."
    )
    return draw_timeline("national", label, figures.months, figures.first, figures.as_of)


def _published(row: dict[str, str]) -> dict[str, str]:
    return row | {"dag": words.day(date.fromisoformat(row["dato"]))}
