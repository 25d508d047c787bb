"""What is refused, and that nothing of it is repeated anywhere (contract §1 "A municipality's log").

Every case sends `a b c d`. A refused file registers and proves nothing: all four stay unknown. The national id
numbers are of the tax authority's synthetic series (month + 80), and belong to nobody.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from contract.answer import Answer, read_parquet
from contract.conftest import Audits
from contract.folder import LOG_COLUMNS, Folder, Place, log_text
from contract.formats import ids, importer

NUMBER = "15861095042"
NAMED = "55861095117"
MARK = "Zebrafinkvegen"


def with_column(place: Place, column: str, value: str) -> str:
    rows = [row | {column: value} for row in ids(place)]
    return log_text(rows, place.declaration(), [*LOG_COLUMNS, column])


def workbook(place: Place) -> None:
    place.inbox.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(place.inbox / "logg.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["meldingsid", "mottatt", "merknad"])
        sheet.write_row(1, 0, ["", "2023-01-10 10:00", f"{MARK} {NUMBER}"])


PERSONAL: dict[str, Callable[[Place], object]] = {
    "a national id": lambda p: p.upload("logg.csv", with_column(p, "saksnr", f"{MARK} {NUMBER}")),
    "a national id with a blank": lambda p: p.upload("logg.csv", with_column(p, "saksnr", f"{MARK} 158610 95042")),
    "a national id with a dash": lambda p: p.upload("logg.csv", with_column(p, "saksnr", f"{MARK}: 158610-95042")),
    "a national id in JSON": lambda p: p.upload(
        "logg.json", json.dumps([row | {"saksnr": f"{MARK} {NUMBER}"} for row in ids(p)])
    ),
    "a national id in a workbook": workbook,
    "a national id in UTF-16": lambda p: p.upload(
        "logg.csv", with_column(p, "saksnr", f"{MARK} {NUMBER}").encode("utf-16")
    ),
} | {
    f"a column {column}": lambda p, column=column: p.upload("logg.csv", with_column(p, column, MARK))
    for column in ("navn", "adresse", "telefon", "fritekst", "innhold", "Navn")
}
REFUSED: dict[str, Callable[[Place], object]] = {
    "another municipality's": lambda p: p.log(ids(p), kommunenummer="5001"),
    "no received time": lambda p: p.upload("logg.csv", log_text(ids(p), p.declaration(), ["meldingsid", "type"])),
    "garbage": lambda p: p.upload("logg.csv", bytes(range(256)) * 40),
    "no bytes": lambda p: p.upload("logg.csv", b""),
    "a workbook that is none": lambda p: p.upload("logg.xlsx", b"PK\x03\x04 not a workbook"),
    "JSON cut short": lambda p: p.upload("logg.json", '[{"mottatt": "2023-01-10T10:00'),
    "another ending": lambda p: p.upload("logg.pdf", text(p)),
}
ACCEPTED: dict[str, Callable[[Place], object]] = {
    "a number with wrong check digits": lambda p: p.upload("logg.csv", with_column(p, "saksnr", "15861095093")),
    "digits inside a longer number": lambda p: p.upload("logg.csv", with_column(p, "saksnr", f"9{NUMBER}7")),
    "digits inside an id": lambda p: p.upload("logg.csv", text(p)),
}
NOT_LOGS = [".skjult.csv", "~logg.csv", "logg.csv.part", "logg.csv.tmp", "logg.csv.filepart"]


def text(place: Place) -> str:
    return log_text(ids(place), place.declaration())


def build(folder: Folder) -> None:
    for cases in (PERSONAL, REFUSED, ACCEPTED):
        for name, upload in cases.items():
            place = folder.place(name)
            if name == "digits inside an id":
                place.send("a", "2023-01-10T10:00:00", id=f"6f6b1f4e-2c8f-4c7e-9d7a-a{NUMBER}")
                place.send_each("b c d", first="2023-01-14T10:00:00")
            else:
                place.send_each("a b c d")
            upload(place)
    place = folder.place("titles in the importer's log")
    for step, name in enumerate("abcd"):
        place.send(name, f"2023-01-{10 + 4 * step}T10:00:00", channel="SVARINN")
    place.upload("logg.csv", importer(place).replace("Bekymringsmelding", f"{MARK} {NUMBER}"))
    place = folder.place("a name with a national id")
    place.send_each("a b c d")
    place.log(ids(place), name=f"{NAMED}.csv")
    place = folder.place("not logs")
    place.send_each("a b c d")
    for name in NOT_LOGS:
        place.upload(name, text(place))
    place = folder.place("a folder and a link")
    place.send_each("a b c d")
    place.inbox.mkdir(parents=True)
    (place.inbox / "mappe.csv").mkdir()
    elsewhere = folder.root.with_name("elsewhere.csv")
    elsewhere.write_text(text(place), encoding="utf-8")
    (place.inbox / "lenke.csv").symlink_to(elsewhere)
    renumbered(folder)


def renumbered(folder: Folder) -> None:
    """Halden was 0101 until 2020, 3001 until 2024 and is 3101; Moss (3002) came of 0104 and 0136."""
    cases = (("old number", "3001", "0101"), ("new number", "3003", "3105"), ("merged", "3002", "0104"))
    for case, number, declared in cases:
        place = folder.place(case, number=number)
        place.send_each("a b c d")
        place.log(ids(place), kommunenummer=declared)


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


def only_receipt(answer: Answer, case: str) -> dict[str, object]:
    (receipt,) = answer.receipts(case)
    return receipt


@pytest.mark.parametrize("name", [*PERSONAL, *REFUSED, "merged"])
def test_a_refused_file_registers_and_proves_nothing(answer: Answer, name: str) -> None:
    assert answer.outcomes(name) == dict.fromkeys("abcd", "unknown")
    assert answer.share(name) == 0
    receipt = only_receipt(answer, name)
    assert receipt["status"] == "rejected"
    assert receipt["messages"], "what is wrong and what to do"


@pytest.mark.parametrize("name", list(ACCEPTED))
def test_what_only_resembles_personal_data_is_accepted(answer: Answer, name: str) -> None:
    """Not whole tokens, or without valid check digits."""
    assert answer.outcomes(name) == dict.fromkeys("abd", "registered by id") | {"c": "lost"}


@pytest.mark.parametrize("name", ["old number", "new number"])
def test_a_renumbered_municipality_is_the_same_with_a_warning(answer: Answer, name: str) -> None:
    assert answer.outcomes(name) == dict.fromkeys("abd", "registered by id") | {"c": "lost"}
    assert only_receipt(answer, name)["status"] == "accepted_with_warnings"


def test_hidden_and_partial_files_are_not_logs(answer: Answer) -> None:
    """Neither read, answered nor among the inputs."""
    assert answer.outcomes("not logs") == dict.fromkeys("abcd", "unknown")
    assert answer.receipts("not logs") == []
    assert not [path for path in answer.release["inputs"] if path.rsplit("/", 1)[-1] in NOT_LOGS]


def test_folders_and_links_are_refused_and_not_followed(answer: Answer) -> None:
    receipts = {receipt["file"]: receipt["status"] for receipt in answer.receipts("a folder and a link")}
    assert receipts == {"mappe.csv": "rejected", "lenke.csv": "rejected"}
    assert answer.outcomes("a folder and a link") == dict.fromkeys("abcd", "unknown")


def test_the_importers_titles_are_neither_scanned_nor_kept(answer: Answer) -> None:
    """A title may hold anything: the log is accepted for its times and ids."""
    found = answer.outcomes("titles in the importer's log")
    assert found == dict.fromkeys("abd", "registered by id") | {"c": "lost"}
    assert only_receipt(answer, "titles in the importer's log")["status"].__str__().startswith("accepted")


def test_a_file_name_with_personal_data_is_not_repeated_in_the_receipts(answer: Answer) -> None:
    place = answer.folder.cases["a name with a national id"]
    digest = hashlib.sha256((place.inbox / f"{NAMED}.csv").read_bytes()).hexdigest()
    folder = answer.root / "drop" / place.number / "receipts"
    assert list(folder.glob(f"*.{digest[:12]}.json"))
    for path in folder.iterdir():
        assert NAMED not in path.name
        assert NAMED not in path.read_text(encoding="utf-8")


def readable(path: Path) -> str:
    """Everything in a file as text, packed formats unpacked."""
    if path.suffix == ".parquet":
        return str(read_parquet(path))
    if path.suffix in {".xlsx", ".zip"}:
        with zipfile.ZipFile(path) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    raw = path.read_bytes()
    return raw.decode("utf-8", "replace") + raw.decode("utf-16-le", "replace")


def test_nothing_of_a_refused_file_is_repeated_anywhere_but_in_the_inbox(answer: Answer) -> None:
    """Neither its text nor the number, in no output, receipt or stored copy, and not on the terminal."""
    assert answer.out.is_dir()
    searched = 0
    for path in answer.root.rglob("*"):
        if path.is_dir() or path.parent.name in {"inbox", "mappe.csv"} or path.parent.name in {"portal"}:
            continue
        content = readable(path) + str(path.relative_to(answer.root))
        content = content.replace(f"a{NUMBER}", "").replace(f"9{NUMBER}7", "")
        for secret in (MARK, NUMBER, "158610 95042", "158610-95042"):
            assert secret not in content, path
        searched += 1
    assert searched > 50
    spoken = answer.process.stdout + answer.process.stderr
    assert MARK not in spoken and NUMBER not in spoken


def test_the_hash_of_a_refused_file_is_among_the_inputs(answer: Answer) -> None:
    for name in ("a national id", "garbage", "another ending"):
        place = answer.folder.cases[name]
        (path,) = place.inbox.iterdir()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert answer.release["inputs"][path.relative_to(answer.root).as_posix()] == digest


def test_a_refused_file_stays_as_it_was_in_the_inbox(answer: Answer) -> None:
    place = answer.folder.cases["a column navn"]
    assert MARK in (place.inbox / "logg.csv").read_text(encoding="utf-8")
