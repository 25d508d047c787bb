"""The forms in which real logs come: each function uploads the log of one case, `a b d` of the messages `a b c d`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from contract.folder import LOG_COLUMNS, Place, log_text

Row = dict[str, str]
NAMES = "a b d"


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def serial(text: str) -> float:
    """Days since the last day of 1899, as Excel counts."""
    return (when(text) - datetime(1899, 12, 30)).total_seconds() / 86400


def manifest(place: Place, name: str = "logg.csv", **changed: str | None) -> None:
    """Declare what a file covers in a manifest beside it."""
    declared = {key: value for key, value in place.declaration(**changed).items() if value is not None}
    place.upload(f"{name}.manifest.json", json.dumps(declared))


def ids(place: Place) -> list[Row]:
    return place.rows(NAMES)


def times(place: Place, change: Callable[[str], str]) -> list[Row]:
    """Rows without ids, their `mottatt` written in another way."""
    return [row | {"mottatt": change(row["mottatt"])} for row in place.rows(NAMES, by_id=False)]


def text(place: Place, rows: Iterable[Row] | None = None) -> str:
    return log_text(ids(place) if rows is None else rows, place.declaration())


def headed(place: Place, header: str, lines: list[str]) -> str:
    """A file without `#` lines, with a manifest beside it."""
    manifest(place)
    return "\n".join([header, *lines]) + "\n"


def received(place: Place, form: str) -> list[str]:
    return [when(row["mottatt"]).strftime(form) for row in ids(place)]


def delimited(place: Place, separator: str, quoting: Any = csv.QUOTE_MINIMAL, end: str = "\n") -> str:
    manifest(place)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerow(LOG_COLUMNS)
    writer.writerows([row.get(name, "") for name in LOG_COLUMNS] for row in ids(place))
    return buffer.getvalue()


def by_header(place: Place, header: str) -> str:
    """The first column holds the id, the second the time."""
    return headed(place, header, [f"{row['meldingsid']};{row['mottatt']};offentlig" for row in ids(place)])


def workbook(place: Place, fill: Callable[[xlsxwriter.Workbook], None]) -> None:
    place.inbox.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(place.inbox / "logg.xlsx")) as book:
        fill(book)


def sheet_of(book: xlsxwriter.Workbook, place: Place, *, dates: bool, head: bool) -> None:
    sheet = book.add_worksheet("Logg")
    lines = [f"# {key}: {value}" for key, value in place.declaration().items()] if head else []
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
    top = len(lines)
    for column, name in enumerate(LOG_COLUMNS):
        sheet.write_string(top, column, name)
    form = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
    for number, row in enumerate(place.rows(NAMES, by_id=not dates), start=top + 1):
        for column, name in enumerate(LOG_COLUMNS):
            if dates and name == "mottatt":
                sheet.write_datetime(number, column, when(row[name]), form)
            else:
                sheet.write_string(number, column, row.get(name, ""))


def with_a_front_page(place: Place) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Forside").write_string(0, 0, "Uttrekk fra barnevernstjenesten")
        sheet_of(book, place, dates=True, head=True)

    workbook(place, fill)


def objects(place: Place) -> list[dict[str, str]]:
    return [{key: value for key, value in row.items() if value} for row in ids(place)]


def importer(place: Place) -> str:
    """The importer's own log of what it fetched; the messages must be SVARINN's."""
    manifest(place, fagsystem=None, fagsystem_versjon=None)
    return "".join(
        f"{when(row['mottatt']):%Y-%m-%d %H:%M:%S};Importerte forsendelse med tittel Bekymringsmelding,"
        f"id {row['meldingsid']}, lagret\n"
        for row in ids(place)
    )


def csv_of(make: Callable[[Place], str | bytes], name: str = "logg.csv") -> Callable[[Place], None]:
    def upload(place: Place) -> None:
        place.upload(name, make(place))

    return upload


def two_columns(place: Place, header: str, clock: str) -> str:
    return headed(place, header, received(place, f"%d.%m.%Y;{clock}"))


def one_column(form: str) -> Callable[[Place], None]:
    return csv_of(lambda p: text(p, times(p, lambda value: when(value).strftime(form))))


BY_ID: dict[str, Callable[[Place], None]] = {
    "declared in # lines": csv_of(text),
    "declared beside": csv_of(lambda p: delimited(p, ";")),
    "UTF-8 with BOM": csv_of(lambda p: text(p).encode("utf-8-sig")),
    "UTF-16 little endian": csv_of(lambda p: b"\xff\xfe" + text(p).encode("utf-16-le")),
    "UTF-16 big endian": csv_of(lambda p: b"\xfe\xff" + text(p).encode("utf-16-be")),
    "cp1252": csv_of(lambda p: (text(p) + ";2023-02-14T10:00:00;;møtereferat;;post;;\n").encode("cp1252")),
    "comma": csv_of(lambda p: delimited(p, ",")),
    "tab": csv_of(lambda p: delimited(p, "\t")),
    "quoted": csv_of(lambda p: delimited(p, ";", csv.QUOTE_ALL)),
    "carriage returns": csv_of(lambda p: delimited(p, ";", end="\r\n")),
    "upper case": csv_of(lambda p: by_header(p, "MELDINGSID;MOTTATT;MELDER")),
    "ids in capitals": csv_of(lambda p: text(p, [row | {"meldingsid": row["meldingsid"].upper()} for row in ids(p)])),
    "alias: Mottatt dato": csv_of(lambda p: by_header(p, "Melding-ID;Mottatt dato;Melder")),
    "alias: Mottatt tidspunkt": csv_of(lambda p: by_header(p, "Meldings-ID;Mottatt tidspunkt;Melder")),
    "alias: Dato mottatt": csv_of(lambda p: by_header(p, "Melding ID;Dato mottatt;Melder")),
    "another order": csv_of(
        lambda p: headed(
            p,
            "melder;type;meldingsid;mottatt",
            [f"{r['melder']};{r['type']};{r['meldingsid']};{r['mottatt']}" for r in ids(p)],
        )
    ),
    "title lines": csv_of(lambda p: "Uttrekk fra Visma Familia\nSkrevet ut 1. juli\n\n" + delimited(p, ";")),
    "total line": csv_of(lambda p: delimited(p, ";") + "Totalt;3;;;;;;\n"),
    "blank lines": csv_of(lambda p: delimited(p, ";") + "\n;;;;;;;\n\n"),
    ".txt": csv_of(text, "logg.txt"),
    ".log": csv_of(text, "logg.log"),
    "JSON with a declaration": csv_of(lambda p: json.dumps(p.declaration() | {"rader": objects(p)}), "logg.json"),
    "workbook of text": lambda p: workbook(p, lambda book: sheet_of(book, p, dates=False, head=True)),
}


def json_list(place: Place) -> None:
    manifest(place, "logg.json")
    place.upload("logg.json", json.dumps(objects(place)))


def workbook_beside(place: Place) -> None:
    manifest(place, "logg.xlsx")
    workbook(place, lambda book: sheet_of(book, place, dates=True, head=False))


BY_ID |= {"JSON list": json_list}
BY_TIME: dict[str, Callable[[Place], None]] = {
    "two columns, Mottatt dato and Klokkeslett": csv_of(
        lambda p: two_columns(p, "Mottatt dato;Klokkeslett", "%H:%M:%S")
    ),
    "two columns, Dato and Tid": csv_of(lambda p: two_columns(p, "Dato;Tid", "%H:%M")),
    "dd.mm.yyyy HH:MM": one_column("%d.%m.%Y %H:%M"),
    "dd.mm.yyyy HH:MM:SS": one_column("%d.%m.%Y %H:%M:%S"),
    "ISO with T": one_column("%Y-%m-%dT%H:%M:%S"),
    "ISO without T": one_column("%Y-%m-%d %H:%M:%S"),
    "ISO with milliseconds": one_column("%Y-%m-%dT%H:%M:%S.250"),
    "ISO with zone": one_column("%Y-%m-%dT%H:%M:%S+01:00"),
    "Excel serial": csv_of(lambda p: text(p, times(p, lambda value: f"{serial(value):.8f}"))),
    "Excel serial with comma": csv_of(
        lambda p: text(p, times(p, lambda value: f"{serial(value):.8f}".replace(".", ",")))
    ),
    "date only": one_column("%d.%m.%Y"),
    "workbook of dates": workbook_beside,
    "workbook with a front page": with_a_front_page,
}


def files(place: Place) -> list[Path]:
    """The logs that a case uploaded, manifests aside."""
    return [path for path in sorted(place.inbox.iterdir()) if not path.name.endswith(".manifest.json")]
