"""Survey and follow-up files as they come: missing, empty, in other forms, or unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest

from meldingskontroll.lake import WorkFolder
from meldingskontroll.survey.freetext import has_personal_data
from meldingskontroll.survey.read import TABLES, read_survey
from support.healthy import ANSWERS_HEADER, CLOCK, SETTINGS, answer, write_followup, write_survey
from support.lake_fixtures import read_table, write_table

LINE = answer("1", "A", mangler_meldinger="nei", fritekst="Linje én\tmed æøå")


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    folder = WorkFolder(tmp_path)
    write_table(folder, "roster__services", [{"service_id": "A"}, {"service_id": "B"}])
    return folder


def responses(work: WorkFolder, content: bytes, name: str = "responses.csv") -> list[str]:
    work.survey.mkdir(exist_ok=True)
    (work.survey / name).write_bytes(content)
    read_survey(work, CLOCK, SETTINGS)
    return [row["answer_id"] for row in read_table(work, "survey__answers")]


def test_no_folders_give_every_table_without_rows(work: WorkFolder) -> None:
    read_survey(work, CLOCK, SETTINGS)
    counts = {table: len(read_table(work, table)) for table in TABLES}
    assert counts == dict.fromkeys(TABLES, 0) | {"survey__totals": 1}


def test_empty_folders_give_every_table_without_rows(work: WorkFolder) -> None:
    write_survey(work)
    write_followup(work)
    read_survey(work, CLOCK, SETTINGS)
    assert read_table(work, "survey__answers") == read_table(work, "survey__problems") == []


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(ending: str, encoding: str, work: WorkFolder) -> None:
    assert responses(work, ending.join((ANSWERS_HEADER, LINE, "")).encode(encoding)) == ["1"]


def test_a_line_break_inside_quotes_does_not_end_the_answer(work: WorkFolder) -> None:
    quoted = LINE.removesuffix("Linje én\tmed æøå") + '"to\nlinjer; og semikolon"'
    assert responses(work, f"{ANSWERS_HEADER}\n{quoted}\n{answer('2', 'B')}\n".encode()) == ["1", "2"]


def test_a_problem_names_the_row_that_the_sender_sees(work: WorkFolder) -> None:
    two_lines = LINE.removesuffix("Linje én\tmed æøå") + '"to\nlinjer"'
    responses(work, f"{ANSWERS_HEADER}\n{two_lines}\n\n{answer('2', 'B', mottatt='?')}\n".encode())
    assert [(row["source_row"], row["code"]) for row in read_table(work, "survey__problems")] == [
        (4, "TIME_UNREADABLE")
    ]


def test_columns_may_stand_in_any_order(work: WorkFolder) -> None:
    columns = ANSWERS_HEADER.split(";")[::-1]
    values = LINE.split(";")[::-1]
    assert responses(work, f"{';'.join(columns).upper()}\n{';'.join(values)}\n".encode()) == ["1"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "COLUMNS_MISSING"),
        (b"svar_id;mottatt\n1;2\n", "COLUMNS_MISSING"),
        (f"{ANSWERS_HEADER};svar_id\n{LINE};2\n".encode(), "COLUMNS_REPEATED"),
        (f"{ANSWERS_HEADER}\n{LINE}\n".encode("cp1252"), "FILE_UNREADABLE"),
        (f"{ANSWERS_HEADER}\n{LINE}\n".encode("utf-16"), "FILE_UNREADABLE"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_count(
    content: bytes, code: str, work: WorkFolder
) -> None:
    work.survey.mkdir()
    (work.survey / "responses_a.csv").write_text(f"{ANSWERS_HEADER}\n{LINE}\n", encoding="utf-8")
    assert responses(work, content, "responses_b.csv") == ["1"]
    assert read_table(work, "survey__problems") == [
        {"source_file": "responses_b.csv", "source_row": None, "code": code}
    ]


def test_other_files_in_the_folder_are_no_answers(work: WorkFolder) -> None:
    assert responses(work, f"{ANSWERS_HEADER}\n{LINE}\n".encode(), "notater.csv") == []


def test_the_responses_are_copied_nowhere_and_their_free_text_is_in_no_table(work: WorkFolder) -> None:
    responses(work, f"{ANSWERS_HEADER}\n{LINE}\n".encode())
    for path in work.out.rglob("*"):
        assert not path.is_file() or "Linje én".encode() not in path.read_bytes()


def test_reading_twice_gives_the_same_bytes(work: WorkFolder) -> None:
    responses(work, f"{ANSWERS_HEADER}\n{LINE}\n{answer('2', 'B')}\n".encode())
    before = {table: work.table(table).read_bytes() for table in TABLES}
    read_survey(work, CLOCK, SETTINGS)
    assert {table: work.table(table).read_bytes() for table in TABLES} == before


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("", False),
        ("Vi mangler 12 meldinger fra 2022.", False),
        ("saksnummer 13097248023", False),
        ("gjelder 13097248022", True),
        ("gjelder 130972 48022", True),
        ("svar til navn@kommune.no", True),
    ],
)
def test_personal_data_is_recognised(text: str, flagged: bool) -> None:
    assert has_personal_data(text) is flagged
