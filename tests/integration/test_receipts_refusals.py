"""What is refused is answered and copied nowhere. Every sentinel is searched for in all that was written."""

from __future__ import annotations

import io
import json
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from meldingskontroll.intake import source
from meldingskontroll.settings import Settings
from support.inbox import FIRST, HEADER, PERIOD, Inboxes, codes

NUMBER = "15861095042"
SENTINEL = "Zebrafinkvegen"
ROW = f"{FIRST};2022-03-01T09:24:45;;bekymringsmelding;privat;portal;4601;05"


@pytest.fixture
def inboxes(tmp_path: Path) -> Inboxes:
    return Inboxes(tmp_path)


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        fill(workbook)
    return buffer.getvalue()


def good_sheet(workbook: xlsxwriter.Workbook) -> xlsxwriter.worksheet.Worksheet:
    sheet = workbook.add_worksheet("Logg")
    sheet.write_row(0, 0, ["meldingsid", "mottatt"])
    sheet.write_row(1, 0, [FIRST, "2022-03-01T09:24:45"])
    return sheet


def with_second_sheet(*cells: object) -> bytes:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        good_sheet(workbook)
        workbook.add_worksheet("Annet").write_row(0, 0, cells)

    return book(fill)


def with_comment(workbook: xlsxwriter.Workbook) -> None:
    good_sheet(workbook).write_comment(1, 1, f"{SENTINEL} {NUMBER}")


def packed(parts: dict[str, bytes], base: bytes | None = None) -> bytes:
    buffer = io.BytesIO(base or b"")
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def wide(workbook: xlsxwriter.Workbook) -> None:
    sheet = good_sheet(workbook)
    sheet.write_string(1_048_575, 16_383, SENTINEL)


def extra(column: str, value: str) -> str:
    return f"{PERIOD}{HEADER};{column}\n{ROW};{value}\n"


def filled(change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> bytes:
    return book(lambda workbook: change(workbook, good_sheet(workbook)))


TOLD = f"{SENTINEL} ringte og fortalte at det var uro hjemme"
SENTENCES = [f"{TOLD} {word} hele denne uken" for word in ("mandag", "tirsdag", "onsdag")]
ESCAPED = json.dumps([{"mottatt": "2022-03-01", "x": NUMBER}]).replace("158", "\\u0031\\u0035\\u0038")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'
PERSONAL: dict[str, tuple[str, str | bytes, str]] = {
    "a number": ("logg.csv", extra("saksnr", f"{SENTINEL} {NUMBER}"), "PERSONAL_NUMBER"),
    "a D-number": ("logg.csv", extra("saksnr", "55861095117"), "PERSONAL_NUMBER"),
    "a number of the rule from 2032": ("logg.csv", extra("saksnr", "15861095077"), "PERSONAL_NUMBER"),
    "with a blank": ("logg.csv", extra("saksnr", "158610 95042"), "PERSONAL_NUMBER"),
    "in a title": ("logg.csv", f"Uttrekk {SENTINEL} {NUMBER}\n{HEADER}\n{ROW}\n", "PERSONAL_NUMBER"),
    "in the declaration": ("logg.csv", f"# eksportert: {NUMBER}\n{HEADER}\n{ROW}\n", "PERSONAL_NUMBER"),
    "in UTF-16": ("logg.csv", extra("saksnr", NUMBER).encode("utf-16"), "PERSONAL_NUMBER"),
    "in the received column": ("logg.csv", f"mottatt\n{NUMBER}\n", "PERSONAL_NUMBER"),
    "in JSON": ("logg.json", json.dumps([{"mottatt": "2022-03-01", "x": int(NUMBER)}]), "PERSONAL_NUMBER"),
    "in JSON, escaped": ("logg.json", ESCAPED, "PERSONAL_NUMBER"),
    "in a number cell": ("logg.xlsx", with_second_sheet(1901250037.0), "PERSONAL_NUMBER"),
    "on another sheet": ("logg.xlsx", with_second_sheet(f"{SENTINEL} {NUMBER}"), "PERSONAL_NUMBER"),
    "in a comment": ("logg.xlsx", book(with_comment), "PERSONAL_NUMBER"),
    "a column": ("logg.csv", extra("Barnets navn", SENTINEL), "PERSONAL_COLUMN"),
    "a column of free text": ("logg.csv", extra("Fritekst", SENTINEL), "PERSONAL_COLUMN"),
    "a column in JSON": ("logg.json", json.dumps([{"mottatt": "2022-03-01", "adresse": SENTINEL}]), "PERSONAL_COLUMN"),
    "in a sheet's name": ("logg.xlsx", book(lambda b: b.add_worksheet(f"x {NUMBER}")), "PERSONAL_NUMBER"),
    "in a header": ("logg.xlsx", filled(lambda b, s: s.set_header(f"&L{NUMBER}")), "PERSONAL_NUMBER"),
    "in a text box": ("logg.xlsx", filled(lambda b, s: s.insert_textbox(3, 3, f"x {NUMBER}")), "PERSONAL_NUMBER"),
    "in a link": (
        "logg.xlsx",
        filled(lambda b, s: s.write_url(3, 3, f"http://x/?q={NUMBER}", string="x")),
        "PERSONAL_NUMBER",
    ),
    "in a defined name": (
        "logg.xlsx",
        filled(lambda b, s: b.define_name("x", f'="{NUMBER}"')),
        "PERSONAL_NUMBER",
    ),
    "in pieces of one cell": (
        "logg.xlsx",
        filled(lambda b, s: s.write_rich_string(3, 3, "158610", b.add_format({"bold": True}), "95042")),
        "PERSONAL_NUMBER",
    ),
    "a column deep in JSON": (
        "logg.json",
        json.dumps([{"mottatt": "2022-03-01", "x": [{"navn": SENTINEL}]}]),
        "PERSONAL_COLUMN",
    ),
    "a long sentence": ("logg.csv", extra("saksnr", f"{TOLD} og at {TOLD}"), "FREE_TEXT"),
    "several sentences": (
        "logg.csv",
        f"{HEADER};saksnr\n" + "".join(f"{ROW};{sentence}\n" for sentence in SENTENCES),
        "FREE_TEXT",
    ),
    "sentences in a recognised column": (
        "logg.csv",
        "mottatt,type\n" + "".join(f"2022-03-01,{sentence}\n" for sentence in SENTENCES),
        "FREE_TEXT",
    ),
    "sentences in JSON": (
        "logg.json",
        json.dumps([{"mottatt": "2022-03-01", "x": sentence} for sentence in SENTENCES]),
        "FREE_TEXT",
    ),
    "sentences in a workbook": (
        "logg.xlsx",
        filled(
            lambda b, s: [
                s.write_row(at, 0, ["", "2022-03-01"]) or s.write_string(at, 1, text)
                for at, text in enumerate(SENTENCES, 2)
            ]
        ),
        "FREE_TEXT",
    ),
    "columns and no log": ("logg.csv", f"Navn;Adresse\n{SENTINEL};{SENTINEL}\n", "PERSONAL_COLUMN"),
    "columns on another sheet": ("logg.xlsx", with_second_sheet("Navn", "Fødselsdato"), "PERSONAL_COLUMN"),
}
UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "no bytes": ("logg.csv", b"", "EMPTY_FILE"),
    "blanks only": ("logg.csv", b" \r\n \n", "NO_HEADER"),
    "no header": ("logg.csv", f"{SENTINEL};a;b\n1;2;3\n".encode(), "NO_HEADER"),
    "no received column": ("logg.csv", f"meldingsid;type\n{SENTINEL};brev\n".encode(), "NO_HEADER"),
    "NUL bytes": ("logg.csv", f"mottatt\n2022-03-01\x00{SENTINEL}\n".encode(), "BINARY"),
    "late NUL bytes": ("logg.csv", b"mottatt\n" + b"2022-03-01\n" * 500 + b"\x00" + SENTINEL.encode(), "BINARY"),
    "binary": ("logg.csv", bytes(range(256)) * 40, "BINARY"),
    "a program": ("logg.csv", b"MZ\x90\x00" + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "another program": ("logg.txt", b"\x7fELF" + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "a script": ("logg.txt", b"#!/bin/sh\necho " + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "gzip": ("logg.csv", b"\x1f\x8b\x08" + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "a PDF": ("logg.csv", b"%PDF-1.7\n" + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "a page": ("logg.csv", b"<!DOCTYPE html><table>" + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "an archive": ("logg.xlsx", packed({f"{SENTINEL}.csv": b"mottatt"}), "PROGRAM_OR_ARCHIVE"),
    "a broken workbook": ("logg.xlsx", b"PK\x03\x04" + SENTINEL.encode(), "PROGRAM_OR_ARCHIVE"),
    "half a workbook": ("logg.xlsx", with_second_sheet(SENTINEL)[:3000], "PROGRAM_OR_ARCHIVE"),
    "an old or encrypted workbook": ("logg.xlsx", OLE + SENTINEL.encode(), "OLD_OR_ENCRYPTED_WORKBOOK"),
    "macros": ("logg.xlsx", packed({"xl/vbaProject.bin": b"x"}, with_second_sheet(SENTINEL)), "MACROS"),
    "entities": ("logg.xlsx", packed({"xl/extra.xml": ENTITIES}, with_second_sheet(SENTINEL)), "WORKBOOK_UNREADABLE"),
    "a bomb": (
        "logg.xlsx",
        packed({"xl/bomb.xml": b"0" * 450_000_000}, with_second_sheet(SENTINEL)),
        "WORKBOOK_TOO_WIDE",
    ),
    "a sheet as wide as can be": ("logg.xlsx", book(wide), "WORKBOOK_TOO_WIDE"),
    "no sheet with a header": (
        "logg.xlsx",
        book(lambda b: b.add_worksheet().write_string(0, 0, SENTINEL)),
        "NO_HEADER",
    ),
    "half a JSON": ("logg.json", b'[{"mottatt": "2022', "JSON_UNREADABLE"),
    "deep JSON": ("logg.json", b"[" * 100_000, "JSON_UNREADABLE"),
    "another JSON": ("logg.json", b'{"a": 1}', "NO_HEADER"),
    "a long line": ("logg.csv", b"mottatt\n" + b"x" * 1_000_000, "LINE_TOO_LONG"),
    "a thousand columns": ("logg.csv", b"mottatt" + b";x" * 1000 + b"\n", "TOO_MANY_COLUMNS"),
    "an unclosed quote": ("logg.csv", b'meldingsid;mottatt\n"a;2022-03-01\nb;2022-03-02\n', "QUOTES_BROKEN"),
    "unclear dates": ("logg.csv", b"mottatt\n03/01/2022\n04/02/2022\n", "DATE_ORDER_UNCLEAR"),
    "mixed dates": ("logg.csv", b"mottatt\n25/01/2022\n01/25/2022\n", "DATE_ORDER_MIXED"),
    "two times of receipt": (
        "logg.csv",
        b"Mottatt dato;Innkommet dato\n2022-03-01;2022-03-02\n",
        "TWO_RECEIVED_COLUMNS",
    ),
    "another ending": ("logg.pdf", SENTINEL.encode(), "UNKNOWN_ENDING"),
}


@pytest.mark.parametrize("name", [*PERSONAL, *UNREADABLE])
def test_a_refused_file_is_answered_and_nothing_of_it_is_repeated(inboxes: Inboxes, name: str) -> None:
    file_name, content, code = (PERSONAL | UNREADABLE)[name]
    path = inboxes.put(file_name, content)
    before = path.read_bytes()
    (outcome,) = inboxes.read()
    assert (outcome.status, codes(outcome)) == ("rejected", [code])
    (receipt,) = inboxes.receipts()
    assert receipt["status"] == "rejected" and receipt["messages"][0]["severity"] == "error"
    assert (receipt["rows_read"], receipt["period_from"]) == (0, None)
    assert len(list(inboxes.work.receipts("4601").glob("*.html"))) == 1
    written = inboxes.everything_written()
    for secret in (SENTINEL, NUMBER, "158610 95042", "55861095117", "15861095077", "1901250037"):
        assert secret.encode() not in written
    assert not (inboxes.work.lake / "raw").exists()
    assert path.read_bytes() == before
    assert inboxes.rows() == []
    assert inboxes.uploads()[0]["sha256"] == outcome.sha256


def test_names_of_offices_and_titles_above_the_header_are_no_free_text(inboxes: Inboxes) -> None:
    office = "Barnevernstjenesten for Bergen sentrum, Årstad og Ytrebygda"
    rows = "".join(f"{ROW};{office} {number}\n" for number in range(50))
    outcome = inboxes.one("logg.csv", f"{' '.join(SENTENCES)}\n{PERIOD}{HEADER};saksnr\n{rows}")
    assert (outcome.status, outcome.rows_accepted) == ("accepted", 50)


def test_a_refused_row_is_named_where_the_file_has_rows(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", extra("saksnr", "x") + ROW + f";{NUMBER}\n")
    assert [(m.code, m.row) for m in outcome.messages] == [("PERSONAL_NUMBER", 5)]


def test_a_name_with_a_national_id_is_hidden_everywhere(inboxes: Inboxes) -> None:
    for name in (f"{NUMBER}.csv", f"x_{NUMBER}.pdf", "158610-95042.csv"):
        inboxes.put(name, PERIOD + HEADER + "\n")
    assert {tuple(codes(outcome)) for outcome in inboxes.read()} == {("PERSONAL_NAME",)}
    written = inboxes.everything_written()
    assert NUMBER.encode() not in written and b"158610-95042" not in written
    assert len(inboxes.receipts()) == 3
    pages = [page.read_text() for page in inboxes.work.receipts("4601").glob("*.html")]
    assert [page.count("<h1>Fil der navnet ikke gjentas</h1>") for page in pages] == [1, 1, 1]


def test_personal_data_in_the_manifest_refuses_the_file(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", f"{HEADER}\n{ROW}\n", manifest={"periode_fra": "2022-01-01", "merknad": NUMBER})
    assert codes(outcome) == ["PERSONAL_MANIFEST"]
    assert NUMBER.encode() not in inboxes.everything_written()


def test_links_folders_and_pipes_are_refused_and_not_followed(inboxes: Inboxes, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(f"{PERIOD}{HEADER}\n{ROW}\n{SENTINEL}")
    inbox = inboxes.put("hidden", "x").parent
    (inbox / "hidden").unlink()
    (inbox / "lenke.csv").symlink_to(outside)
    (inbox / "mappe.csv").mkdir()
    os.mkfifo(inbox / "ror.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.open(inbox, os.O_RDONLY)
        listening.bind(f"/proc/self/fd/{here}/kontakt.csv")
        os.close(here)
    outcomes = inboxes.read()
    assert {outcome.file_name: codes(outcome) for outcome in outcomes} == {
        "lenke.csv": ["NOT_A_FILE"],
        "mappe.csv": ["NOT_A_FILE"],
        "ror.csv": ["NOT_A_FILE"],
        "kontakt.csv": ["NOT_A_FILE"],
    }
    assert len(inboxes.receipts()) == 4
    outside.unlink()
    assert SENTINEL.encode() not in inboxes.everything_written()


def test_a_linked_inbox_is_not_followed(inboxes: Inboxes, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "logg.csv").write_text(f"{HEADER}\n{ROW}\n")
    (inboxes.work.drop / "4601").mkdir(parents=True)
    inboxes.work.inbox("4601").symlink_to(elsewhere)
    assert inboxes.read() == []


def test_hidden_partial_and_manifest_names_are_left_alone(inboxes: Inboxes) -> None:
    for name in (
        ".logg.csv",
        "~logg.csv",
        "logg.csv.part",
        "logg.csv.tmp",
        "LOGG.CSV.FILEPART",
        "alene.csv.manifest.json",
    ):
        inboxes.put(name, f"{HEADER}\n{ROW}\n")
    assert inboxes.read() == []
    assert inboxes.receipts() == []


def test_a_file_that_grows_while_it_is_read_is_refused(inboxes: Inboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    path = inboxes.put("logg.csv", f"{HEADER}\n{ROW}\n")
    real = os.read

    def growing(handle: int, size: int) -> bytes:
        data = real(handle, size)
        if data:
            with path.open("ab") as stream:
                stream.write(b"x")
        return data

    with monkeypatch.context() as patched:
        patched.setattr(source.os, "read", growing)
        with pytest.raises(source.Refused) as refusal:
            source.read(path, 1_000)  # the limit ends the growth
    assert refusal.value.code in {"CHANGED_WHILE_READ", "TOO_LARGE"}


def test_a_file_above_the_limit_is_refused_with_the_limit(inboxes: Inboxes) -> None:
    inboxes.put("logg.csv", f"{HEADER}\n" + f"{ROW}\n" * 20_000)
    (outcome,) = inboxes.read(Settings(max_upload_megabytes=1))
    assert codes(outcome) == ["TOO_LARGE"] and "1 MB" in outcome.messages[0].text


@pytest.mark.parametrize(
    ("declared", "number", "expected"),
    [
        ({"kommunenummer": "5001"}, "4601", "OTHER_MUNICIPALITY"),
        ({"kommunenummer": "Bergen"}, "4601", "OTHER_MUNICIPALITY"),
        ({"gjelder_kommuner": ["4601", "5001"]}, "4601", "OTHER_MUNICIPALITY"),
        ({"kommunenummer": "0104"}, "3002", "OTHER_MUNICIPALITY"),
    ],
)
def test_another_municipalitys_file_is_refused(
    inboxes: Inboxes, declared: dict[str, str], number: str, expected: str
) -> None:
    outcome = inboxes.one("logg.csv", f"mottatt\n{SENTINEL}\n", number, manifest=declared)
    assert codes(outcome) == [expected]
    assert SENTINEL.encode() not in inboxes.everything_written()


def test_rows_of_another_municipality_alone_refuse_the_file(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", f"{HEADER}\n{ROW.replace('4601', '5001')}\n;ugyldig;;;;;;\n")
    assert codes(outcome) == ["ROWS_OF_OTHER_MUNICIPALITY"]


def test_one_municipalitys_bad_file_does_not_touch_another(inboxes: Inboxes) -> None:
    inboxes.put("logg.csv", bytes(range(256)), "0301")
    inboxes.put("logg.csv", f"{PERIOD}{HEADER}\n{ROW}\n", "4601")
    assert [(o.folder_no, o.status) for o in inboxes.read()] == [("0301", "rejected"), ("4601", "accepted")]
    assert len(inboxes.rows()) == 1


def test_names_that_no_terminal_should_see_are_answered(inboxes: Inboxes) -> None:
    for name in (
        "logg\n.csv",
        "æøå <b>&.csv",
        "x" * 250 + ".csv",
        "A.csv",
        "a.csv",
        "\u00e5.csv",
        "a\u030a.csv",
        "a\\..\\..\\x.csv",
        "\x1b[2J.csv",
    ):
        inboxes.put(name, f"{PERIOD}{HEADER}\n{ROW}\n")
    raw = os.fsencode(inboxes.work.inbox("4601")) + b"/\xff\xfe.csv"
    Path(os.fsdecode(raw)).write_text(f"{PERIOD}{HEADER}\n{ROW}\n")
    assert {outcome.status for outcome in inboxes.read()} == {"accepted"}
    pages = [page.read_text() for page in inboxes.work.receipts("4601").glob("*.html")]
    assert len(pages) == len(inboxes.receipts()) == 10
    assert not any("<b>" in page for page in pages)
