from __future__ import annotations

from typing import Any

from support.scene import Place, Result, Scene, at

NAMES = " ".join(f"m{number}" for number in range(12))
WHEN = "2023-05-01T10:00:00"


def two(gap_s: float, received_s: float, *, source: str = "", **later: Any) -> tuple[Result, Place]:
    """Two messages seconds apart and one row, so many seconds after the first."""
    place = (
        Scene()
        .place("1811")
        .send_each(NAMES, days=3)
        .send("first", WHEN)
        .send("then", at(WHEN, seconds=gap_s), **later)
    )
    upload = place.upload().by_time(NAMES, delay=1)
    upload.row(at(WHEN, seconds=received_s))
    if source:
        place.upload("importer.csv", case_system=source).by_time("then")
    return place.scene.reconcile(), place


def test_a_row_that_came_before_the_later_message_answers_the_earlier() -> None:
    result, place = two(40, 20)
    assert result.outcomes(place, "first then") == {"first": "registered", "then": "lost"}
    assert result.table("reconcile__retaken", "count(*)") == [(1,)]


def test_both_stay_candidates_and_the_likelier_is_the_named_one() -> None:
    result, place = two(12, 20)
    first, then = result.finding(place, "first"), result.finding(place, "then")
    assert {first["outcome"], then["outcome"]} == {"lost", "registered"}
    assert first["candidate_group"] == then["candidate_group"] is not None
    named, other = (first, then) if first["outcome"] == "lost" else (then, first)
    assert named["loss_probability"] >= other["loss_probability"] > 0.1


def test_a_row_that_fits_the_later_message_stays_with_it() -> None:
    result, place = two(110, 130)
    assert result.table("reconcile__retaken") == []
    assert result.called(place, "lost") == "first"


def test_nothing_is_taken_from_a_message_that_was_never_acknowledged_or_that_another_log_answers() -> None:
    assert two(40, 20, acknowledged=None)[0].table("reconcile__retaken") == []
    result, place = two(40, 20, source="SVARINN_IMPORTER")
    assert result.table("reconcile__retaken") == []
    assert result.called(place, "lost") == "first"


def test_without_losses_nothing_is_taken() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload().by_time(NAMES)
    assert place.scene.reconcile().table("reconcile__retaken") == []
