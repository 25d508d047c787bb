"""What is said of one message: a sentence for every outcome and cause, for the coverage and for the clock."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from meldingskontroll.explain.coverage import coverage_sentences
from meldingskontroll.explain.facts import Facts
from meldingskontroll.explain.show import as_json, print_facts
from meldingskontroll.overview.why import clock_of, clock_story, duration, rule_of, why_of
from support.explained import explained, named_scene, shared_scene
from support.scene import SINCE, Scene

FINDING: dict[str, Any] = {
    "outcome": "lost", "matched_by": None, "cause": None, "candidate_group": None, "loss_probability": 0.0,
    "print_rejected": False, "matched_elsewhere": False,
}  # fmt: skip


def printed(facts: Facts) -> str:
    stream = io.StringIO()
    print_facts(facts, Console(file=stream, width=200, soft_wrap=True))
    return stream.getvalue().replace("\u00a0", " ")


def coverage(facts: Facts) -> str:
    return " ".join(coverage_sentences(facts)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outcome": "registered", "matched_by": "id"}, "oppgir meldingens id"),
        ({"outcome": "registered", "matched_by": "id", "matched_elsewhere": True}, "et annet sted"),
        ({"outcome": "registered", "matched_by": "time"}, "svarer på meldingen i tid"),
        (
            {"outcome": "registered", "matched_by": "time", "candidate_group": "g", "loss_probability": 0.25},
            "sannsynligheten for at det er denne",
        ),
        ({"outcome": "printed"}, "gikk som post"),
        ({"outcome": "not_delivered"}, "kvitterte ikke innen fristen"),
        ({"outcome": "not_delivered", "print_rejected": True}, "Utskriften ble avvist"),
        ({"outcome": "in_transit"}, "er ikke ute"),
        ({"outcome": "lost", "cause": "lost", "loss_probability": 1.0}, "ingen rad svarer"),
        ({"outcome": "lost", "candidate_group": "g", "loss_probability": 0.75}, "kan avgjøres sikkert"),
        ({"outcome": "lost", "cause": "other_kind", "loss_probability": 1.0}, "annen type melder"),
        ({"outcome": "unknown", "cause": "superseded"}, "Bare en eldre fil"),
        ({"outcome": "unknown", "cause": "rejected_row"}, "kunne ikke leses"),
        ({"outcome": "unknown", "cause": "silent"}, "Loggen er taus"),
        ({"outcome": "unknown", "cause": "clock_not_identified"}, "klokke kunne ikke bestemmes"),
        ({"outcome": "unknown", "cause": "not_covered"}, "ingen logg beviser tiden"),
        ({"outcome": "unknown", "cause": "a_new_one"}, "ikke bevis verken"),
    ],
)
def test_every_outcome_and_cause_has_its_sentence(changed: dict[str, Any], said: str) -> None:
    assert said in rule_of(FINDING | changed)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 sekunder"), (1, "1 sekund"), (59, "59 sekunder"), (60, "1 min"), (259, "4 min 19 s"),
        (3600, "1 t"), (11100, "3 t 5 min"), (3605, "1 t"), (187200, "2 døgn 4 t"), (-90, "−1 min 30 s"),
    ],
)  # fmt: skip
def test_a_stretch_of_time_is_told_by_its_two_largest_parts(seconds: int, said: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == said


def test_a_clock_that_was_set_or_drifts_is_told_period_by_period() -> None:
    steady = {"convention": "oslo", "identified": True, "drift_s_a_day": 0.0}
    first = steady | {"offset_s": 192, "from_local": "2020-09-10T09:00:00", "to_local": "2022-03-14T08:30:00"}
    second = steady | {"offset_s": -8, "from_local": "2022-03-14T08:30:00", "to_local": "2023-06-28T10:00:00"}
    said = clock_story([first, second]).replace("\u00a0", " ")
    assert said == (
        "Klokken har gått på 2 måter: 3 min 12 s foran til 14. mars 2022 (lest som norsk tid), "
        "deretter 8 sekunder etter (lest som norsk tid). Datoene er loggens egne."
    )
    unsure = clock_story([first | {"identified": False, "offset_s": None}, second]).replace("\u00a0", " ")
    assert "ikke mulig å bestemme til 14. mars 2022" in unsure
    drift = clock_story([second | {"drift_s_a_day": -2.48}])
    assert "tapte 2,5 s i døgnet" in drift and "vant 0,05 s" in clock_story([second | {"drift_s_a_day": 0.051}])


def test_a_page_tells_of_the_periods_where_there_are_several() -> None:
    period = {"convention": "oslo", "identified": True, "drift_s_a_day": 0.0, "to_local": "2022-03-14T08:30:00"}
    row = FINDING | {
        "sent_at_utc": datetime(2023, 1, 18, 10), "message_id": "m", "cause": "lost", "acknowledged_utc": None,
        "files": ["log.csv"], "surplus_rows": 0, "proven_from_utc": None, "before_sent_utc": None,
        "after_sent_utc": None, "before_row": None, "after_row": None, "clock_convention": "oslo",
        "clock_offset_s": None, "clock_periods": [period | {"offset_s": 0}, period | {"offset_s": 3600}],
    }  # fmt: skip
    assert any(line.startswith("Klokken har gått på 2 måter") for line in why_of(row)["lines"])


def test_a_clock_that_is_not_identified_is_never_said_to_be_right() -> None:
    assert "kunne ikke bestemmes" in clock_of("oslo", False, None)
    assert "likt med" in clock_of("oslo", True, 0)
    assert "foran" in clock_of("utc", True, 12) and "UTC" in clock_of("utc", True, 12)
    assert "etter portalens" in clock_of("cet", True, -12)
    assert "ikke lest" in clock_of(None, False, None)


def test_a_loss_is_told_with_its_neighbours_the_proof_and_the_files() -> None:
    _, place = named_scene()
    text = printed(explained(place, "c"))
    assert f"Melding {place.id_of('c')}: Tapt" in text
    assert "18.01.2023 kl. 11.00.00 norsk tid (2023-01-18T10:00:00Z)" in text
    assert "Ingen rad i noen logg er regnet som svar" in text
    assert re.search(r"►.*tapt", text)
    assert "Stedets tap: 1 melding\n" in text
    assert f"melding {str(place.id_of('b'))[:8]} (offentlig melder, Fiks IO): rad 3 i fil A, ved id" in text
    assert "Loggene beviser fra 1. januar 2023" in text
    assert f"drop/3805/inbox/log.csv, 4 rader, sha256 {place.uploads[0].sha256}" in text


def test_a_group_is_told_with_the_probability_of_each() -> None:
    _, place = shared_scene()
    facts = explained(place, "b")
    text = printed(facts)
    assert facts.message["candidate_group"] in text
    assert text.count("sannsynlighet for tap") == 2
    assert "at den er tapt i stedet, har sannsynlighet" in text


def test_a_neighbour_that_was_acknowledged_late_or_never_says_so() -> None:
    _, place = named_scene()
    place.send("late", "2023-01-17T10:00:00", acknowledged=1800)
    place.send("never", "2023-01-19T10:00:00", acknowledged=None)
    text = printed(explained(place, "c"))
    assert (
        f"melding {str(place.id_of('late'))[:8]} (offentlig melder, Fiks IO, kvittert 17.01.2023 kl. 11.30.00)" in text
    )
    assert f"melding {str(place.id_of('never'))[:8]} (offentlig melder, Fiks IO, ikke kvittert): ikke levert" in text
    assert f"melding {str(place.id_of('b'))[:8]} (offentlig melder, Fiks IO):" in text


def test_a_match_is_told_with_file_row_and_delay() -> None:
    _, place = named_scene()
    text = printed(explained(place, "a"))
    assert "Rad 2 i fil A, ved id." in text
    assert "sekunder etter at meldingen ble sendt" in text


def test_the_coverage_says_that_there_is_no_log() -> None:
    _, place = named_scene()
    place.uploads.clear()
    assert "Vi har ingen logg" in coverage(explained(place, "c"))
    assert "Ingen logg gjelder for stedet" in printed(explained(place, "c"))


def test_the_coverage_says_that_the_extract_is_not_complete() -> None:
    scene, place = named_scene()
    scene.extract = {"declared": False}
    assert "ikke bevist fullstendig" in coverage(explained(place, "c"))


UNPROVEN: list[tuple[dict[str, Any], str, str]] = [
    ({"period": (SINCE, "2023-01-19T00:00:00")}, "a b", "siste 40 timene"),
    ({"period": (SINCE, "2023-01-15T00:00:00")}, "a b", "Ingen fil oppgir en periode"),
    ({"period": None}, "a b", "Ingen fil oppgir en periode"),
    ({"period_is_proof": False}, "a b d e", "perioden er ikke bevis"),
    ({}, "", "har ingen rader"),
    ({}, "a b", "kortet ned til loggens egne rader"),
]


@pytest.mark.parametrize(("declared", "registered", "said"), UNPROVEN)
def test_the_coverage_says_why_no_log_proves_the_time(declared: dict[str, Any], registered: str, said: str) -> None:
    _, place = named_scene()
    place.uploads.clear()
    place.upload(**declared).by_id(registered)
    facts = explained(place, "c")
    assert facts.message["outcome"] == "unknown"
    assert said in coverage(facts)


def test_a_silent_log_is_told_with_its_ends() -> None:
    place = Scene().place("3805")
    place.send_each("a b c d e f g h i").upload().by_id("a b h i")
    assert "Loggen er taus fra 14. januar 2023" in coverage(explained(place, "e"))


def test_the_json_holds_the_same_facts_with_times_in_utc() -> None:
    _, place = named_scene()
    found = json.loads(json.dumps(as_json(explained(place, "c"))))
    assert found["message"]["message_id"] == str(place.id_of("c"))
    assert found["message"]["sent_at_utc"] == "2023-01-18T10:00:00Z"
    assert found["message"]["outcome"] == "lost"
    assert [row["message_id"] for row in found["line"] if row["asked_for"]] == [str(place.id_of("c"))]
    assert set(found) == {
        "as_of_utc", "deadline_hours", "message", "uploads", "line", "candidates", "group", "coverage", "inputs",
        "rule", "coverage_text",
    }  # fmt: skip


def test_the_pages_short_answer_names_the_rule_the_proof_and_the_neighbours() -> None:
    row = FINDING | {
        "sent_at_utc": datetime(2023, 1, 18, 10), "message_id": "m", "cause": "lost",
        "acknowledged_utc": datetime(2023, 1, 18, 10, 0, 5), "files": ["log.csv"], "surplus_rows": 1,
        "proven_from_utc": datetime(2023, 1, 1), "proven_to_utc": datetime(2023, 6, 1),
        "before_sent_utc": datetime(2023, 1, 14, 10), "before_row": 3, "before_file": "log.csv",
        "after_sent_utc": None, "after_row": None, "after_file": None, "clock_convention": "oslo", "clock_offset_s": 12,
    }  # fmt: skip
    said = why_of(row)
    lines = [line.replace("\u00a0", " ") for line in said["lines"]]
    assert said["heading"].replace("\u00a0", " ") == "Tapt: sendt 18. januar 2023 kl. 11.00"
    assert lines[0] == rule_of(row)
    assert "Mottakeren kvitterte 18. januar 2023 kl. 11.00." in lines
    assert "Nærmeste registrerte melding før ble sendt 14. januar 2023 kl. 11.00 og står i rad 3 i log.csv." in lines
    assert "I loggen står 1 rad innen fristen som ikke er regnet som svar på noen melding." in lines
    assert not any("melding etter" in line for line in lines)
    nothing = why_of(row | {"files": [], "proven_from_utc": None, "acknowledged_utc": None, "surplus_rows": 0})
    assert "Ingen fil oppgir denne tiden." in nothing["lines"]
    assert not any("klokken" in line for line in nothing["lines"])
