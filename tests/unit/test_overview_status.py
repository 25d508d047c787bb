"""What is said of a place in one word and one step, and which time is not proven."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from meldingskontroll.domain import Requirement
from meldingskontroll.overview.figures import Entry
from meldingskontroll.overview.municipality import gaps_of
from meldingskontroll.overview.status import next_step, sentence_of, status_of


def entry(verdict: str = "not_verified", lost: int = 0, unmet: tuple[str, ...] = (), place: str = "Sted") -> Entry:
    return Entry(
        entry_id="4601", municipality_no="4601", canonical_no="4601", district_no="", name="Sted", place=place,
        service_id="s", case_system="VISMA_FAMILIA", ended=None, required_from=day(1), required_to=day(20),
        required_seconds=1, row={"verdict": verdict, "lost": lost, "lost_low": lost, "lost_high": lost}, months=[],
        periods=[], proven=[], silences=[], losses=[], whys=[], survey=None,
        requirements=[
            {"requirement": code.value, "met": code.value not in unmet, "reason": "", "evidence": ""}
            for code in Requirement
        ],
    )  # fmt: skip


def day(number: int) -> datetime:
    return datetime(2023, 1, number)


def span(first: int, last: int) -> dict[str, datetime]:
    return {"from_utc": day(first), "to_utc": day(last)}


def test_a_place_without_entries_is_outside() -> None:
    assert status_of([]).code == "outside"


def test_a_municipality_is_verified_only_when_every_entry_is() -> None:
    assert status_of([entry("verified"), entry("verified")]).code == "verified"
    assert status_of([entry("verified"), entry()]).code == "open"
    assert status_of([entry("verified", lost=1), entry()]).code == "lost"


@pytest.mark.parametrize("missing", ["LOG_COVERED", "PORTAL_COVERED", "CASE_SYSTEM_KNOWN"])
def test_without_proof_no_loss_found_is_never_said_to_be_no_loss(missing: str) -> None:
    some = [entry("verified"), entry(unmet=(missing,))]
    assert status_of(some).code == "unproven"
    assert sentence_of(some).startswith("Ikke verifisert")
    assert "ikke bevist" in sentence_of(some)


def test_a_judgement_that_is_not_there_proves_nothing() -> None:
    assert status_of([dataclasses.replace(entry(), requirements=[])]).code == "unproven"


def test_a_place_that_is_proven_but_not_verified_says_both() -> None:
    proven = entry(unmet=("SURVEY_ANSWERED",))
    assert status_of([proven]).code == "open"
    assert "andre krav gjenstår" in sentence_of([proven])
    assert "1\u00a0melding er tapt" in sentence_of([entry(lost=1)])


def test_a_place_that_an_override_verifies_is_not_said_to_be_carried_by_the_evidence() -> None:
    given = entry("verified")
    rows = [
        row | {"reason": "OVERRIDDEN"} if row["requirement"] == "LOG_COVERED" else row for row in given.requirements
    ]
    some = dataclasses.replace(given, requirements=rows)
    said = "Verifisert, men ikke av bevisene alene: 1\u00a0krav er overstyrt av en navngitt person."
    assert sentence_of([some, entry("verified")]) == said
    lost = dataclasses.replace(entry("verified", lost=2), requirements=rows)
    assert sentence_of([lost]) == f"{said} 2\u00a0meldinger er tapt, og alle er fulgt opp."
    assert status_of([some, entry(unmet=("SURVEY_ANSWERED",))]).code == "unproven"
    assert "alle krav er oppfylt" in sentence_of([given])


def test_known_losses_come_before_paperwork() -> None:
    step = next_step([entry(unmet=("SURVEY_ANSWERED", "LOG_COVERED", "LOSSES_FOLLOWED_UP"))])
    assert step is not None
    assert step.requirement == "LOSSES_FOLLOWED_UP"
    assert next_step([entry("verified")]) is None


def test_a_step_for_some_districts_names_them() -> None:
    step = next_step([entry(unmet=("LOG_COVERED",), place="Oslo, Alna"), entry("verified", place="Oslo, Frogner")])
    assert step is not None
    assert step.places == ["Oslo, Alna"]


@pytest.mark.parametrize(
    ("periods", "proven", "gaps"),
    [
        ([], [], []),
        ([span(1, 25)], [], [(1, 20)]),
        ([span(1, 25)], [span(1, 20)], []),
        ([span(1, 25)], [span(1, 5), span(5, 8), span(10, 22)], [(8, 10)]),
        ([span(1, 5), span(10, 25)], [span(1, 4), span(12, 20)], [(4, 5), (10, 12)]),
        ([span(21, 25)], [], []),
    ],
)
def test_gaps_are_what_no_log_proves_of_the_entrys_own_required_time(periods: list, proven: list, gaps: list) -> None:
    found = gaps_of(dataclasses.replace(entry(), periods=periods, proven=proven))
    assert found == [(day(a), day(b)) for a, b in gaps]
