"""Every form of a log is read to the same registrations, and each row is counted as the sender sees it."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from meldingskontroll.intake import document
from meldingskontroll.intake.formats import blocks
from support.inbox import FIRST, HEADER, PERIOD, SECOND, Inboxes, codes

LINES = [
    f"{FIRST};01.03.2022 09:24:45;;bekymringsmelding;privat;portal;4601;05",
    f"{SECOND};02.03.2022 10:00:01;;møtereferat;offentlig;post;4601;05",
]
TEXT = PERIOD + HEADER + "\n" + "\n".join(LINES) + "\n"
WALLS = [dt.datetime(2022, 3, 1, 9, 24, 45), dt.datetime(2022, 3, 2, 10, 0, 1)]


@pytest.fixture
def inboxes(tmp_path: Path) -> Inboxes:
    return Inboxes(tmp_path)


def swapped(delimiter: str) -> str:
    return TEXT.replace(";", delimiter)


def headed(header: str, *lines: str) -> str:
    return PERIOD + header + "\n" + "\n".join(lines) + "\n"


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        fill(workbook)
    return buffer.getvalue()


def usual_sheet(workbook: xlsxwriter.Workbook) -> None:
    workbook.add_worksheet("Om").write_string(0, 0, "Uttrekk")
    sheet = workbook.add_worksheet("Logg")
    form = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
    sheet.write_string(0, 0, "# periode_fra: 2022-01-01")
    sheet.write_string(1, 0, "# periode_til:")
    sheet.write_datetime(1, 1, dt.datetime(2022, 4, 1), workbook.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_row(3, 0, HEADER.split(";"))
    for at, (line, wall) in enumerate(zip(LINES, WALLS, strict=True), 4):
        sheet.write_row(at, 0, line.split(";"))
        sheet.write_datetime(at, 1, wall, form)
    sheet.write_row(6, 0, ["Totalt", 2])


OBJECTS = [dict(zip(HEADER.split(";"), line.split(";"), strict=True)) for line in LINES]
DECLARED = {"periode_fra": "2022-01-01", "periode_til": "2022-04-01"}
ALIASES = "Melding-ID;Dato mottatt;Registrert dato;Meldingstype;Meldt av;Mottatt via;Kommunenr.;Bydelsnr."
OTHER_ORDER = [";".join(line.split(";")[at] for at in (7, 6, 5, 4, 3, 1, 0)) for line in LINES]
FORMS: dict[str, tuple[str, str | bytes]] = {
    "template": ("logg.csv", TEXT),
    "UTF-8 with mark": ("logg.csv", TEXT.encode("utf-8-sig")),
    "UTF-16 little": ("logg.csv", b"\xff\xfe" + TEXT.encode("utf-16-le")),
    "UTF-16 big": ("logg.csv", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    "UTF-16 unmarked": ("logg.csv", TEXT.encode("utf-16-le")),
    "Windows-1252": ("logg.csv", TEXT.encode("cp1252")),
    "comma": ("logg.csv", swapped(",")),
    "tab": ("logg.txt", swapped("\t")),
    "bar": ("logg.log", swapped("|")),
    "CRLF": ("LOGG.CSV", TEXT.replace("\n", "\r\n")),
    "old Mac line ends": ("logg.csv", TEXT.replace("\n", "\r")),
    "quoted": ("logg.csv", PERIOD + "\n".join(";".join(f'"{c}"' for c in li.split(";")) for li in [HEADER, *LINES])),
    "quoted declaration, padded": (
        "logg.csv",
        TEXT.replace("# periode_fra: 2022-01-01", '"# periode_fra: 2022-01-01";;;'),
    ),
    "titles": ("logg.csv", "sep=;\nUttrekk fra Visma Familia\n\n" + TEXT),
    "blank lines": ("logg.csv", TEXT.replace(LINES[1], "\n;;;;;;;\n   \n" + LINES[1]) + "\n\n"),
    "total line": ("logg.csv", TEXT + "Totalt;2;;;;;;\n\n"),
    "total in words": ("logg.csv", TEXT + "Antall rader: 2\n"),
    "repeated header": ("logg.csv", TEXT.replace(LINES[1], HEADER + "\n" + LINES[1])),
    "upper case": ("logg.csv", TEXT.replace(HEADER, HEADER.upper())),
    "aliases": ("logg.csv", TEXT.replace(HEADER, ALIASES)),
    "other order": ("logg.csv", headed("bydel;kommunenr;kanal;melder;type;mottatt;id", *OTHER_ORDER)),
    "trailing delimiter": ("logg.csv", headed(HEADER, *(li + ";" for li in LINES))),
    "two columns": (
        "logg.csv",
        headed(
            HEADER.replace("mottatt", "Mottatt dato;Mottatt tidspunkt"), *(li.replace("2022 ", "2022;") for li in LINES)
        ),
    ),
    "date and clock apart": (
        "logg.csv",
        headed(HEADER.replace("mottatt", "Dato;x;Klokkeslett"), *(li.replace("2022 ", "2022;;") for li in LINES)),
    ),
    "workbook": ("logg.xlsx", book(usual_sheet)),
    "JSON": ("logg.json", json.dumps({**DECLARED, "rader": OBJECTS})),
    "JSON named text": ("logg.txt", json.dumps({**DECLARED, "rader": OBJECTS}, indent=1)),
    "workbook named csv": ("logg.csv", book(usual_sheet)),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_read_to_the_same_registrations(inboxes: Inboxes, name: str) -> None:
    outcome = inboxes.one(*FORMS[name])
    assert not [m for m in outcome.messages if m.severity != "info"], outcome.messages
    assert outcome.status == "accepted"
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (2, 2, 0)
    assert outcome.period_is_proof
    rows = inboxes.rows()
    assert [str(row["message_id"]) for row in rows] == [FIRST, SECOND]
    assert [row["received_local"] for row in rows] == WALLS
    assert [row["received_utc"] for row in rows] == [wall - dt.timedelta(hours=1) for wall in WALLS]
    assert [(r["item_type"], r["reporter"], r["channel"], r["municipality_no"], r["district_no"]) for r in rows] == [
        ("concern", "private", "portal", "4601", "05"),
        ("minutes", "public", "post", "4601", "05"),
    ]
    (receipt,) = inboxes.receipts()
    assert (receipt["period_from"], receipt["period_to"]) == ("2021-12-31T23:00:00Z", "2022-03-31T22:00:00Z")


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (TEXT, [4, 5]),
        ("Tittel\n\n" + TEXT, [6, 7]),
        (TEXT.replace(LINES[1], "\n" + LINES[1]), [4, 6]),
        (TEXT.replace(";;møte", ';"a\nb";møte').replace(LINES[0], LINES[0].replace(";;", ';"a\nb";')), [4, 6]),
    ],
)
def test_rows_are_numbered_as_the_sender_sees_them(inboxes: Inboxes, content: str, rows: list[int]) -> None:
    inboxes.one("logg.csv", content)
    assert [row["file_row"] for row in inboxes.rows()] == rows


def test_a_workbooks_rows_are_numbered_as_in_the_sheet(inboxes: Inboxes) -> None:
    inboxes.one("logg.xlsx", book(usual_sheet))
    assert [row["file_row"] for row in inboxes.rows()] == [5, 6]


def test_only_the_time_of_receipt_is_needed(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", PERIOD + "mottatt\n2022-03-01T09:24:45\n2022-03-02\n")
    assert outcome.rows_accepted == 2
    rows = inboxes.rows()
    assert {(r["item_type"], r["channel"], r["message_id"], r["municipality_no"], r["district_no"]) for r in rows} == {
        ("concern", "portal", None, None, None)
    }
    assert [row["resolution_s"] for row in rows] == [1, 86_400]


def test_a_header_without_rows_is_accepted_with_none(inboxes: Inboxes) -> None:
    for name, content in (("a.csv", PERIOD + HEADER + "\n"), ("b.json", json.dumps({**DECLARED, "rader": []}))):
        outcome = inboxes.one(name, content)
        assert (outcome.status, outcome.rows_read, outcome.period_is_proof) == ("accepted", 0, True)
        assert codes(outcome) == ["NO_ROWS"]
    assert inboxes.rows() == []


def test_a_zone_leaves_no_wall_clock_and_the_fold_leaves_two_instants(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", PERIOD + "mottatt\n2022-10-30T02:30:00\n2022-10-30T02:30:00+01:00\n")
    first, second = inboxes.rows()
    assert first["received_local"] == dt.datetime(2022, 10, 30, 2, 30)
    assert (first["received_utc"].hour, first["received_later_utc"].hour) == (0, 1)
    assert second["received_local"] is None
    assert second["received_utc"] == second["received_later_utc"] == dt.datetime(2022, 10, 30, 1, 30)
    assert "IN_FOLD" in codes(outcome)


IMPORTER = f"""2022-03-01 09:24:40;2 nye forsendelser
2022-03-01 09:24:45;Importerte forsendelse med tittel Sak, om 15861095042,id a, mer,id {FIRST}, saksnr: 2022/1 og journalpostnummer 2022/2.
2022-03-01 09:24:50;Import av forsendelse {SECOND} med tittel Hemmeligord feilet.
2022-03-02 10:00:01;Importerte forsendelse med tittel Hemmeligord
over to linjer,id {SECOND}, saksnr: 2022/3 og journalpostnummer 2022/4.
2022-03-02 10:00:02;Kjørte med feil
"""  # noqa: E501


def test_the_importers_log_gives_times_and_ids_and_no_titles(inboxes: Inboxes) -> None:
    outcome = inboxes.one("forsendelser.log", IMPORTER, manifest=DECLARED)
    assert (outcome.format, outcome.case_system, outcome.rows_read) == ("svarinn_importer", "SVARINN_IMPORTER", 2)
    assert codes(outcome) == ["IMPORT_FAILED_LINES"]
    rows = inboxes.rows()
    assert [(r["file_row"], str(r["message_id"]), r["channel"]) for r in rows] == [
        (2, FIRST, "svarinn"),
        (4, SECOND, "svarinn"),
    ]
    assert [row["received_local"] for row in rows] == WALLS
    written = inboxes.everything_written()
    assert b"Hemmeligord" not in written and b"15861095042" not in written


def test_json_rows_that_are_no_objects_are_rejected_rows(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.json", json.dumps([OBJECTS[0], "tekst", {"mottatt": None, "type": "brev"}]))
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (3, 1, 2)
    assert {(m.code, m.row) for m in outcome.messages if m.severity == "error"} == {("BAD_ROW", 2), ("BAD_TIME", 3)}


def test_json_on_one_long_line_is_read(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.json", json.dumps({**DECLARED, "rader": OBJECTS * 3000}))
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 6000)


def test_a_log_of_several_pieces_keeps_its_row_numbers(inboxes: Inboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_PIECE", 1000)
    monkeypatch.setattr(blocks, "_CHUNK", 7)
    lines = "".join(f";0{n % 9 + 1}.03.2022 09:24;;;;;;\r\n" for n in range(500))
    outcome = inboxes.one("logg.csv", PERIOD + HEADER + "\r\n" + lines + "Totalt;500\r\n")
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 500)
    assert [row["file_row"] for row in inboxes.rows()] == list(range(4, 504))
    refused = inboxes.one("nr.csv", PERIOD + HEADER + "\r\n" + lines + "15861095042\r\n")
    assert [(m.code, m.row) for m in refused.messages] == [("PERSONAL_NUMBER", 504)]


def test_ids_are_read_in_every_usual_form(inboxes: Inboxes) -> None:
    forms = [FIRST, FIRST.upper(), "{" + FIRST + "}", FIRST.replace("-", ""), f"urn:uuid:{FIRST}", "", "-", "123"]
    outcome = inboxes.one("logg.csv", PERIOD + "meldingsid;mottatt\n" + "".join(f"{f};2022-03-01\n" for f in forms))
    assert [str(row["message_id"]) for row in inboxes.rows()] == [FIRST] * 5 + ["None"] * 3
    assert [(m.code, m.row) for m in outcome.messages if m.severity != "info"] == [("BAD_ID", 11)]


def test_no_folders_give_empty_tables_of_the_right_types(inboxes: Inboxes) -> None:
    assert inboxes.read() == []
    assert inboxes.rows() == [] and inboxes.uploads() == []
    types = _types(inboxes)
    inboxes.one("logg.csv", TEXT)
    assert types == _types(inboxes)


def _types(inboxes: Inboxes) -> list[Any]:
    found = []
    for relation in ("intake__uploads", "intake__registrations"):
        query = "DESCRIBE SELECT * FROM read_parquet(?)"
        found += duckdb.execute(query, [str(inboxes.work.table(relation))]).fetchall()
    return found
