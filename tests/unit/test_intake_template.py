"""The template as a person uses it: untouched it is turned away kindly, filled in it is accepted."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from meldingskontroll.domain import AuditInputError
from meldingskontroll.intake import template, words
from meldingskontroll.intake.check import check_file
from meldingskontroll.settings import Settings

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST = "5c1f3a52-9a0e-4a3e-8c57-2f5d7a0c9b11"
DECLARED = {"# periode_fra:": datetime(2022, 1, 1), "# periode_til:": datetime(2022, 4, 1), "# antall_rader:": 2}
ROWS: list[list[Any]] = [
    [FIRST, datetime(2022, 3, 1, 9, 24, 45), datetime(2022, 3, 1, 9, 30), "bekymringsmelding", "privat", "portal"],
    ["", datetime(2022, 3, 2, 13, 2, 10), "", "brev", "offentlig", "post", "3805"],
]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    template.write_template(tmp_path / "mal", "3805")
    return tmp_path / "mal"


def codes(file: Path) -> tuple[str, list[str]]:
    receipt = check_file(file, "3805", Settings())
    return receipt["status"], [entry["code"] for entry in receipt["messages"]]


def filled(empty: bytes, declared: dict[str, Any], rows: list[list[Any]]) -> bytes:
    """The workbook with values typed into column B and below the header, as a spreadsheet program saves them."""
    (keys,) = [CalamineWorkbook.from_filelike(io.BytesIO(empty)).get_sheet_by_index(0).to_python(skip_empty_area=False)]
    with zipfile.ZipFile(io.BytesIO(empty)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"])
    data = sheet.find(f"{MAIN}sheetData")
    assert data is not None
    for key, value in declared.items():
        number = [row[0] for row in keys].index(key) + 1
        (cell,) = [cell for cell in data.iter(f"{MAIN}c") if cell.get("r") == f"B{number}"]
        put(cell, value)
    for number, row in enumerate(rows, len(keys) + 1):
        line = ElementTree.SubElement(data, f"{MAIN}row", {"r": str(number)})
        for letter, value in zip("ABCDEFGH", row, strict=False):
            put(ElementTree.SubElement(line, f"{MAIN}c", {"r": f"{letter}{number}", "s": style(sheet, letter)}), value)
    parts["xl/worksheets/sheet1.xml"] = ElementTree.tostring(sheet)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def style(sheet: ElementTree.Element, letter: str) -> str:
    """The format that a column gives the cells that are typed into it."""
    position = "ABCDEFGH".index(letter) + 1
    (column,) = [c for c in sheet.iter(f"{MAIN}col") if int(c.get("min", 0)) <= position <= int(c.get("max", 0))]
    return column.get("style", "0")


def put(cell: ElementTree.Element, value: Any) -> None:
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        ElementTree.SubElement(ElementTree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
    else:
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400 if isinstance(value, datetime) else value
        ElementTree.SubElement(cell, f"{MAIN}v").text = repr(days)


@pytest.mark.parametrize("name", [template.WORKBOOK, template.CSV])
def test_an_untouched_template_is_turned_away_with_what_to_fill_in(made: Path, name: str) -> None:
    receipt = check_file(made / name, "3805", Settings())
    assert receipt["status"] == "rejected"
    (message,) = receipt["messages"]
    assert message["code"] == "NOTHING_FILLED_IN" and "periode_fra" in message["text"]


def test_a_filled_in_workbook_is_accepted_without_a_remark(made: Path) -> None:
    book = made / "utfylt.xlsx"
    book.write_bytes(filled((made / template.WORKBOOK).read_bytes(), DECLARED, ROWS))
    receipt = check_file(book, "3805", Settings())
    assert (receipt["status"], receipt["messages"]) == ("accepted", [])
    assert (receipt["rows_read"], receipt["rows_accepted"]) == (2, 2)
    assert (receipt["period_from"], receipt["period_to"]) == ("2021-12-31T23:00:00Z", "2022-03-31T22:00:00Z")


def test_a_row_too_few_in_the_workbook_is_told(made: Path) -> None:
    book = made / "utfylt.xlsx"
    book.write_bytes(filled((made / template.WORKBOOK).read_bytes(), DECLARED, ROWS[:1]))
    assert codes(book) == ("accepted_with_warnings", ["ROW_COUNT_DIFFERS"])


def test_a_month_without_messages_needs_only_its_period(made: Path) -> None:
    book = made / "stille.xlsx"
    declared = {key: value for key, value in DECLARED.items() if "periode" in key}
    book.write_bytes(filled((made / template.WORKBOOK).read_bytes(), declared, []))
    assert codes(book) == ("accepted", ["NO_ROWS"])


def csv_filled(made: Path) -> str:
    empty = (made / template.CSV).read_bytes().decode()
    said = {"periode_fra": "2022-01-01", "periode_til": "2022-04-01", "antall_rader": "2"}
    for key, value in said.items():
        empty = empty.replace(f"# {key}:", f"# {key}: {value}")
    return (
        empty + f"{FIRST};01.03.2022 09:24:45;;bekymringsmelding;privat;portal;;\r\n;02.03.2022 13:02;;brev;;post;;\r\n"
    )


@pytest.mark.parametrize("saved", ["as it was", "by Excel", "by Excel as Windows-1252", "with commas"])
def test_a_filled_in_csv_is_accepted_however_it_was_saved(made: Path, saved: str) -> None:
    text = csv_filled(made)
    if saved.startswith("by Excel"):
        # Excel gives every line as many cells as the widest, and writes dates as the machine shows them.
        text = re.sub(r"(?m)^(\ufeff?#[^\r]*)", r"\1;;;;;;;", text).replace("2022-01-01", "01.01.2022")
    if saved == "with commas":
        text = "\r\n".join(line if "#" in line else line.replace(";", ",") for line in text.split("\r\n"))
    data = text.lstrip("\ufeff").encode("cp1252") if "1252" in saved else text.encode()
    file = made / "utfylt.csv"
    file.write_bytes(data)
    status, found = codes(file)
    assert (status, set(found)) == ("accepted", {"ENCODING_GUESSED"} if "1252" in saved else set())


def test_an_example_of_a_manifest_speaks_for_a_file_once_it_has_its_name(made: Path) -> None:
    file = made / "egen.csv"
    file.write_text("mottatt\n01.03.2022 09:24:45\n02.03.2022 13:02:10\n")
    assert codes(file) == ("accepted_with_warnings", ["PERIOD_MISSING"])
    (made / template.MANIFEST).rename(made / "egen.csv.manifest.json")
    assert codes(file) == ("accepted", [])


def test_the_explanation_alone_is_no_log(made: Path) -> None:
    """Whoever deletes the first sheet must not have the examples taken for data."""
    rows = CalamineWorkbook.from_path(made / template.WORKBOOK).get_sheet_by_name("Forklaring").to_python()
    text = "\n".join(str(cell) for row in rows for cell in row)
    for word in (
        "meldingsid",
        "bydelsnummer",
        "periode_til",
        "gjelder_kommuner",
        "Fritekst",
        "D-nummer",
        "møtereferat",
    ):
        assert word in text
    with xlsxwriter.Workbook(str(made / "forklaring.xlsx")) as book:
        sheet = book.add_worksheet("Forklaring")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    assert codes(made / "forklaring.xlsx") == ("rejected", ["NO_HEADER"])


def test_every_value_that_the_template_offers_is_one_that_is_understood() -> None:
    names = {"type": "item_type", "melder": "reporter", "kanal": "channel"}
    for column in template.content()["column"]:
        assert words.plain(column["name"]) in words.columns()
        assert all(value in words.values(names[column["name"]]) for value in column.get("accepted", []))
    for entry in [*template.content()["field"], *template.content()["extra"]]:
        assert entry["name"] in words.manifest_keys()


def test_what_may_be_filled_in_is_not_overwritten_and_the_same_template_is_the_same_bytes(made: Path) -> None:
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    template.write_template(made, "3805")
    (made / template.CSV).write_text(csv_filled(made))
    with pytest.raises(AuditInputError, match="kan være fylt ut"):
        template.write_template(made, "3805")
    after = {path.name: path.read_bytes() for path in made.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {template.CSV}


def test_a_number_that_is_no_municipality_gets_no_template(tmp_path: Path) -> None:
    with pytest.raises(AuditInputError, match="9999"):
        template.write_template(tmp_path / "mal", "9999")
    assert not (tmp_path / "mal").exists()


def test_without_a_municipality_the_number_is_left_open(tmp_path: Path) -> None:
    template.write_template(tmp_path)
    assert "# kommunenummer:\r\n" in (tmp_path / template.CSV).read_bytes().decode()
    assert json.loads((tmp_path / template.MANIFEST).read_text())["kommunenummer"] == "3805"
