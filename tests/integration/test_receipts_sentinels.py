"""Nothing of a refused file is told: not in what is written, said or handed to Airflow, nor in a fault's trace."""

from __future__ import annotations

import io
import json
import logging
import secrets
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from meldingskontroll import orchestration
from meldingskontroll.intake import check, collect, examine
from meldingskontroll.settings import Settings
from support.inbox import FIRST, HEADER, Inboxes

NUMBER = "15861095042"
ROW = f"{FIRST};2022-03-01T09:24:45;;brev;privat;portal;4601;05"
CONTEXT = {"data_interval_end": datetime(2023, 7, 1, 6, tzinfo=UTC)}


def book(mark: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        workbook.set_properties({"title": mark, "comments": NUMBER})
        sheet = workbook.add_worksheet(mark[:30])
        sheet.write_row(0, 0, ["mottatt", mark])
        sheet.write_row(1, 0, [mark, f"{mark} {NUMBER}"])
        sheet.write_comment(1, 1, mark)
    return stream.getvalue()


def refused(mark: str) -> dict[str, str | bytes]:
    """Files that are refused, each for its own reason, with the mark in every place that a reader looks."""
    cells = [f"{mark};{ROW.split(';', 1)[1]}"] + [
        ROW.replace(cell, mark, 1) for cell in ("2022-03-01T09:24:45", "brev", "privat", "portal", "4601", "05")
    ]
    everywhere = f"{mark}\n# {mark}: {mark}\n# fagsystem: {mark}\n{HEADER};{mark}\n" + "".join(
        f"{cell};{mark}\n" for cell in cells
    )
    return {
        "number.csv": everywhere + f"{ROW};{NUMBER}\n",
        "utf16.csv": (everywhere + f"{ROW};{NUMBER}\n").encode("utf-16"),
        "column.csv": everywhere.replace("bydelsnummer;", "bydelsnummer;navn;"),
        "quote.csv": everywhere + f'"{mark}\n{ROW};{mark}\n{ROW};{mark}\n',
        "binary.csv": everywhere.encode() + b"\x00",
        "long.csv": everywhere + mark * 20_000,
        "other.csv": f"# kommunenummer: 5001\n{everywhere}",
        "dates.csv": f"mottatt;{mark}\n03/01/2022;{mark}\n",
        "prose.csv": f"mottatt;x\n2022-03-01;{' '.join(['ord'] * 20)} {mark}\n",
        "header.csv": f"{mark};a;b\n1;2;3\n",
        "program.csv": b"MZ" + mark.encode(),
        "ending.pdf": mark,
        "book.xlsx": book(mark),
        "half.xlsx": book(mark)[:2000],
        "nested.json": json.dumps([{"mottatt": mark, mark: {mark: [mark, NUMBER]}}]),
        "broken.json": '[{"mottatt": "' + mark,
        "surrogate.json": json.dumps([{"mottatt": "2022-03-01", "x": mark}]).replace(mark, f"\\ud800{mark}"),
        "manifest.csv": f"{HEADER}\n{ROW}\n",
        "manifest.csv.manifest.json": json.dumps({mark: mark, "fagsystem": f"{mark} {NUMBER}"}),
    }


def put_all(inboxes: Inboxes, mark: str) -> int:
    files = refused(mark)
    for name, content in files.items():
        inboxes.put(name, content)
    return len(files) - 1


def test_nothing_of_refused_files_is_written_said_or_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mark, inboxes = f"mrk{secrets.token_hex(8)}", Inboxes(tmp_path)
    count = put_all(inboxes, mark)
    monkeypatch.setattr(orchestration, "current", lambda: Settings(work=tmp_path))
    handed_on: list[Any] = [orchestration.municipalities_with_news()]
    record = orchestration.collect_municipality("4601", CONTEXT)
    handed_on += [record, orchestration.gather_municipalities(handed_on[0], [record])]
    assert [receipt["status"] for receipt in inboxes.receipts()] == ["rejected"] * count
    for file in inboxes.work.inbox("4601").iterdir():
        if not file.name.endswith(".manifest.json"):
            check.print_receipt(check.examined(file, "4601", Settings()))
    said = capfd.readouterr()
    assert "AVVIST" in said.out
    for place in (said.out, said.err, caplog.text, json.dumps(handed_on, default=str), str(handed_on)):
        assert mark not in place and NUMBER not in place
    written = inboxes.everything_written()
    for secret in (mark, NUMBER):
        assert secret.encode() not in written and secret.encode("utf-16-le") not in written


@pytest.mark.parametrize(
    ("module", "name"),
    [(collect, "_keep"), (collect.receipts, "write_first"), (examine.columns, "understand"), (examine, "read_rows")],
)
def test_a_fault_of_ours_leaves_no_content_in_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    mark, inboxes = f"mrk{secrets.token_hex(8)}", Inboxes(tmp_path)
    put_all(inboxes, mark)
    inboxes.put("good.csv", f"# periode_fra: 2022-01-01\n{HEADER}\n{ROW}\n")

    def faulty(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, name, faulty)
    with pytest.raises(OSError) as fault:
        inboxes.read()
    assert mark not in "".join(traceback.format_exception(fault.value))
    assert mark.encode() not in inboxes.everything_written()
