"""Norwegian numbers and times, and a catalogue that has words for every code."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from meldingskontroll.domain import GlobalReason, Requirement
from meldingskontroll.overview import words
from meldingskontroll.sql import sql_root


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.99999, "99,9 %"), (0.9731, "97,3 %"), (0.00001, "under 0,1 %"), (0.001, "0,1 %")],
)
def test_a_share_is_never_rounded_up_to_proof(share: float, text: str) -> None:
    assert words.percent(share).replace("\u00a0", " ") == text


def test_numbers_are_grouped_by_blanks_that_do_not_break() -> None:
    assert words.number(370000) == "370\u00a0000"
    assert words.interval(3, 3) == "3"
    assert words.interval(3, 1500) == "3–1\u00a0500"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2023, 7, 1, 6), "1. juli 2023 kl. 08.00"),
        (datetime(2022, 10, 30, 0, 30), "30. oktober 2022 kl. 02.30 (sommertid)"),
        (datetime(2022, 10, 30, 1, 30), "30. oktober 2022 kl. 02.30 (vintertid)"),
        (datetime(2020, 8, 31, 22), "1. september 2020 kl. 00.00"),
    ],
)
def test_times_are_norwegian_and_the_doubled_hour_says_which_it_is(moment: datetime, text: str) -> None:
    assert words.clock_time(moment).replace("\u00a0", " ") == text


def test_every_requirement_has_a_name_an_explanation_and_a_remedy() -> None:
    for requirement in Requirement:
        text = words.catalogue()[requirement.value]
        assert text.name and text.explanation and text.remedy, requirement


def test_every_global_reason_has_words() -> None:
    for reason in GlobalReason:
        text = words.catalogue()[reason.value]
        assert text.name and text.explanation and text.remedy, reason


def test_every_reason_that_the_rules_give_has_words() -> None:
    codes = set()
    for file in sorted((sql_root() / "verification").glob("*.sql")):
        codes |= set(re.findall(r"(?:THEN|ELSE) '([A-Z][A-Z_]{2,})'", file.read_text()))
    assert len(codes) > 20
    assert codes - words.catalogue().keys() == set()


def test_a_code_without_words_speaks_for_itself() -> None:
    assert words.text_of("NOE_NYTT") == words.Text("NOE_NYTT", "", "")
