"""What was answered must lie within what the logs show: here 0 for the Oslo district, 1 to 2 for Larvik."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.healthy import FAMILIA, LARVIK, OSLO, SERVICES, answer
from support.judged import verdict

NAME = "SURVEY_AGREES"
BOTH = "|".join(SERVICES.values())


@pytest.mark.parametrize(
    ("entry_id", "given", "reason"),
    [
        (OSLO, {"mangler_meldinger": "nei"}, "MET"),
        (LARVIK, {"mangler_meldinger": "nei"}, "NUMBER_DIFFERS"),
        (LARVIK, {"mangler_meldinger": "ja_kjent", "antall_meldinger": "1"}, "MET"),
        (LARVIK, {"mangler_meldinger": "ja_kjent", "antall_meldinger": "2"}, "MET"),
        (LARVIK, {"mangler_meldinger": "ja_kjent", "antall_meldinger": "3"}, "NUMBER_DIFFERS"),
        (LARVIK, {"mangler_meldinger": "ja_kjent"}, "NUMBER_MISSING"),
        (LARVIK, {"mangler_meldinger": "ja_ukjent"}, "MET"),
        (OSLO, {"mangler_meldinger": "ja_ukjent"}, "NO_LOSSES_FOUND"),
        (OSLO, {"mangler_meldinger": "vet_ikke"}, "SAYS_DOES_NOT_KNOW"),
        (OSLO, {"mangler_meldinger": ""}, "SAYS_NOTHING"),
        (OSLO, {"mangler_meldinger": "nei", "fagsystem": "VISMA_FAMILIA", "integrert": "nei"}, "SAYS_NOT_INTEGRATED"),
        (OSLO, {"mangler_meldinger": "nei", "fagsystem": "DIPS_BARNEVERN", "integrert": "ja"}, "SAYS_NOT_INTEGRATED"),
        (OSLO, {"mangler_meldinger": "nei", "fagsystem": "DIPS_BARNEVERN|VISMA_FAMILIA", "integrert": "ja|ja"}, "MET"),
    ],
)
def test_one_answer_for_one_service(entry_id: str, given: dict[str, str], reason: str, tmp_path: Path) -> None:
    lines = (answer("1", SERVICES[entry_id], **given),)
    assert verdict(tmp_path, NAME, entry_id, lines=lines) == (reason == "MET", reason)


@pytest.mark.parametrize(
    ("number", "reason"), [("0", "NUMBER_DIFFERS"), ("1", "MET"), ("2", "MET"), ("3", "NUMBER_DIFFERS")]
)
@pytest.mark.parametrize("entry_id", [OSLO, LARVIK])
def test_an_answer_for_two_is_set_against_their_sum(number: str, reason: str, entry_id: str, tmp_path: Path) -> None:
    said = "nei" if number == "0" else "ja_kjent"
    shared = answer("1", svarer_paa_vegne_av=BOTH, mangler_meldinger=said, antall_meldinger=number, **FAMILIA)
    assert verdict(tmp_path, NAME, entry_id, lines=(shared,)) == (reason == "MET", reason)


def test_a_split_that_puts_the_loss_elsewhere_agrees_with_neither(tmp_path: Path) -> None:
    split = f"{SERVICES[OSLO]}=1|{SERVICES[LARVIK]}=0"
    shared = answer("1", svarer_paa_vegne_av=BOTH, mangler_meldinger="ja_kjent", antall_per_tjeneste=split)
    for entry_id in (OSLO, LARVIK):
        assert verdict(tmp_path, NAME, entry_id, lines=(shared,)) == (False, "NUMBER_DIFFERS")


def test_two_answers_that_disagree_of_one_service_leave_it_and_only_it_unmet(tmp_path: Path) -> None:
    shared = answer(
        "1", svarer_paa_vegne_av=BOTH, mangler_meldinger="ja_kjent", antall_per_tjeneste=f"{SERVICES[LARVIK]}=1"
    )
    own = answer("2", SERVICES[LARVIK], mangler_meldinger="ja_kjent", antall_meldinger="2")
    assert verdict(tmp_path, NAME, LARVIK, lines=(shared, own)) == (False, "ANSWERS_DISAGREE")
    assert verdict(tmp_path, NAME, OSLO, lines=(shared, own)) == (True, "MET")


def test_a_superseded_answer_disagrees_with_nothing(tmp_path: Path) -> None:
    first = answer("1", SERVICES[OSLO], mangler_meldinger="ja_kjent", antall_meldinger="4")
    later = answer("2", SERVICES[OSLO], mangler_meldinger="nei", mottatt="2023-06-15T10:00:00")
    assert verdict(tmp_path, NAME, lines=(later, first)) == (True, "MET")


def test_no_answer_and_no_reconciliation_agree_with_nothing(tmp_path: Path) -> None:
    assert verdict(tmp_path, NAME, lines=()) == (False, "NOT_ANSWERED")
    assert verdict(tmp_path, NAME, reconcile__entries=[]) == (False, "NOT_RECONCILED")
