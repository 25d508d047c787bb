"""Builds the overview: one page for the nation, a page for each municipality, the workbook and the JSON."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder, publish_folder
from meldingskontroll.overview import front, kept, words
from meldingskontroll.overview.figures import Entry, Figures, as_json, gather
from meldingskontroll.overview.municipality import page_of
from meldingskontroll.overview.workbook import make_workbook
from meldingskontroll.settings import Settings


def build(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Write everything of contract §2 under `out/overview/`, in one step: what stood there is replaced whole.

    Raises:
        RuntimeError: the published rows and the roster do not hold the same entries.
    """
    figures = gather(work, clock, settings)
    publish_folder(work.overview, render(figures))


def render(figures: Figures) -> dict[str, bytes]:
    """Every file of the overview by its path in the folder; the same figures give the same bytes."""
    by_municipality = figures.by_municipality()
    files = {
        "overview.json": (json.dumps(as_json(figures), ensure_ascii=False, indent=2) + "\n").encode(),
        "index.html": _render("index.html", figures, front.page_of(figures, by_municipality)),
        "oversikt.xlsx": make_workbook(figures),
        "kept_beyond.csv": kept.as_csv(figures.kept_beyond).encode(),
    }
    for number, entries in by_municipality.items():
        files[f"kommuner/{number}.html"] = _municipality(figures, number, entries)
    return files


def _municipality(figures: Figures, number: str, entries: list[Entry]) -> bytes:
    return _render("municipality.html", figures, page_of(figures, number, entries))


def _render(template: str, figures: Figures, page: dict[str, Any]) -> bytes:
    text = (
        _environment()
        .get_template(template)
        .render(page, as_of=figures.as_of, synthetic=figures.synthetic, release=figures.release)
    )
    return text.encode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (words.number, words.percent, words.interval, words.day, words.clock_time, words.plural):
        environment.filters[function.__name__] = function
    environment.globals["text_of"] = words.text_of
    environment.globals["outcomes"] = words.OUTCOMES
    environment.globals["case_systems"] = words.CASE_SYSTEMS
    environment.globals["form_types"] = words.FORM_TYPES
    environment.globals["actions"] = words.ACTIONS
    return environment
