"""What a receipt tells of rows, times and stretches is exactly what was found."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from meldingskontroll.intake import told
from meldingskontroll.intake.lacking import Stretch, _shown_gaps, _without
from meldingskontroll.intake.messages import MORE, SHOWN_OF_A_KIND, Notes, grouped

BEGIN = datetime(2022, 1, 1)
CUTS = st.lists(st.integers(0, 60), max_size=12, unique=True).map(sorted)


def stretches(cuts: list[int]) -> list[Stretch]:
    return [(BEGIN + timedelta(days=a), BEGIN + timedelta(days=b)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


def days(found: list[Stretch]) -> set[int]:
    return {day for begin, end in found for day in range((begin - BEGIN).days, (end - BEGIN).days)}


@settings(max_examples=200, deadline=None)
@given(CUTS, CUTS)
def test_what_is_missing_is_what_is_required_and_not_proven(required: list[int], proven: list[int]) -> None:
    left = _without(stretches(required), stretches(proven))
    assert days(left) == days(stretches(required)) - days(stretches(proven))
    assert all(begin < end for begin, end in left)


def test_no_requirement_leaves_nothing_and_no_proof_leaves_all() -> None:
    assert _without([], stretches([1, 5])) == []
    assert _without(stretches([1, 5]), []) == stretches([1, 5])
    shown = _shown_gaps(stretches([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert shown.count(" til ") == 3 and shown.endswith("; og 2 til.")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=20, unique=True).map(sorted))
def test_rows_are_named_so_that_each_can_be_found_again(rows: list[int]) -> None:
    named = told.rows_named(rows)
    found: list[int] = []
    for begin, end in re.findall(r"(\d+)(?:–(\d+))?", named):
        found += range(int(begin), int(end or begin) + 1)
    assert found == rows
    assert named.startswith("rad " if len(rows) == 1 else "radene ")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["mottatt", "type"]), st.integers(1, 60)), max_size=90))
def test_every_fault_is_counted_once_in_its_own_line(faults: list[tuple[str, int]]) -> None:
    notes = Notes()
    for row, (column, _) in enumerate(faults, 1):
        notes.add("BAD_TIME", row, column=column)
    lines = grouped([message.as_dict() for message in notes.messages()])
    for line in lines:
        rows = [row for row, (column, _) in enumerate(faults, 1) if f"«{column}»" in line["text"]]
        assert line["rows"] == rows[:SHOWN_OF_A_KIND]
        more = len(rows) - SHOWN_OF_A_KIND
        assert line["more"].startswith(f"{MORE}{more} til") if more > 0 else line["more"] == ""
    assert len(lines) == len({column for column, _ in faults})


def test_how_a_file_was_read_is_told_in_words() -> None:
    reading = {
        "encoding": "UTF-16", "delimiter": "\t", "header_row": 4, "times": ["dd.mm.åååå"], "resolution_s": [86_400],
        "zoned": "some",
    }  # fmt: skip
    assert told.read_as("template", reading) == "tekstfil (UTF-16), skilt med tabulator, overskrift i rad 4"
    assert told.times_read_as(reading) == "dd.mm.åååå, noen med sone, resten lest som norsk tid, bare dato"
    assert told.read_as("none", {}) == "ikke lest" and told.times_read_as({}) == ""
