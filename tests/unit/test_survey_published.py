"""The survey that Bufdir published on 15 June 2023, built anew from its tables, gives its published figures."""

from __future__ import annotations

from pathlib import Path

from support.healthy import answer
from support.judged import surveyed

# Each row of the published table of losses: the services that the answer speaks for, and how many it states.
LOSSES: list[tuple[list[str], int]] = [
    (["Larvik"], 1),
    (["Kristiansandsregionen"], 12),
    (["Bergenhus-Årstad", "Fyllingsdalen-Laksevåg", "Fana-Ytrebygda", "Arna-Åsane"], 24),
    (["Alver"], 1),
    (["Molde"], 1),
    (["Øst i Agder"], 1),
    (["Midt-Buskerud"], 1),
    (["Nordre Follo"], 1),
    (["Sarpsborg"], 1),
    (["Drammen"], 1),
    (["Søre Sunnmøre"], 1),
    (["Asker"], 2),
    (["Senja"], 1),
    (["Søndre Nordstrand", "Alna", *(f"Oslo {n}" for n in range(3, 16))], 3),
    (["Søndre Nordstrand"], 2),
    (["Moss"], 1),
    (["Sandnes"], 2),
    (["Øvre Eiker"], 3),
]
ANSWERS, COULD_BE_AFFECTED, FAMILIA_NOT_INTEGRATED, DISCARDED = 166, 113, 45, 3


def published() -> list[str]:
    """The answers: 18 with losses, 148 without, and 3 of duty services that state losses of their own."""
    lines = [_loss(number, services, stated) for number, (services, stated) in enumerate(LOSSES)]
    for number in range(len(LOSSES), ANSWERS):
        missing = {ANSWERS - 1: "vet_ikke", ANSWERS - 2: ""}.get(number, "nei")
        lines.append(answer(str(number), f"Tjeneste {number}", mangler_meldinger=missing, **_systems(number)))
    for number in range(ANSWERS, ANSWERS + DISCARDED):
        duty = {"rolle": "barnevernsvakt", "mangler_meldinger": "ja_kjent", "antall_meldinger": "9"}
        lines.append(answer(str(number), f"Vakt {number}", **duty, **_systems(0)))
    return lines


def _loss(number: int, services: list[str], stated: int) -> str:
    given = {"mangler_meldinger": "ja_kjent", "antall_meldinger": str(stated), **_systems(number)}
    if len(services) == 1:
        return answer(str(number), services[0], **given)
    split = "Søndre Nordstrand=2|Alna=1" if "Alna" in services else ""
    on_behalf = {"svarer_paa_vegne_av": "|".join(services), "rolle": "systemforvalter", "antall_per_tjeneste": split}
    return answer(str(number), **on_behalf, **given)


def _systems(number: int) -> dict[str, str]:
    if number < COULD_BE_AFFECTED:
        return {"fagsystem": "VISMA_FAMILIA|VISMA_FLYT_BARNEVERN", "integrert": "ja|nei"}
    if number < COULD_BE_AFFECTED + FAMILIA_NOT_INTEGRATED:
        return {"fagsystem": "VISMA_FAMILIA", "integrert": "nei"}
    return {"fagsystem": "DIPS_BARNEVERN", "integrert": "ja"}


def test_the_published_survey_gives_the_published_figures(tmp_path: Path) -> None:
    with surveyed(tmp_path, published()) as connection:
        cursor = connection.execute("SELECT * FROM survey__totals")
        figures = dict(zip([c[0] for c in cursor.description], cursor.fetchall()[0], strict=True))
    assert figures == {
        "received": 169,
        "answers": 166,
        "discarded": 3,
        "superseded": 0,
        "could_be_affected": 113,
        "with_losses": 18,
        "losses_stated": 59,
        "losses": 57,
    }


def test_the_only_overlap_is_the_district_that_answered_itself_and_they_agree(tmp_path: Path) -> None:
    with surveyed(tmp_path, published()) as connection:
        overlaps = connection.execute(
            "SELECT service_id, count(*), max(stated) FILTER (counted), bool_or(counted AND own) "
            "FROM survey__by_service GROUP BY service_id HAVING count(*) > 1"
        ).fetchall()
        disagreements = connection.execute("SELECT * FROM survey__disagreements").fetchall()
    assert overlaps == [("Søndre Nordstrand", 2, 2, True)]
    assert disagreements == []


def test_the_losses_of_seventeen_services_are_told_apart_and_bergens_four_are_not(tmp_path: Path) -> None:
    with surveyed(tmp_path, published()) as connection:
        alone = connection.execute(
            "SELECT count(DISTINCT service_id) FROM survey__by_service WHERE stated > 0"
        ).fetchone()
        together = connection.execute(
            "SELECT count(*), min(stated_together) FROM survey__spoken_for WHERE stated IS NULL AND stated_together > 0"
        ).fetchone()
    assert alone == (17,)
    assert together == (4, 24)
