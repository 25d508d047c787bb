"""The municipality's page answers why a message is lost or unknown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from meldingskontroll.overview.build import render
from meldingskontroll.overview.figures import Figures, gather
from meldingskontroll.settings import Settings
from support.overview_lake import CLOCK, make_overview_lake


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return gather(make_overview_lake(tmp_path_factory.mktemp("work")), CLOCK, Settings())


def page(figures: Figures, number: str) -> str:
    return render(figures)[f"kommuner/{number}.html"].decode().replace("\u00a0", " ")


def test_each_lost_and_unknown_message_has_a_fold_of_its_own(figures: Figures) -> None:
    text = page(figures, "4601")
    assert text.count("<summary>Tapt: sendt ") == 3
    assert text.count("<summary>Ukjent: sendt ") == 10
    assert "<summary>Hvorfor ukjent? 10 meldinger</summary>" in text
    assert "som ikke er vist" not in text


def test_what_is_not_shown_is_counted(figures: Figures) -> None:
    entries = [
        dataclasses.replace(entry, whys=entry.whys[:5]) if entry.entry_id == "4601" else entry
        for entry in figures.entries
    ]
    text = page(dataclasses.replace(figures, entries=entries), "4601")
    assert text.count("<summary>Ukjent: sendt ") == 2
    assert "Hvorfor ukjent? 2 meldinger av 10" in text
    assert "Og 8 meldinger til, som ikke er vist." in text


def test_where_nothing_is_lost_or_unknown_nothing_is_asked(figures: Figures) -> None:
    assert "Hvorfor" not in page(figures, "3005")


def test_a_lake_without_files_still_answers(tmp_path: Path) -> None:
    text = page(gather(make_overview_lake(tmp_path), CLOCK, Settings()), "5444")
    assert text.count("Ingen fil oppgir denne tiden.") == 7
