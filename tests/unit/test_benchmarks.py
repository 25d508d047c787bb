"""The frame of the benchmarks: a part that measured nothing is refused, and one part is measured without the others."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from benchmarks import report
from benchmarks.__main__ import PARTS, main


def test_a_part_without_rows_or_with_uneven_rows_is_refused() -> None:
    for rows in ([], [{"what": "a"}, {"other": "b"}]):
        with pytest.raises(ValueError, match="gave no table"):
            report.section("id", "Title", rows, "note")


def test_a_part_that_was_never_measured_is_said_and_not_left_out(tmp_path: Path) -> None:
    assert "Not measured yet: `python -m benchmarks id`" in report.page(["id"], tmp_path)


def test_a_part_is_measured_again_without_touching_the_others(tmp_path: Path) -> None:
    for figure in ("1", "2"):
        report.keep(report.section("id", "By id", [{"what": "floor", "s": figure}], "note"), tmp_path)
        report.keep(report.section("time", "By time", [{"what": "peel", "s": figure}], "note"), tmp_path)
    report.keep(report.section("id", "By id", [{"what": "floor", "s": "3"}], "note"), tmp_path)
    page = report.page(["id", "time"], tmp_path)
    assert "| floor | 3 |" in page and "| peel | 2 |" in page and "cores" in page


def test_every_part_has_a_title_a_note_and_rows() -> None:
    assert len(PARTS) > 1
    for module in PARTS.values():
        part = import_module(f"benchmarks.{module}")
        assert part.TITLE and part.NOTE and callable(part.rows)


def test_the_page_of_results_holds_every_part_as_it_was_last_measured() -> None:
    kept = [part for part in PARTS if report.kept(part)]
    page = report.PAGE.read_text(encoding="utf-8")
    assert kept
    assert [part for part in kept if report.text(part, report.kept(part)) not in page] == []


def test_a_part_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit, match="There is no part nothing"):
        main(["nothing"])
