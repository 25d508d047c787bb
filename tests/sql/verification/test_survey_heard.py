"""An answer speaks for the entries that its service acted for on the day it came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.healthy import FAMILIA, LARVIK, OSLO, SERVICES, answer
from support.judged import changed, judged, verdict

SHARED = SERVICES[OSLO]
"""The service that Larvik moves to, which is the Oslo district's."""


def services(*moves: tuple[str, str, str, str | None]) -> list[dict[str, Any]]:
    return [
        {"entry_id": entry, "service_id": service, "from_date": since, "to_date": until, "host_canonical_no": None}
        for entry, since, until, service in ((OSLO, "1900-01-01", "9999-12-31", SERVICES[OSLO]), *moves)
    ]


def moved_on(day: str) -> list[dict[str, Any]]:
    """Larvik's service gives Larvik to the other one on a day."""
    return services((LARVIK, "1900-01-01", day, SERVICES[LARVIK]), (LARVIK, day, "9999-12-31", SHARED))


def said(entry_id: str, number: str, received: str = "2023-06-14T10:00:00") -> str:
    given = {"mangler_meldinger": "nei" if number == "0" else "ja_kjent", "antall_meldinger": number, **FAMILIA}
    return answer(entry_id, SERVICES[entry_id], mottatt=received, **given)


def heard(folder: Path, *lines: str, **given: Any) -> list[tuple[Any, ...]]:
    with judged(folder, lines=lines, **given) as connection:
        return connection.execute(
            "SELECT entry_id, answer_id, is_judged_by FROM verification__survey_heard ORDER BY ALL"
        ).fetchall()


def test_no_answer_is_heard_of_nobody(tmp_path: Path) -> None:
    assert heard(tmp_path) == []


def test_an_answer_for_two_is_heard_once_of_each_beside_the_own_one_that_counts(tmp_path: Path) -> None:
    shared = answer("1", svarer_paa_vegne_av="|".join(SERVICES.values()), mangler_meldinger="nei")
    assert heard(tmp_path, shared, answer("2", SERVICES[LARVIK], mangler_meldinger="nei")) == [
        (OSLO, "1", True),
        (LARVIK, "1", False),
        (LARVIK, "2", True),
    ]


@pytest.mark.parametrize(("received", "is_heard"), [("2023-06-14T23:59:59", True), ("2023-06-15T00:00:00", False)])
def test_a_service_speaks_for_a_place_until_the_norwegian_midnight_that_it_gives_it_up(
    received: str, is_heard: bool, tmp_path: Path
) -> None:
    found = heard(tmp_path, said(LARVIK, "1", received), roster__entry_services=moved_on("2023-06-15"))
    assert found == ([(LARVIK, LARVIK, True)] if is_heard else [])


def test_an_answer_before_the_change_still_answers_for_the_place(tmp_path: Path) -> None:
    given = {"lines": (said(OSLO, "0"), said(LARVIK, "1")), "roster__entry_services": moved_on("2023-06-20")}
    for entry_id in (OSLO, LARVIK):
        assert verdict(tmp_path, "SURVEY_ANSWERED", entry_id, **given) == (True, "MET")
        assert verdict(tmp_path, "SURVEY_AGREES", entry_id, **given) == (True, "MET")


def test_an_answer_by_the_next_service_before_it_took_over_is_none(tmp_path: Path) -> None:
    given = {"lines": (said(OSLO, "0"),), "roster__entry_services": moved_on("2023-06-20")}
    for requirement in ("SURVEY_ANSWERED", "SURVEY_AGREES"):
        assert verdict(tmp_path, requirement, LARVIK, **given) == (False, "ANSWERED_AT_ANOTHER_TIME")
        assert verdict(tmp_path, requirement, OSLO, **given) == (True, "MET")


def test_an_answer_by_the_service_that_gave_the_place_up_is_none(tmp_path: Path) -> None:
    given = {"lines": (said(OSLO, "0"), said(LARVIK, "1")), "roster__entry_services": moved_on("2023-06-01")}
    # The loss is now among those of the service that answered 0 when both places were its own.
    assert verdict(tmp_path, "SURVEY_ANSWERED", LARVIK, **given) == (True, "MET")
    assert verdict(tmp_path, "SURVEY_AGREES", LARVIK, **given) == (False, "NUMBER_DIFFERS")
    assert verdict(tmp_path, "SURVEY_AGREES", OSLO, **given) == (False, "NUMBER_DIFFERS")


def test_the_last_service_that_answered_is_the_one_that_the_logs_are_set_against(tmp_path: Path) -> None:
    first, later = said(LARVIK, "0", "2023-06-01T10:00:00"), said(OSLO, "1", "2023-06-16T10:00:00")
    given = {"lines": (first, later), "roster__entry_services": moved_on("2023-06-10")}
    assert heard(tmp_path, *given["lines"], roster__entry_services=given["roster__entry_services"]) == [
        (OSLO, OSLO, True),
        (LARVIK, OSLO, True),
        (LARVIK, LARVIK, False),
    ]
    assert verdict(tmp_path, "SURVEY_AGREES", LARVIK, **given) == (True, "MET")


def test_two_services_that_claim_a_place_at_once_speak_for_it_in_vain(tmp_path: Path) -> None:
    nobody = services((LARVIK, "1900-01-01", "9999-12-31", None))
    given = {"lines": (said(OSLO, "0"), said(LARVIK, "1")), "roster__entry_services": nobody}
    assert verdict(tmp_path, "SURVEY_ANSWERED", LARVIK, **given) == (False, "NOT_ANSWERED")
    assert verdict(tmp_path, "SURVEY_AGREES", LARVIK, **given) == (False, "NOT_ANSWERED")


def test_an_answer_that_does_not_count_takes_no_earlier_services_place(tmp_path: Path) -> None:
    own = said(LARVIK, "1", "2023-06-01T10:00:00"), said(OSLO, "0", "2023-06-05T10:00:00")
    for_another = answer("3", svarer_paa_vegne_av=SHARED, mottatt="2023-06-16T10:00:00", mangler_meldinger="nei")
    given = {"lines": (*own, for_another), "roster__entry_services": moved_on("2023-06-10")}
    assert heard(tmp_path, *given["lines"], roster__entry_services=given["roster__entry_services"]) == [
        (OSLO, OSLO, True),
        (OSLO, "3", False),
        (LARVIK, "3", False),
        (LARVIK, LARVIK, True),
    ]
    assert verdict(tmp_path, "SURVEY_AGREES", LARVIK, **given) == (True, "MET")


def test_a_place_that_two_services_claim_now_is_held_whatever_was_answered_before(tmp_path: Path) -> None:
    day = "2023-06-20"
    unclear = services((LARVIK, "1900-01-01", day, SERVICES[LARVIK]), (LARVIK, day, "9999-12-31", None))
    given = changed("roster__entries", LARVIK, service_id=None) | {"roster__entry_services": unclear}
    for requirement in ("SURVEY_ANSWERED", "SURVEY_AGREES"):
        assert verdict(tmp_path, requirement, LARVIK, lines=(said(LARVIK, "1"),), **given) == (False, "NO_SERVICE")


def test_a_place_that_leaves_on_the_day_of_the_answer_is_not_among_those_that_it_speaks_for(tmp_path: Path) -> None:
    for day, reason in (("2023-06-14", "MET"), ("2023-06-15", "NUMBER_DIFFERS")):
        left = services((LARVIK, "1900-01-01", day, SHARED), (LARVIK, day, "9999-12-31", SERVICES[LARVIK]))
        given = {"lines": (said(OSLO, "0"),), "roster__entry_services": left}
        assert verdict(tmp_path, "SURVEY_AGREES", OSLO, **given) == (reason == "MET", reason)
