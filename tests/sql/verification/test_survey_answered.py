"""A service has answered itself or by another; silence and duty services are no answers."""

from __future__ import annotations

from pathlib import Path

from support.healthy import LARVIK, OSLO, SERVICES, answer
from support.judged import changed, verdict

NAME = "SURVEY_ANSWERED"


def test_no_answers_leave_every_entry_unanswered(tmp_path: Path) -> None:
    for entry_id in (OSLO, LARVIK):
        assert verdict(tmp_path, NAME, entry_id, lines=()) == (False, "NOT_ANSWERED")


def test_an_answer_on_behalf_of_several_answers_for_each(tmp_path: Path) -> None:
    shared = answer("1", svarer_paa_vegne_av="|".join(SERVICES.values()), rolle="systemforvalter")
    for entry_id in (OSLO, LARVIK):
        assert verdict(tmp_path, NAME, entry_id, lines=(shared,)) == (True, "MET")


def test_a_duty_services_answer_and_one_after_the_clock_are_none(tmp_path: Path) -> None:
    duty = answer("1", SERVICES[OSLO], rolle="barnevernsvakt", mangler_meldinger="nei")
    late = answer("2", SERVICES[OSLO], mangler_meldinger="nei", mottatt="2023-07-01T08:00:01")
    assert verdict(tmp_path, NAME, lines=(duty, late)) == (False, "NOT_ANSWERED")


def test_an_entry_without_a_service_cannot_have_answered(tmp_path: Path) -> None:
    without = changed("roster__entries", service_id=None)
    assert verdict(tmp_path, NAME, **without) == (False, "NO_SERVICE")
    assert verdict(tmp_path, "SURVEY_AGREES", **without) == (False, "NO_SERVICE")
