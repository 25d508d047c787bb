"""What a spreadsheet could run is text in every table that we write for people."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from meldingskontroll.lake import defused
from meldingskontroll.verification.publish import csv_text


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(begin: str) -> None:
    assert defused(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"


@pytest.mark.parametrize("value", [-5, -0.5, 0, None, True, "", "0301", "a=b", "'x", "LOG_COVERED"])
def test_numbers_and_plain_text_are_left_as_they_are(value: Any) -> None:
    assert defused(value) is value


def test_a_written_table_holds_no_cell_that_runs() -> None:
    text = csv_text(["service_id", "offset", "evidence"], [["=1+1", -30, "@x;\n+y"], ["B46", 0, None]])
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1:] == [["'=1+1", "-30", "'@x;\n+y"], ["B46", "0", ""]]
