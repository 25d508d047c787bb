"""What else could have answered the message."""

from __future__ import annotations

import pytest

from support.explained import explained, named_scene, names, shared_scene
from support.scene import Scene


def test_a_loss_in_a_group_shows_the_row_that_may_be_its_own_and_how_likely_that_is() -> None:
    _, place = shared_scene()
    facts = explained(place, "b")
    assert facts.message["outcome"] == "lost"
    assert names(place, facts.candidates, "answers_id") == ["c"]
    found = facts.candidates[0]
    assert (found["delay_s"] >= 29, found["chosen"]) == (True, False)
    assert found["other_is_lost"] == pytest.approx(1 - facts.message["loss_probability"])


def test_the_row_that_was_chosen_is_marked() -> None:
    _, place = shared_scene()
    found = explained(place, "a").candidates
    assert [(row["chosen"], row["file_row"]) for row in found] == [(True, 2)]


def test_a_row_of_another_kind_or_channel_or_after_the_deadline_is_no_candidate() -> None:
    scene = Scene()
    place = scene.place("3805").send_each("a b c d")
    place.upload().by_time("a b d").row("2023-01-18T10:01:00", reporter="private").row(
        "2023-01-18T10:02:00", channel="post"
    ).row("2023-01-20T03:00:00").row("2023-01-18T10:03:00", item_type="letter")
    assert explained(place, "c").candidates == []


def test_a_row_within_the_deadline_that_answers_nobody_is_a_candidate() -> None:
    scene, place = named_scene()
    found = explained(place, "c").candidates
    assert found == []
    place.uploads[0].row("2023-01-18T09:59:50")
    result = scene.reconcile()
    assert [row["file_row"] for row in explained(place, "c", result).candidates] == [6]


def test_a_replaced_row_that_names_the_message_is_shown_as_replaced() -> None:
    _, place = named_scene()
    place.uploads.clear()
    place.upload("first.csv", exported_utc="2023-06-20T00:00:00").by_id("a b c d e")
    place.upload("later.csv", exported_utc="2023-06-30T00:00:00").by_id("a b d e")
    facts = explained(place, "c")
    assert (facts.message["outcome"], facts.message["cause"]) == ("unknown", "superseded")
    assert [(row["names_it"], row["superseded"], row["file_name"]) for row in facts.candidates] == [
        (True, True, "first.csv")
    ]
