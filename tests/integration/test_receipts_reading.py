"""A receipt says what the file was taken for, so that its sender sees a misreading at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.inbox import FIRST, HEADER, PERIOD, Inboxes, codes

ROW = f"{FIRST};01.03.2022 09:24:45;;bekymringsmelding;privat;portal;4601;05"


@pytest.fixture
def inboxes(tmp_path: Path) -> Inboxes:
    return Inboxes(tmp_path)


def test_a_header_alone_says_nothing_and_is_refused_until_a_period_is_given(inboxes: Inboxes) -> None:
    refused = inboxes.one("mal.csv", f"# periode_fra:\n# periode_til:\n{HEADER}\n")
    assert (refused.status, codes(refused)) == ("rejected", ["NOTHING_FILLED_IN"])
    assert "periode_fra" in refused.messages[0].text
    silent = inboxes.one("stille.csv", PERIOD + HEADER + "\n")
    assert (silent.status, codes(silent)) == ("accepted", ["NO_ROWS"])


def test_the_senders_own_names_delimiter_and_form_of_time_are_told(inboxes: Inboxes) -> None:
    text = f"Uttrekk\n{PERIOD}Melding-ID\tDato mottatt\tKl\tMeldt av\tsaksnr\n{FIRST}\t01.03.2022\t09:24\tprivat\t7\n"
    reading = inboxes.one("logg.txt", text.encode("utf-16")).reading
    assert reading == {
        "encoding": "UTF-16",
        "delimiter": "\t",
        "header_row": 4,
        "columns": {"mottatt": "Dato mottatt + Kl", "meldingsid": "Melding-ID", "melder": "Meldt av"},
        "ignored": 1,
        "times": ["dd.mm.åååå TT:MM"],
        "resolution_s": [60],
        "zoned": "none",
    }


@pytest.mark.parametrize(
    ("written", "form", "zoned"),
    [
        ("01.03.2022 09:24:45", "dd.mm.åååå TT:MM:SS", "none"),
        ("2022-03-01T09:24:45.123+01:00", "åååå-mm-dd«T»TT:MM:SS.fff±TT:MM", "all"),
        ("2022-03-01T08:24Z", "åååå-mm-dd«T»TT:MMZ", "all"),
        ("25/03/2022", "dd/mm/åååå", "none"),
        ("3/25/2022", "m/dd/åååå", "none"),
        ("05/05/2022", "dd/mm/åååå", "none"),
        ("1. mars 2022 kl. 9.24", "d. måned åååå kl. T.MM", "none"),
        ("søndag 06.03.2022", "ukedag dd.mm.åååå", "none"),
        ("44621.39218", "Excels serienummer", "none"),
    ],
)
def test_the_form_of_a_time_is_told_without_the_time(inboxes: Inboxes, written: str, form: str, zoned: str) -> None:
    reading = inboxes.one("logg.csv", f"{PERIOD}mottatt\n{written}\n").reading
    assert (reading["times"], reading["zoned"]) == ([form], zoned)


def test_no_name_of_an_unknown_column_and_no_value_is_kept(inboxes: Inboxes) -> None:
    sentinel = "Kvitrefuglstien"
    outcome = inboxes.one("logg.csv", f"{PERIOD}{HEADER};{sentinel}\n{ROW};{sentinel}\n{ROW};x{sentinel}\n")
    assert outcome.reading["ignored"] == 1
    kept = json.dumps([outcome.as_dict(), inboxes.receipts()])
    assert sentinel not in kept and outcome.reading["columns"]["mottatt"] == "mottatt"


def test_a_fault_in_one_column_does_not_hide_the_same_fault_in_another(inboxes: Inboxes) -> None:
    rows = ";2022-03-02;;telegram;;;;\n" * 25 + ";2022-03-02;;;;brevdue;;\n" * 3
    outcome = inboxes.one("logg.csv", PERIOD + HEADER + "\n" + rows)
    found = [(m.row, m.text) for m in outcome.messages]
    assert [row for row, _ in found] == [*range(4, 24), None, *range(29, 32)]
    assert "«type»" in found[0][1] and "5 til" in found[20][1] and "«kanal»" in found[21][1]
    (page,) = inboxes.work.receipts("4601").glob("*.html")
    assert "radene 4–23</strong> … og 5 til" in page.read_text() and "radene 29–31" in page.read_text()


@pytest.mark.parametrize(
    ("content", "row", "says"),
    [
        ("Mottatt den\n25/01/2022\n01/02/2022\n01/25/2022\n", None, ["«Mottatt den»", "rad 4 ", "rad 6 "]),
        ("Mottatt den\n01/01/2022\n01/02/2022\n", 5, ["«Mottatt den»", "1. februar eller den 2. januar?"]),
        ("Mottatt dato;Innkommet dato\n2022-03-01;2022-03-02\n", None, ["«Mottatt dato» og «Innkommet dato»"]),
    ],
)
def test_a_question_to_the_sender_names_the_column_and_the_rows(
    inboxes: Inboxes, content: str, row: int | None, says: list[str]
) -> None:
    (message,) = inboxes.one("logg.csv", PERIOD + content).messages
    assert message.row == row
    assert [words for words in says if words not in message.text] == []
