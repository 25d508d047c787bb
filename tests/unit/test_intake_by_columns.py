"""A log read by columns gives what it gives row by row: the same rows, numbers, messages and refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from meldingskontroll.intake import document, personal, source
from meldingskontroll.intake.ahead import ahead
from meldingskontroll.intake.examine import examine
from meldingskontroll.intake.formats import blocks
from meldingskontroll.intake.scope import Folder

FOLDER = Folder("4601", "4601", frozenset({"4601"}))
HEADER = ["meldingsid", "mottatt", "type", "kanal", "kommunenummer", "saksnr"]
ID = "3f2b0c1e-8a41-4a52-9a39-6d0a6a4b1c11"
CELLS = {
    0: ["", ID, ID.upper(), f'"{ID}"', f"{{{ID}}}", "123", "meldingsid", "#", " "],
    1: ["01.03.2022 09:24:45", "2022-03-01T09:24:45Z", "2022-03-01", "03/25/2022", "05/06/2022", "", "x",
        '"2022-03-02"', " 2022-03-03 10:00 ", "44621.5", "12", "2022-10-30 02:30:00"],
    2: ["", "brev", "Bekymringsmelding", '"brev"', "møtereferat", "ukjent"],
    3: ["", "portal", "post", "due"],
    4: ["", "4601", "301", "Bergen", "5001"],
    5: ["", "x", '"a;b"', '"', 'a"b', '"to\nlinjer"', '""', "15861095093", "ø", "e", "f", "g"],
}  # fmt: skip
usual = st.tuples(*(st.sampled_from(CELLS[at][:3] if at < 2 else CELLS[at][:2]) for at in range(6))).map(list)
any_row = st.tuples(*(st.sampled_from(CELLS[at]) for at in range(6))).map(list)
odd = st.sampled_from(
    [[], [""], [";" * 5], ["# notat"], ["#"], HEADER, ["Totalt", "3"], ["Sum;12345;;;;"], ["a"], ["x"] * 9, ["\t"]]
)
short = st.integers(1, 7).flatmap(lambda n: any_row.map(lambda row: [*row, "", ""][:n]))
rows = st.lists(st.one_of(usual, usual, usual, any_row, odd, short), max_size=30)
harmless = st.lists(st.one_of(usual, odd, short.filter(lambda row: "05/06/2022" not in row)), max_size=30)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])
files = st.tuples(st.one_of(rows, harmless), st.sampled_from(["\n", "\r\n"]), encodings)


@contextmanager
def read_by(*, columns: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(document, "_PIECE", 200)
        patched.setattr(blocks, "_TOO_SHORT_TO_STAND_ALONE", 40)
        patched.setattr(blocks, "_READ_BY_ROW_AT_THE_END", 3)
        if not columns:
            patched.setattr(blocks, "_by_columns", lambda *given: None)
        yield


def answer(data: bytes, *, columns: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    content = source.Content(data, hashlib.sha256(data).hexdigest())
    with read_by(columns=columns):
        found = examine(FOLDER, source.Item(Path("logg.csv"), "logg.csv", 0, True), content, None)
        tables = list(found.registrations.tables()) if found.registrations else []
    return found.outcome.as_dict(), [row for table in tables for row in table.to_pylist()]


def written(lines: list[list[str]], end: str, encoding: str) -> bytes:
    head = f"# periode_fra: 2022-01-01{end}# periode_til: 2022-04-01{end}"
    return (head + end.join(";".join(line) for line in [HEADER, *lines]) + end).encode(encoding)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files)
@example(([HEADER, ["Totalt", "3"], HEADER], "\n", "utf-8"))
@example(
    ([["Totalt", "1"], *[[ID, "2022-03-01", "", "", "", ""]] * 5, ["Totalt", "5"], *[["# notat"]] * 4], "\n", "utf-8")
)
@example(([[ID, "2022-03-01", "", "", "", ""]] * 5 + [["Totalt", "5"]] + [["# notat"]] * 4, "\n", "utf-8"))
def test_any_log_is_read_alike_by_columns_and_by_row(file: tuple[list[list[str]], str, str]) -> None:
    data = written(*file)
    assert answer(data, columns=True) == answer(data, columns=False)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_usual_log_is_read_by_columns_but_for_its_end(
    end: str, quoted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "_PIECE", 5_000)
    monkeypatch.setattr(blocks, "_TOO_SHORT_TO_STAND_ALONE", 0)
    by_row: list[int] = []
    real = blocks.data_batch

    def counting(found: list[list[str]], numbers: Any, header: Any) -> Any:
        by_row.append(len(found))
        return real(found, numbers, header)

    monkeypatch.setattr(blocks, "data_batch", counting)
    row = [ID, "01.03.2022 09:24:45", "brev", "post", "4601", "a"]
    lines = [[f'"{cell}"' for cell in row] if quoted else row] * 500
    data = written(lines, end, "utf-8")
    item, content = source.Item(Path("logg.csv"), "logg.csv", 0, True), source.Content(data, "0" * 64)
    found = examine(FOLDER, item, content, None)
    assert found.outcome.rows_accepted == 500
    assert sum(by_row) <= blocks._READ_BY_ROW_AT_THE_END


pieces_of_text = st.lists(
    st.sampled_from(
        ["15861095042", "158610 95042", "158610\u00a095042", "158610–95042", "55861095117", "12345678901", "a", "Æ",
         "é", "-", "9", ";", "\n", "45082,", f"{ID[:-11]}", "\u2009", "123456", "15861095093"]
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces_of_text)
def test_personal_data_is_found_in_bytes_where_it_is_found_in_text(parts: list[str]) -> None:
    text = "".join(parts)
    at = personal.find(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(personal, "_WINDOW", 16)
        found = personal.find_in_bytes(text.encode())
    assert found == (None if at is None else len(text[:at].encode()))


def test_what_is_made_ahead_comes_in_order_and_fails_in_its_place() -> None:
    def failing() -> Iterator[int]:
        yield from range(5)
        raise source.Refused("BINARY")

    assert list(ahead([])) == []
    assert list(ahead(range(50))) == list(range(50))
    seen = []
    with pytest.raises(source.Refused):
        for number in ahead(failing()):
            seen.append(number)
    assert seen == list(range(5))
