"""The table of forms × what was recognised is made by the real intake, and the page that shows it is current."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from meldingskontroll.intake import formats, formats_table
from meldingskontroll.intake.formats_table import COLUMNS, markdown
from meldingskontroll.intake.samples import Sample, samples
from meldingskontroll.settings import Settings

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "formats_page.py"


@pytest.fixture(scope="module")
def table() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in formats_table.rows(Settings())]


def test_every_form_is_recognised_and_both_its_rows_are_taken(table: list[dict[str, str]]) -> None:
    assert len(table) == len(samples()) > 30
    assert {row["rader"] for row in table} == {"2 av 2"}
    assert [row["form"] for row in table if not row["svar"].startswith("mottatt")] == ["Uten periode"]
    assert [row["form"] for row in table if row["periode"] != "01.01.2022–01.04.2022"] == ["Uten periode"]
    assert all(row["tidspunkter"] and row["kolonner"] for row in table)


def test_every_format_of_the_intake_has_a_form_in_the_table(table: list[dict[str, str]]) -> None:
    read = {row["lest som"].split(",")[0].split(" (")[0] for row in table}
    assert len(read) == len(formats.FORMATS)


def test_a_form_that_is_not_understood_would_stand_in_the_table_as_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats_table, "samples", lambda: [Sample("Ukjent", "logg.csv", b"\x00\x01")])
    assert "avvist `BINARY`" in markdown(Settings())


def test_the_page_of_forms_is_current() -> None:
    spec = importlib.util.spec_from_file_location("formats_page", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text() == module.page(), f"run python scripts/{SCRIPT.name}"
