"""The workbook: the same figures as the page, for those who count further. No cell can run as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from meldingskontroll.domain import iso_utc
from meldingskontroll.lake import defused
from meldingskontroll.overview import words
from meldingskontroll.overview.figures import Entry, Figures, Row
from meldingskontroll.overview.overridden import overridden_in
from meldingskontroll.overview.status import status_of

_ENTRY_COLUMNS = [
    ("Kommunenummer", 14), ("Bydel", 7), ("Sted", 34), ("Status", 16), ("Sendt", 10), ("Registrert", 11),
    ("Sendt på papir", 13), ("Ikke levert", 11), ("Underveis", 10), ("Tapt", 8), ("Ukjent", 8), ("Tapt, minst", 11),
    ("Tapt, høyst", 11), ("Dekket fra (UTC)", 21), ("Dekket til (UTC)", 21), ("Dekning", 10),
    ("Krav som ikke er oppfylt", 90),
]  # fmt: skip


def make_workbook(figures: Figures) -> bytes:
    """The workbook as bytes, the same for the same figures. Four sheets: figures, places, requirements, losses."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        workbook.set_properties(
            {"title": "Bekymringsmeldinger: nasjonal oversikt", "created": figures.as_of, "comments": _notice(figures)}
        )
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        share = workbook.add_format({"num_format": "0.00%"})
        _sheet(workbook, "Nasjonale tall", [("Hva", 34), ("Tall", 30)], _national(figures), bold)
        places = (_place(entry) for entry in figures.entries)
        _sheet(workbook, "Kommuner og bydeler", _ENTRY_COLUMNS, places, bold, {15: share})
        columns = [("Sted", 34), ("Krav", 38), ("Oppfylt", 9), ("Grunn", 32), ("Grunnlag", 60), ("Tiltak", 80)]
        _sheet(workbook, "Krav", columns, (row for entry in figures.entries for row in _requirements(entry)), bold)
        columns = [
            ("Sted", 34),
            ("Sendt", 34),
            ("Melder", 18),
            ("Melding", 40),
            ("Sannsynlighet", 14),
            ("Oppfølging", 26),
        ]
        _sheet(workbook, "Tapte meldinger", columns, (row for entry in figures.entries for row in _losses(entry)), bold)
    return stream.getvalue()


def _sheet(
    workbook: Any,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
    bold: Any,
    formats: dict[int, Any] | None = None,
) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    last = 0
    for i, (title, width) in enumerate(columns):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, title, bold)
    for last, row in enumerate(rows, 1):
        for i, value in enumerate(row):
            if value is not None:
                sheet.write(last, i, defused(value), (formats or {}).get(i))
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _notice(figures: Figures) -> str:
    return "Syntetiske data: tallene gjelder ingen virkelig kommune." if figures.synthetic else ""


def _national(figures: Figures) -> list[tuple[str, Any]]:
    totals = figures.totals
    release = "Sletting er frigitt" if figures.release["decision"] == "RELEASE" else "Sletting holdes tilbake"
    head = [("Data", _notice(figures))] if figures.synthetic else []
    return [
        *head,
        ("Tidspunkt (norsk tid)", words.clock_time(figures.as_of)),
        ("Tidspunkt (UTC)", iso_utc(figures.as_of)),
        ("Beslutning", release),
        ("Oppføringer i omfanget", len(figures.entries)),
        ("Verifisert", figures.verified),
        *([("Krav som er OVERSTYRT, ikke oppfylt", loud)] if (loud := len(overridden_in(figures.entries))) else []),
        ("Dekning av påkrevd tid", words.percent(figures.coverage)),
        ("Sendt", totals["sent"]),
        *((name, totals[code]) for code, name in words.OUTCOMES.items()),
        ("Tapt, minst", totals["lost_low"]),
        ("Tapt, høyst", totals["lost_high"]),
    ]


def _place(entry: Entry) -> list[Any]:
    row = entry.row
    return [
        row["municipality_no"], row["district_no"], entry.place, status_of([entry]).name, row["sent"],
        *(row[code] for code in words.OUTCOMES), row["lost_low"], row["lost_high"], row["coverage_from_utc"],
        row["coverage_to_utc"], row["coverage_share"], "; ".join(words.text_of(code).name for code in row["reasons"]),
    ]  # fmt: skip


def _requirements(entry: Entry) -> list[list[Any]]:
    return [
        [entry.place, words.text_of(row["requirement"]).name, "ja" if row["met"] else "nei",
         (reason := words.reason_of(row["requirement"], row["reason"] or "")).name, row["evidence"],
         "" if row["met"] else reason.remedy]
        for row in entry.requirements
    ]  # fmt: skip


def _losses(entry: Entry) -> list[list[Any]]:
    return [_loss(entry, row) for row in entry.losses]


def _loss(entry: Entry, row: Row) -> list[Any]:
    return [
        entry.place, words.clock_time(row["sent_at_utc"]), words.FORM_TYPES.get(row["form_type"], row["form_type"]),
        str(row["message_id"]), row["loss_probability"], words.ACTIONS.get(row["action"] or "", "Ikke fulgt opp"),
    ]  # fmt: skip
