"""The same two registrations in every form that a log may come in: what `meldingskontroll formats` reads and shows."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

MUNICIPALITY = "3805"
IDS = ("5c1f3a52-9a0e-4a3e-8c57-2f5d7a0c9b11", "0a1b2c3d-4e5f-4061-8273-94a5b6c7d8e9")
RECEIVED = (datetime.fromisoformat("2022-03-01T09:24:45"), datetime.fromisoformat("2022-03-25T13:02:10"))
DECLARED = {"periode_fra": "2022-01-01", "periode_til": "2022-04-01"}
_HEADER = "meldingsid;mottatt;type;melder;kanal"
_PERIOD = "".join(f"# {key}: {value}\n" for key, value in DECLARED.items())


@dataclass(frozen=True)
class Sample:
    """One form: what is special about it in Norwegian, the file, and a manifest beside it where it has one."""

    name: str
    file_name: str
    content: bytes
    manifest: bytes | None = None


def _rows(times: tuple[str, str]) -> str:
    first = f"{IDS[0]};{times[0]};bekymringsmelding;offentlig;portal\n"
    return first + f"{IDS[1]};{times[1]};møtereferat;privat;portal\n"


def _times(form: str = "%d.%m.%Y %H:%M:%S") -> tuple[str, str]:
    first, second = (moment.strftime(form) for moment in RECEIVED)
    return first, second


def _text(times: tuple[str, str] | None = None, header: str = _HEADER) -> str:
    return f"{_PERIOD}{header}\n{_rows(times or _times())}"


def _serials(decimal: str) -> tuple[str, str]:
    first, second = ((moment - datetime.fromisoformat("1899-12-30")).total_seconds() / 86_400 for moment in RECEIVED)
    return f"{first:.6f}".replace(".", decimal), f"{second:.6f}".replace(".", decimal)


def _objects() -> list[dict[str, str]]:
    return [dict(zip(_HEADER.split(";"), line.split(";"), strict=True)) for line in _rows(_times()).splitlines()]


def _workbook(*, front: bool, dates: bool) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        if front:
            book.add_worksheet("Forside").write_string(0, 0, "Uttrekk fra fagsystemet")
        sheet = book.add_worksheet("Logg")
        form = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        for at, (key, value) in enumerate(DECLARED.items()):
            sheet.write_string(at, 0, f"# {key}: {value}")
        for at, line in enumerate([_HEADER, *_rows(_times()).splitlines()], len(DECLARED)):
            for position, cell in enumerate(line.split(";")):
                sheet.write_string(at, position, cell)
        for at, moment in enumerate(RECEIVED if dates else (), len(DECLARED) + 1):
            sheet.write_datetime(at, 1, moment, form)
    return stream.getvalue()


def _importer() -> str:
    lines = [
        f"{moment:%Y-%m-%d %H:%M:%S};Importerte forsendelse med tittel Eksempel,id {number}, saksnr: 2022/{at}\n"
        for at, (moment, number) in enumerate(zip(RECEIVED, IDS, strict=True), 1)
    ]
    return _PERIOD + "".join(lines)


def _columns_apart() -> str:
    header = _HEADER.replace("mottatt", "Mottatt dato;Klokkeslett")
    return _text(_times("%d.%m.%Y;%H:%M"), header)


def _quoted() -> str:
    lines = [_HEADER, *_rows(_times()).splitlines()]
    return _PERIOD + "\n".join(";".join(f'"{cell}"' for cell in line.split(";")) for line in lines)


def _reordered() -> str:
    lines = [line.split(";") for line in [_HEADER, *_rows(_times()).splitlines()]]
    return _PERIOD + "\n".join(";".join(reversed(line)) for line in lines)


def samples() -> list[Sample]:
    """Every form, in the order of the table."""
    text, plain = _text(), f"{_HEADER}\n{_rows(_times())}"
    manifest = json.dumps(DECLARED).encode()
    csv = partial(_named, "logg.csv")
    delimiters = {",": "Komma", "\t": "Tabulator", "|": "Loddrett strek"}
    aliases = "Melding-ID;Dato mottatt;Meldingstype;Meldt av;Mottatt via"
    forms = {
        "dd.mm.åååå med klokkeslett": _times("%d.%m.%Y %H:%M"),
        "ISO med T": _times("%Y-%m-%dT%H:%M:%S"),
        "ISO uten T": _times("%Y-%m-%d %H:%M:%S"),
        "ISO med sone": _times("%Y-%m-%dT%H:%M:%S+01:00"),
        "ISO med millisekunder": _times("%Y-%m-%dT%H:%M:%S.250"),
        "Skråstrek, rekkefølgen avgjort av andre rader": _times("%d/%m/%Y %H:%M"),
        "Måned med bokstaver": ("1. mars 2022 kl. 09.24", "25. mars 2022 kl. 13.02"),
        "Excels serienummer": _serials("."),
        "Excels serienummer med komma": _serials(","),
        "Bare dato": _times("%d.%m.%Y"),
    }
    found = [
        csv("Malen", text.encode()),
        csv("UTF-8 med BOM", text.encode("utf-8-sig")),
        csv("UTF-16", text.encode("utf-16")),
        csv("Windows-1252", text.encode("cp1252")),
        *(csv(name, text.replace(";", mark).encode()) for mark, name in delimiters.items()),
        csv("Anførselstegn rundt cellene", _quoted().encode()),
        csv("Linjeslutt fra Windows", text.replace("\n", "\r\n").encode()),
        csv("Andre overskrifter", _text(header=aliases).encode()),
        csv("Overskrift med store bokstaver", _text(header=_HEADER.upper()).encode()),
        csv("Annen rekkefølge", _reordered().encode()),
        csv("Titler over overskriften", f"Uttrekk fra fagsystemet\nSkrevet ut 1. april\n\n{text}".encode()),
        csv("Sumlinje til slutt", f"{text}Totalt;2;;;\n".encode()),
        csv("Dato og klokkeslett i hver sin kolonne", _columns_apart().encode()),
        *(csv(f"Tidspunkt: {name}", _text(times).encode()) for name, times in forms.items()),
        Sample("Manifest ved siden av", "logg.csv", plain.encode(), manifest),
        csv("Uten periode", plain.encode()),
        Sample("Tekstfil med annen endelse", "logg.txt", text.encode()),
        Sample("Excel-arbeidsbok", "logg.xlsx", _workbook(front=False, dates=True)),
        Sample("Excel-arbeidsbok med forside", "logg.xlsx", _workbook(front=True, dates=True)),
        Sample("Excel-arbeidsbok med tekst", "logg.xlsx", _workbook(front=False, dates=False)),
        Sample("JSON-liste med manifest", "logg.json", _json(_objects()), manifest),
        Sample("JSON med opplysninger og «rader»", "logg.json", _json(DECLARED | {"rader": _objects()})),
        Sample("Logg fra SvarInn-importøren", "forsendelser.log", _importer().encode()),
    ]
    return found


def _named(file_name: str, name: str, content: bytes) -> Sample:
    return Sample(name, file_name, content)


def _json(value: list[dict[str, str]] | Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
