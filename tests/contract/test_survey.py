"""What the questionnaire counts, and when it agrees with the logs (contract §1 "Survey", §2).

Every entry sends `a b c d` and its log lacks as many as the case says, by id, so that the interval is that number.
"""

from __future__ import annotations

import pytest

from contract.answer import Answer
from contract.conftest import Audits
from contract.folder import Folder, Place

MARK = "Sangsvanefritekst"
# name: (lost, what the service answers, whether it agrees)
ALONE = {
    "states the number": (1, {"mangler_meldinger": "ja_kjent", "antall_meldinger": "1"}, True),
    "states too few": (2, {"mangler_meldinger": "ja_kjent", "antall_meldinger": "1"}, False),
    "states too many": (1, {"mangler_meldinger": "ja_kjent", "antall_meldinger": "2"}, False),
    "nei without losses": (0, {"mangler_meldinger": "nei"}, True),
    "nei with a loss": (1, {"mangler_meldinger": "nei"}, False),
    "ja_ukjent with a loss": (1, {"mangler_meldinger": "ja_ukjent"}, True),
    "ja_ukjent without losses": (0, {"mangler_meldinger": "ja_ukjent"}, False),
    "vet_ikke": (0, {"mangler_meldinger": "vet_ikke"}, False),
    "nothing": (0, {"mangler_meldinger": ""}, False),
    "not integrated": (0, {"mangler_meldinger": "nei", "integrert": "nei"}, False),
}


def entry(folder: Folder, name: str, lost: int) -> Place:
    place = folder.place(name)
    place.send_each("a b c d")
    place.log(place.rows(" ".join("abcd"[i] for i in (0, 3, 1, 2)[: 4 - lost])))
    return place


def build(folder: Folder) -> None:
    for name, (lost, given, _) in ALONE.items():
        entry(folder, name, lost).answer(**given, fritekst=MARK)
    entry(folder, "no answer", 0)
    entry(folder, "only the emergency service", 0).answer(rolle="barnevernsvakt", mangler_meldinger="nei")
    place = entry(folder, "corrected", 1)
    place.answer(mangler_meldinger="ja_kjent", antall_meldinger="1", mottatt="2023-06-14T11:00:00")
    place.answer(mangler_meldinger="nei", mottatt="2023-06-14T10:00:00")
    on_behalf(folder)


def on_behalf(folder: Folder) -> None:
    first, second = entry(folder, "for two, first", 1), entry(folder, "for two, second", 1)
    first.answer(
        tjeneste="",
        svarer_paa_vegne_av=f"{first.service}|{second.service}",
        rolle="systemforvalter",
        mangler_meldinger="ja_kjent",
        antall_meldinger="2",
    )
    own, other = entry(folder, "own and shared, agreeing", 2), entry(folder, "shared only", 1)
    own.answer(
        tjeneste="",
        svarer_paa_vegne_av=f"{own.service}|{other.service}",
        rolle="systemforvalter",
        mangler_meldinger="ja_kjent",
        antall_meldinger="3",
        antall_per_tjeneste=f"{own.service}=2|{other.service}=1",
    )
    own.answer(mangler_meldinger="ja_kjent", antall_meldinger="2")
    own = entry(folder, "own and shared, disagreeing", 1)
    own.answer(mangler_meldinger="ja_kjent", antall_meldinger="1")
    own.answer(
        tjeneste="",
        svarer_paa_vegne_av=own.service,
        rolle="systemforvalter",
        mangler_meldinger="ja_kjent",
        antall_meldinger="4",
        antall_per_tjeneste=f"{own.service}=4",
    )


def counts(folder: Folder) -> None:
    """Six answers by five services, one by an emergency service; two case systems in one of them."""
    places = [folder.place(f"s{number}", system="DIPS_BARNEVERN") for number in range(6)]
    given = [
        {
            "mangler_meldinger": "ja_kjent",
            "antall_meldinger": "3",
            "mangler_annet": "brev|møtereferat",
            "endrer_rutiner": "ja",
            "melder_avvik": "ja",
            "informert": "direkte_personer|lokal_media",
        },
        {
            "mangler_meldinger": "nei",
            "mangler_annet": "brev",
            "endrer_rutiner": "nei",
            "melder_avvik": "vet_ikke",
            "informert": "ikke_noe",
        },
        {
            "mangler_meldinger": "vet_ikke",
            "fagsystem": "VISMA_FAMILIA|DIPS_BARNEVERN",
            "integrert": "nei|ja",
            "endrer_rutiner": "vet_ikke",
            "melder_avvik": "nei",
            "informert": "andre_måter|direkte_tjenester",
        },
        {"mangler_meldinger": "ja_ukjent", "informert": "lokal_media"},
        {"mangler_meldinger": "nei", "fagsystem": "VISMA_FLYT_BARNEVERN", "integrert": "ja"},
        {"mangler_meldinger": "ja_kjent", "antall_meldinger": "9", "rolle": "barnevernsvakt", "melder_avvik": "ja"},
    ]
    for place, row in zip(places, given, strict=True):
        place.answer(**row)
    # A system administrator repeats the first service's three losses.
    places[0].answer(
        tjeneste="",
        svarer_paa_vegne_av=places[0].service,
        rolle="systemforvalter",
        mangler_meldinger="ja_kjent",
        antall_meldinger="3",
        antall_per_tjeneste=f"{places[0].service}=3",
    )


PUBLISHED = [1, 12, 24, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 3, 2, 1, 2, 3]
BERGEN, OSLO, SOUTH = 2, 13, 14


def published(folder: Folder) -> None:
    """Bufdir's figures of 15 June 2023: 166 answers and three by emergency services.

    Answer 13 is Oslo's, for fifteen districts' services: two in Søndre Nordstrand, which also answers itself (14),
    and one in Alna. Answer 2 is for Bergen's four services.
    """
    several = {BERGEN: [f"B{n}" for n in range(4)], OSLO: [f"O{n:02}" for n in range(15)], SOUTH: ["O00"]}
    for number in range(169):
        names = several.get(number, [f"S{number}"])
        folder.services |= {name: (f"Tjeneste {name}", "0301") for name in names}
        answered = {"svar_id": f"svar-{number}", "mottatt": "2023-06-14T10:00:00"}
        folder.survey.append(answered | published_answer(number, names))


def published_answer(number: int, services: list[str]) -> dict[str, str]:
    row = {"tjeneste": services[0], "rolle": "tjeneste"}
    if len(services) > 1:
        row = {"tjeneste": "", "svarer_paa_vegne_av": "|".join(services), "rolle": "systemforvalter"}
    if number >= 166:
        return row | {"rolle": "barnevernsvakt", "mangler_meldinger": "ja_kjent", "antall_meldinger": "5"}
    used = [("VISMA_FAMILIA", "ja" if number < 113 else "nei")] if number < 158 else []
    ranges = {
        ("VISMA_FLYT_BARNEVERN", "ja"): range(153, 166),
        ("VISMA_FLYT_BARNEVERN", "nei"): range(12),
        ("DIPS_BARNEVERN", "ja"): range(20, 22),
        ("DIPS_BARNEVERN", "nei"): range(30, 35),
        ("NETCOMPANY_MODULUS_BARN", "ja"): range(40, 42),
        ("NETCOMPANY_MODULUS_BARN", "nei"): range(50, 51),
    }
    used += [system for system, numbers in ranges.items() if number in numbers]
    row |= {"fagsystem": "|".join(name for name, _ in used), "integrert": "|".join(kind for _, kind in used)}
    if number < 18:
        row |= {"mangler_meldinger": "ja_kjent", "antall_meldinger": str(PUBLISHED[number])}
    elif number < 165:
        row |= {"mangler_meldinger": "vet_ikke" if number == 164 else "nei"}
    if number == OSLO:
        row |= {"antall_per_tjeneste": "O00=2|O01=1"}
    informed = {"direkte_personer": 14, "ikke_noe": 28, "direkte_tjenester": 36, "lokal_media": 82, "andre_måter": 83}
    row["informert"] = "|".join(name for name, count in informed.items() if number < count)
    row["endrer_rutiner"] = level(number, 45, 69, 51)
    row["melder_avvik"] = level(number, 20, 131, 14)
    row["mangler_annet"] = "brev" if number in range(5) else "møtereferat" if number == 5 else ""
    return row


def level(number: int, yes: int, no: int, unsure: int) -> str:
    """The first so many say yes, the next no, the next that they do not know, the rest nothing."""
    return "ja" if number < yes else "nei" if number < yes + no else "vet_ikke" if number < yes + no + unsure else ""


FOLDERS = {"nation": build, "roster": counts, "nobody": published}


@pytest.fixture(scope="module")
def answer(audits: Audits) -> Answer:
    return audits["nation"]


@pytest.mark.parametrize("name", list(ALONE))
def test_an_answer_agrees_when_the_number_lies_in_the_interval(answer: Answer, name: str) -> None:
    lost, _, agrees = ALONE[name]
    assert answer.losses(name) == (lost, lost, lost)
    assert answer.met(name, "SURVEY_AGREES") is agrees
    assert answer.met(name, "SURVEY_ANSWERED")


def test_no_answer_is_no_agreement(answer: Answer) -> None:
    for name in ("no answer", "only the emergency service"):
        assert not answer.met(name, "SURVEY_ANSWERED")
        assert not answer.met(name, "SURVEY_AGREES")


def test_a_later_answer_supersedes_by_its_own_time(answer: Answer) -> None:
    """The file has them in the other order; the later says 1, and 1 is lost."""
    assert answer.met("corrected", "SURVEY_AGREES")


def test_an_answer_for_several_services_answers_for_each_and_agrees_with_their_sum(answer: Answer) -> None:
    for name in ("for two, first", "for two, second"):
        assert answer.met(name, "SURVEY_ANSWERED")
        assert answer.met(name, "SURVEY_AGREES")


def test_an_overlap_that_agrees_is_agreement(answer: Answer) -> None:
    """The service says 2, and the shared answer 2 for it and 1 for the other: 3 in all."""
    for name in ("own and shared, agreeing", "shared only"):
        assert answer.met(name, "SURVEY_ANSWERED")
        assert answer.met(name, "SURVEY_AGREES")


def test_an_overlap_that_disagrees_is_listed_and_agrees_with_nothing(answer: Answer) -> None:
    """The service's own 1 counts, not the administrator's 4; still nobody knows who is right."""
    name = "own and shared, disagreeing"
    assert not answer.met(name, "SURVEY_AGREES")
    overlaps = {row["service_id"]: row for row in answer.overview["survey"]["overlaps"]}
    assert set(overlaps) == {answer.folder.cases[case].service for case in (name, "own and shared, agreeing")}
    assert overlaps[answer.folder.cases[name].service]["counted"] == 1


def test_free_text_is_never_published(answer: Answer) -> None:
    for path in answer.out.rglob("*"):
        if path.is_file():
            assert MARK.encode() not in path.read_bytes(), path


def test_answers_are_counted_but_for_those_discarded(audits: Audits) -> None:
    """Seven received, one by an emergency service. Familia integrated: services 0, 1 and 3 and the administrator.

    Stated: 3 by the service and 3 by the administrator. They speak of one service, so its losses count once.
    """
    survey = audits["roster"].overview["survey"]
    assert (survey["received"], survey["answers"], survey["discarded"]) == (7, 6, 1)
    assert survey["could_be_affected"] == 4
    assert (survey["losses_stated"], survey["losses"]) == (6, 3)
    (overlap,) = survey["overlaps"]
    assert (overlap["service_id"], overlap["counted"]) == (audits["roster"].folder.cases["s0"].service, 3)
    assert survey["missing"] == {"ja_kjent": 2, "ja_ukjent": 1, "nei": 2, "vet_ikke": 1}
    assert survey["routines"] == {"ja": 1, "nei": 1, "vet_ikke": 1}
    assert survey["deviation"] == {"ja": 1, "nei": 1, "vet_ikke": 1}
    assert survey["other_missing"] == 2
    informed = {"direkte_personer": 1, "ikke_noe": 1, "direkte_tjenester": 1, "lokal_media": 2, "andre_måter": 1}
    assert survey["informed"] == informed
    systems = {name: (row["integrated"], row["not_integrated"]) for name, row in survey["case_systems"].items()}
    assert systems["VISMA_FAMILIA"] == (4, 1)
    assert systems["DIPS_BARNEVERN"] == (1, 0)
    assert systems["VISMA_FLYT_BARNEVERN"] == (1, 0)


def test_the_published_survey_has_the_published_figures(audits: Audits) -> None:
    """169 received, 166 answers, 3 discarded, 113 could be affected, 18 with losses, 59 stated, 57 losses."""
    survey = audits["nobody"].overview["survey"]
    assert set(survey) == {
        "received",
        "answers",
        "discarded",
        "could_be_affected",
        "with_losses",
        "losses_stated",
        "losses",
        "overlaps",
        "case_systems",
        "missing",
        "routines",
        "deviation",
        "informed",
        "other_missing",
    }
    names = ("received", "answers", "discarded", "could_be_affected", "with_losses", "losses_stated", "losses")
    assert [survey[name] for name in names] == [169, 166, 3, 113, 18, 59, 57]
    systems = {name: (row["integrated"], row["not_integrated"]) for name, row in survey["case_systems"].items()}
    assert systems["VISMA_FAMILIA"] == (113, 45)
    assert systems["VISMA_FLYT_BARNEVERN"] == (13, 12)
    assert systems["DIPS_BARNEVERN"] == (2, 5)
    assert systems["NETCOMPANY_MODULUS_BARN"] == (2, 1)
    assert survey["missing"] == {"ja_kjent": 18, "ja_ukjent": 0, "nei": 146, "vet_ikke": 1}
    assert survey["routines"] == {"ja": 45, "nei": 69, "vet_ikke": 51}
    assert survey["deviation"] == {"ja": 20, "nei": 131, "vet_ikke": 14}
    assert survey["other_missing"] == 6
    (overlap,) = survey["overlaps"]
    assert (overlap["service_id"], overlap["counted"]) == ("O00", 2)
