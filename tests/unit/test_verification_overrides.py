"""Overrides as they are given: what a row must be, and what can be shown on every page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from meldingskontroll.domain import AuditInputError, Requirement
from meldingskontroll.lake import WorkFolder
from meldingskontroll.verification.overrides import (
    LONGEST,
    OVERRIDABLE,
    SCHEMA,
    file_of,
    is_date,
    is_statement,
    read_given,
)

HEADER = "kommunenummer;bydelsnummer;krav;begrunnelse;bestemt_av;dato"
ROW = {"kommunenummer": "0301", "bydelsnummer": "05", "krav": "LOG_COVERED", "begrunnelse": "Loggen er brent.", "bestemt_av": "Kari Ås", "dato": "2023-07-01"}  # fmt: skip  # noqa: E501


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    made = WorkFolder(tmp_path)
    made.registry.mkdir()
    return made


def write(work: WorkFolder, *rows: dict[str, str], header: str = HEADER) -> None:
    lines = [";".join(row[name] for name in header.split(";")) for row in rows]
    file_of(work).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def test_without_a_file_there_are_none_and_a_header_alone_is_as_much(work: WorkFolder) -> None:
    assert read_given(work) == SCHEMA.empty_table()
    write(work)
    assert read_given(work) == SCHEMA.empty_table()


def test_each_row_is_read_whole_with_its_place_in_the_file(work: WorkFolder) -> None:
    write(work, ROW, {**ROW, "kommunenummer": "3805", "bydelsnummer": "00", "krav": "FIX_INSTALLED"})
    first, second = read_given(work).to_pylist()
    assert first == {
        "municipality_no": "0301",
        "district_no": "05",
        "requirement": "LOG_COVERED",
        "reason": "Loggen er brent.",
        "decided_by": "Kari Ås",
        "decided_on": date(2023, 7, 1),
        "source_row": 2,
    }
    assert (second["municipality_no"], second["district_no"], second["source_row"]) == ("3805", "", 3)
    assert read_given(work).schema == SCHEMA


@pytest.mark.parametrize("requirement", list(Requirement))
def test_every_requirement_but_that_of_the_whole_extract_can_be_overridden(requirement: str, work: WorkFolder) -> None:
    write(work, {**ROW, "krav": requirement})
    assert (requirement in OVERRIDABLE) is (requirement != "PORTAL_COVERED")
    if requirement in OVERRIDABLE:
        assert read_given(work).num_rows == 1
    else:
        with pytest.raises(AuditInputError, match=r"row 2.*krav.*must be one of CASE_SYSTEM_KNOWN, FIX_INSTALLED, LOG"):
            read_given(work)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"krav": "log_covered"}, "krav.*must be one of"),
        ({"krav": ""}, "krav.*must be one of"),
        ({"begrunnelse": " "}, "begrunnelse.*must say why"),
        ({"begrunnelse": "gjelder 15861095042"}, "begrunnelse.*must say why"),
        ({"bestemt_av": ""}, "bestemt_av.*must name who decided"),
        ({"bestemt_av": "15861095042"}, "bestemt_av.*must name who decided"),
        ({"dato": "1.7.2023"}, "dato.*must be a date"),
        ({"dato": ""}, "dato.*must be a date"),
        ({"kommunenummer": "Oslo"}, "kommunenummer"),
    ],
)
def test_a_row_that_is_no_override_is_named_by_its_place_and_column(
    changed: dict[str, str], said: str, work: WorkFolder
) -> None:
    write(work, ROW, ROW | changed)
    with pytest.raises(AuditInputError, match=rf"(?s)row 3.*{said}") as refused:
        read_given(work)
    assert "15861095042" not in str(refused.value)


@pytest.mark.parametrize("missing", HEADER.split(";"))
def test_a_column_that_is_missing_is_named(missing: str, work: WorkFolder) -> None:
    write(work, ROW, header=";".join(name for name in HEADER.split(";") if name != missing))
    with pytest.raises(AuditInputError, match=missing):
        read_given(work)


@pytest.mark.parametrize("text", ["x", "Loggen er tapt for godt.", "a" * LONGEST, "=1+1;«semikolon»"])
def test_one_line_without_personal_data_can_be_shown(text: str) -> None:
    assert is_statement(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "a" * (LONGEST + 1),
        "en\nto",
        "en\tto",
        "en\u202eto",
        "en\u2028to",
        "en\u2029to",
        "en\ud800",
        "a 15861095042",
    ],
)
def test_what_hides_or_says_nothing_or_names_somebody_cannot(text: str) -> None:
    assert not is_statement(text)


@pytest.mark.parametrize(("text", "holds"), [("2023-07-01", True), ("20230701", False), ("2023-W26-6", False), ("", False), ("2023-02-30", False)])  # fmt: skip  # noqa: E501
def test_a_date_has_one_form(text: str, holds: bool) -> None:
    assert is_date(text) is holds
