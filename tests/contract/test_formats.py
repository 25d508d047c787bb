"""Real files come in many forms, and each is read for what it says (contract §1 "A municipality's log").

Every case sends `a b c d`, four days apart in January, and its log holds `a b d` in one form. Read rightly, and
with its declared period, the log makes three registered and `c` lost; misread, it would make other numbers.
"""

from __future__ import annotations

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder, log_text
from contract.formats import BY_ID, BY_TIME, NAMES, files, ids, importer, manifest

RECEIPT = {
    "file",
    "sha256",
    "status",
    "rows_read",
    "rows_accepted",
    "rows_rejected",
    "period_from",
    "period_to",
    "messages",
}


def build(folder: Folder) -> None:
    for name, upload in (BY_ID | BY_TIME).items():
        place = folder.place(name)
        place.send_each("a b c d")
        upload(place)
    place = folder.place("importer log")
    for step, name in enumerate("abcd"):
        place.send(name, f"2023-01-{10 + 4 * step}T10:00:00", channel="SVARINN")
    place.upload("logg.csv", importer(place))
    place = folder.place("counted rightly")
    place.send_each("a b c d")
    manifest(place, antall_rader="4")
    body = log_text([*ids(place), {"mottatt": "i går", "type": "bekymringsmelding"}], {})
    place.upload("logg.csv", f"Uttrekk\n\n{body}\nTotalt;4;;;;;;\n")
    place = folder.place("administrative names")
    place.send_each("a b c d")
    rows = [row | {"kommunenavn": "Prøvevik", "bydelsnavn": "Øst", "tjenestenavn": "Prøvevik"} for row in ids(place)]
    columns = ["meldingsid", "mottatt", "melder", "kommunenavn", "bydelsnavn", "tjenestenavn"]
    place.upload("logg.csv", log_text(rows, place.declaration(), columns))
    place = folder.place("the same bytes twice")
    place.send_each("a b c d")
    content = place.log(ids(place), name="første.csv").read_bytes()
    place.upload("andre.csv", content)
    place = folder.place("long name")
    place.send_each("a b c d")
    place.log(ids(place), name="x" * 240 + ".csv")


FOLDERS = {"nation": build}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


@pytest.mark.parametrize("name", [*BY_ID, "importer log", "administrative names", "the same bytes twice", "long name"])
def test_a_log_with_ids_is_read_in_this_form(answer: Answer, name: str) -> None:
    assert answer.outcomes(name) == dict.fromkeys("abd", "registered by id") | {"c": "lost"}
    assert answer.share(name) == 1


@pytest.mark.parametrize("name", list(BY_TIME))
def test_a_log_with_times_alone_is_read_in_this_form(answer: Answer, name: str) -> None:
    assert answer.outcomes(name) == dict.fromkeys("abd", "registered by time") | {"c": "lost"}
    assert answer.share(name) == 1


@pytest.mark.parametrize("name", [*BY_ID, *BY_TIME, "importer log", "long name"])
def test_the_receipt_counts_the_rows(answer: Answer, name: str) -> None:
    """Data rows only: neither titles, header, total line nor blank lines; a letter in cp1252 is the fourth row."""
    rows = 4 if name == "cp1252" else len(NAMES.split())
    (file,) = files(answer.folder.cases[name])
    receipt = answer.receipt(name, file.name)
    assert set(receipt) == RECEIPT
    assert receipt["file"] == file.name
    assert (receipt["rows_read"], receipt["rows_accepted"], receipt["rows_rejected"]) == (rows, rows, 0)
    assert receipt["status"] in {"accepted", "accepted_with_warnings"}
    assert receipt["period_from"] and receipt["period_to"]


def test_a_receipt_has_a_page_beside_it(answer: Answer) -> None:
    for place in (answer.folder.cases[name] for name in BY_ID | BY_TIME):
        folder = answer.root / "drop" / place.number / "receipts"
        receipts = sorted(folder.glob("*.json"))
        assert len(receipts) == len(files(place))
        for path in receipts:
            assert path.with_name(path.name.removesuffix(".json") + ".html").is_file()


def test_the_declared_count_is_of_data_rows_rejected_ones_included(answer: Answer) -> None:
    """A title, a blank line, a header, three good rows, one with a time that is none, a total line: four rows."""
    receipt = answer.receipt("counted rightly")
    assert (receipt["rows_read"], receipt["rows_accepted"], receipt["rows_rejected"]) == (4, 3, 1)
    assert 7 in [message["row"] for message in receipt["messages"]]
    assert answer.share("counted rightly") == 1


def test_as_many_missing_as_rejected_rows_are_unknown_in_any_form(answer: Answer) -> None:
    """The row that could not be read may be `c`."""
    assert answer.outcomes("counted rightly")["c"] == "unknown"


def test_every_message_to_the_sender_says_what_and_how_bad(answer: Answer) -> None:
    for name in answer.folder.cases:
        for receipt in answer.receipts(name):
            assert set(receipt) == RECEIPT
            for message in receipt["messages"]:
                assert set(message) >= {"code", "severity", "row", "text"}
                assert message["code"] and message["text"]
