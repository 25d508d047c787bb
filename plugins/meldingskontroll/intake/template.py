"""The log's template, as a workbook and as CSV, with its explanation (`template.toml`).

Neither holds an example among its rows: whatever stands there is read as data. The examples stand in the explanation.
"""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from meldingskontroll.domain import AuditInputError
from meldingskontroll.lake import MANIFEST_SUFFIX, write_bytes
from meldingskontroll.roster.reference import municipality_names

WORKBOOK, CSV, MANIFEST = "logg.xlsx", "logg.csv", f"eksempel{MANIFEST_SUFFIX}"
_ROWS_PREPARED = 20_000
_FIRST_DAY = date(2000, 1, 1)
_TIME, _DAY = "dd.mm.yyyy hh:mm:ss", "dd.mm.yyyy"
# The same template is the same bytes: a workbook holds the time of its making.
_MADE = datetime(2023, 6, 1, tzinfo=UTC)
_BYTE_ORDER_MARK = "\ufeff"


@lru_cache(maxsize=1)
def content() -> dict[str, Any]:
    """What the template says: `field`, `column` and `extra` as lists, and the texts of the explanation."""
    return tomllib.loads((Path(__file__).parent / "template.toml").read_text(encoding="utf-8"))


def write_template(out: Path, municipality_no: str | None = None) -> list[Path]:
    """Write the workbook, the CSV and an example of a manifest into a folder. Returns their paths.

    Raises:
        AuditInputError: no such municipality, or a file of the same name holds something else: it may be filled in.
    """
    if municipality_no is not None and municipality_no not in municipality_names():
        raise AuditInputError(
            f"Kommunenummeret {municipality_no} finnes ikke. Skriv det med fire sifre, for eksempel 0301."
        )
    given = {"kommunenummer": municipality_no} if municipality_no else {}
    files = {WORKBOOK: workbook(given), CSV: text(given), MANIFEST: manifest(given)}
    for name, data in files.items():
        if (out / name).exists() and (out / name).read_bytes() != data:
            raise AuditInputError(f"{name} finnes fra før og kan være fylt ut. Flytt den, eller velg en annen mappe.")
    for name, data in files.items():
        write_bytes(out / name, data)
    return [out / name for name in files]


def manifest(given: Mapping[str, str]) -> bytes:
    """An example of a manifest. Its name keeps it from speaking for any file until it gets that file's name."""
    said = {field["name"]: given.get(field["name"], field["example"]) for field in content()["field"]}
    said["antall_rader"] = int(said["antall_rader"])
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def text(given: Mapping[str, str]) -> bytes:
    """The template as CSV, in the form that Norwegian Excel opens as it is: a mark for UTF-8, semicolons, CRLF."""
    told = content()
    lines = [told["hint_text"]]
    for column in told["column"]:
        must = " – MÅ VÆRE MED" if column.get("required") else ""
        lines.append(f"# {column['name']}{must} – {_plain(column['meaning'])} {_accepted(column)}".rstrip())
    lines += [f"# IKKE TA MED – {_plain(line)}" for line in told["forbidden"]]
    lines += [f"# {field['name']}: {given.get(field['name'], '')}".rstrip() for field in told["field"]]
    lines.append(";".join(column["name"] for column in told["column"]))
    return "".join([_BYTE_ORDER_MARK, *(f"{line}\r\n" for line in lines)]).encode()


def _plain(line: str) -> str:
    """Without the marks that would make the line a declaration or a row of cells."""
    return line.replace(": ", " – ").replace(";", ",")


def _accepted(column: Mapping[str, Any]) -> str:
    values = column.get("accepted")
    return f"({', '.join(values)})" if values else f"({column['form'].replace(':', '.')})" if "form" in column else ""


def workbook(given: Mapping[str, str]) -> bytes:
    """The template as a workbook: the sheet to fill in, and the explanation."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": "Mal for logg fra fagsystemet", "created": _MADE})
        _log_sheet(book, given)
        _explanation(book)
    return stream.getvalue()


def _log_sheet(book: Any, given: Mapping[str, str]) -> None:
    told = content()
    sheet = book.add_worksheet("Logg")
    key = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1})
    sheet.write_string(0, 0, told["hint"], book.add_format({"italic": True}))
    for at, field in enumerate(told["field"], 1):
        form = {"date": _DAY, "time": _TIME, "count": "0"}.get(field.get("kind", ""), "@")
        yellow = book.add_format({"num_format": form, "bg_color": "#FFF2CC", "border": 1, "align": "left"})
        sheet.write_string(at, 0, f"# {field['name']}:", key)
        value = given.get(field["name"], "")
        sheet.write_string(at, 1, value, yellow) if value else sheet.write_blank(at, 1, None, yellow)
        sheet.data_validation(at, 1, at, 1, _validation(field))
    top = len(told["field"]) + 2
    for at, column in enumerate(told["column"]):
        form = _TIME if column.get("kind") == "time" else "@"
        sheet.set_column(at, at, column["width"], book.add_format({"num_format": form}))
        sheet.write_string(top, at, column["name"], head)
        sheet.data_validation(top + 1, at, top + _ROWS_PREPARED, at, _validation(column))
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _validation(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What Excel lets a person type, with the meaning as the hint that shows beside the cell."""
    rule: dict[str, Any] = {"validate": "any"}
    if "accepted" in entry:
        rule = {"validate": "list", "source": entry["accepted"], "error_message": "Velg en verdi fra listen."}
    elif entry.get("kind") in {"date", "time"}:
        rule = {"validate": "date", "criteria": ">=", "value": _FIRST_DAY}
        rule["error_message"] = "Skriv en dato, og gjerne et klokkeslett: 01.03.2022 09:24:45."
    elif entry.get("kind") == "count":
        rule = {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "Skriv et helt tall."}
    return rule | {"input_title": entry["name"], "input_message": entry["meaning"][:255], "error_title": entry["name"]}


def _explanation(book: Any) -> None:
    told = content()
    sheet = book.add_worksheet("Forklaring")
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    for at, width in enumerate((24, 62, 13, 34, 38, 22)):
        sheet.set_column(at, at, width)
    rows: list[tuple[list[str], Any]] = [([told["title"]], title), *(([step], plain) for step in told["steps"])]
    rows.append(([], cell))
    rows.append((["Feltene øverst", "Hva det er", "Må med", "Gyldig", "Eksempel"], head))
    rows += [(_field_row(field), cell) for field in [*told["field"], *told["extra"]]]
    rows.append(([], cell))
    rows.append((["Kolonnene", "Hva det er", "Må med", "Gyldig", "Eksempel 1", "Eksempel 2"], head))
    for column in told["column"]:
        rows.append(([*_described(column), *(value or "(tom)" for value in column["examples"])], cell))
    rows += [([], cell), ([told["forbidden_title"]], title), *(([line], plain) for line in told["forbidden"])]
    for at, (cells, form) in enumerate(rows):
        for position, value in enumerate(cells):
            sheet.write_string(at, position, value, form)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)


def _field_row(field: Mapping[str, Any]) -> list[str]:
    return [*_described(field), field["example"]]


def _described(entry: Mapping[str, Any]) -> list[str]:
    """Name in «», so that no row of the explanation can pass for a header, meaning, whether required, what is valid."""
    valid = ", ".join(entry["accepted"]) if "accepted" in entry else entry.get("form", "")
    return [f"«{entry['name']}»", entry["meaning"], "ja" if entry.get("required") else "nei", valid]
