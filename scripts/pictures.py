"""Draws the pictures of docs/kommune.md: three receipts and the template, as a municipality sees them. Synthetic data.

Run it after the receipt's page or the template has changed: `.venv/bin/python scripts/pictures.py`.
"""

from __future__ import annotations

import html
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from meldingskontroll.domain import Clock
from meldingskontroll.intake import template
from meldingskontroll.intake.collect import collect
from meldingskontroll.intake.receipts import finish_receipts
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
CHROMIUM = Path("/usr/bin/chromium")
CLOCK = Clock.parse("2023-07-01T06:00:00Z")
MUNICIPALITY = "3805"
_ARRIVED = 1_688_192_100
_PERIOD = "# periode_fra: 2020-09-01\n# periode_til: 2023-07-01\n# eksportert: 2023-07-01T08:15\n"
_ID = "5c1f3a52-9a0e-4a3e-8c57-{:012x}"


def _good() -> str:
    header = "Melding-ID;Dato mottatt;Klokkeslett;Type;Meldt av;Mottatt via"
    rows = [f"{_ID.format(n)};{n % 28 + 1:02d}.03.2022;09:24;bekymringsmelding;offentlig;portal" for n in range(240)]
    return "\n".join(["Uttrekk fra Visma Familia", _PERIOD + "# antall_rader: 240", header, *rows, "Totalt;240", ""])


def _warned() -> str:
    header = "Meldings ID;Mottatt dato;Type;Meldt av;Kanal;Saksnummer"
    rows = [f"{_ID.format(n)};{n % 28 + 1:02d}.04.2022 10:31:07;brev;privat;post;{n}" for n in range(180)]
    rows += [f";3{n % 10}.02.2022 12:00:00;;privat;portal;" for n in range(34)]
    rows += [";05.05.2022 08:15:00;telegram;privat;portal;", "2022/118;06.05.2022 08:15:00;;nabo;portal;"]
    return "\n".join([_PERIOD + "# antall_rader: 230", header, *rows, ""])


def _refused() -> str:
    return f"{_PERIOD}meldingsid;mottatt;melder;navn;merknad\n;01.03.2022 09:24:45;privat;x;x\n"


UPLOADS = {
    "mottatt": ("logg-2020-2023.csv", _good),
    "merknader": ("logg-q2.csv", _warned),
    "avvist": ("logg.csv", _refused),
}


def receipt_pages(root: Path) -> dict[str, Path]:
    """Real receipts of three files, with what the municipality still lacks: name of the picture → page."""
    pages = {}
    for name, (file_name, content) in UPLOADS.items():
        work = WorkFolder(root / name)
        inbox = work.inbox(MUNICIPALITY)
        inbox.mkdir(parents=True)
        (inbox / file_name).write_text(content(), encoding="utf-8" if name == "mottatt" else "cp1252")
        os.utime(inbox / file_name, (_ARRIVED, _ARRIVED))
        collect(work, CLOCK, Settings())
        _lacking(work, [] if name == "mottatt" else ["NO_FIX_REPORTED", "NOT_ANSWERED"])
        finish_receipts(work, CLOCK, Settings())
        (pages[name],) = work.receipts(MUNICIPALITY).glob("*.html")
    return pages


def _lacking(work: WorkFolder, more: list[str]) -> None:
    """What an audit would leave: a log that ends before the required period does, and other unmet requirements."""
    requirement = {"NO_FIX_REPORTED": "FIX_INSTALLED", "NOT_ANSWERED": "SURVEY_ANSWERED"}
    unmet = [("CLEAN_SINCE_FIX", "TOO_SHORT_SINCE_FIX"), *((requirement[reason], reason) for reason in more)]
    rows = [{"entry_id": MUNICIPALITY, "requirement": name, "reason": why, "met": False} for name, why in unmet]
    for relation, content in (
        ("reconcile__entries", [{"entry_id": MUNICIPALITY, "coverage_share": 0.9, "lost": 0}]),
        ("verification__requirements", rows),
    ):
        work.table(relation).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(content), work.table(relation))


def template_page() -> str:
    """The sheet «Logg» with its examples filled in, drawn as a spreadsheet shows it."""
    told = template.content()
    columns = told["column"]
    letters = "".join(f"<th>{letter}</th>" for letter in "ABCDEFGH")
    rows = [f"<tr><th>1</th><td colspan=8 class=hint>{html.escape(told['hint'])}</td></tr>"]
    for number, field in enumerate(told["field"], 2):
        cells = f"<td class=key># {field['name']}:</td><td class=fill>{html.escape(_as_shown(field))}</td>"
        rows.append(f"<tr><th>{number}</th>{cells}{'<td></td>' * 6}</tr>")
    number = len(told["field"]) + 2
    rows.append(f"<tr><th>{number}</th>{'<td></td>' * 8}</tr>")
    heads = "".join(f"<td class=head>{column['name']}</td>" for column in columns)
    rows.append(f"<tr><th>{number + 1}</th>{heads}</tr>")
    for at in range(2):
        cells = "".join(f"<td>{c['examples'][at]}</td>" for c in columns)
        rows.append(f"<tr><th>{number + 2 + at}</th>{cells}</tr>")
    style = (
        "body{font:13px Calibri,Carlito,Arial,sans-serif;margin:0;padding:8px}table{border-collapse:collapse}"
        "td,th{border:1px solid #d0d0d0;padding:2px 6px;text-align:left;white-space:nowrap;height:20px}"
        "th{background:#eee;color:#444;font-weight:400;text-align:center}.key{font-weight:700}.hint{font-style:italic}"
        ".fill{background:#fff2cc}.head{background:#1f4e79;color:#fff;font-weight:700}"
        "#sheet{display:inline-block}"
        ".tabs span{display:inline-block;border:1px solid #bbb;border-top:0;padding:2px 14px;margin-right:2px}"
    )
    tabs = "<div class=tabs><span><b>Logg</b></span><span>Forklaring</span></div>"
    return (
        f"<!doctype html><html lang=nb><meta charset=utf-8><style>{style}</style><div id=sheet>"
        f"<table><tr><th></th>{letters}</tr>{''.join(rows)}</table>{tabs}</div></html>"
    )


def _as_shown(field: dict[str, str]) -> str:
    """An example in the form that the cell gives it."""
    if field.get("kind") not in {"date", "time"}:
        return field["example"]
    return datetime.fromisoformat(field["example"]).strftime(
        "%d.%m.%Y" if field["kind"] == "date" else "%d.%m.%Y %H:%M:%S"
    )


def _small(picture: Path) -> None:
    """Sixty-four colours are enough for text on a page."""
    with Image.open(picture) as full:
        full.convert("RGB").quantize(64).save(picture, optimize=True)


def _draw(browser: Browser, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        page = browser.new_page(viewport={"width": 820, "height": 600})
        for name, file in receipt_pages(Path(scratch)).items():
            page.goto(file.as_uri())
            page.screenshot(path=target / f"kvittering-{name}.png", full_page=True)
        page.set_viewport_size({"width": 1200, "height": 600})
        page.set_content(template_page())
        page.locator("#sheet").screenshot(path=target / "mal.png")
    for picture in target.glob("*.png"):
        _small(picture)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM if CHROMIUM.exists() else None, args=["--no-sandbox", "--disable-gpu"]
        )
        _draw(started, Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
        started.close()
