"""The registrations on the portal's time line, with what they answer."""

from __future__ import annotations

from support.explained import explained, named_scene, names


def test_each_row_has_the_message_that_it_answers_or_none() -> None:
    scene, place = named_scene()
    place.uploads[0].row("2023-01-19T10:00:00", item_type="letter", channel="post")
    result = scene.reconcile()
    explained(place, "c", result)
    found = result.rows("SELECT * FROM explain__rows")
    assert names(place, found, "answers_id") == ["a", "b", None, "d", "e"]
    assert all(row["here"] for row in found)


def test_the_clock_is_taken_out_of_the_rows_as_the_findings_have_it() -> None:
    scene, place = named_scene()
    place.uploads.clear()
    place.upload("ahead.csv").by_id("a b d e", delay=320)
    result = scene.reconcile()
    explained(place, "c", result)
    differing = result.rows(
        "SELECT row.at_utc FROM explain__rows AS row JOIN reconcile__findings AS finding "
        "ON finding.message_id = row.answers_id WHERE finding.received_utc IS DISTINCT FROM row.at_utc"
    )
    assert differing == []
    assert len(result.table("explain__rows")) == 4
