from __future__ import annotations

from typing import Any

from support.scene import Scene

NAMES = "a b c d e f g h i j"


def silences(registered: str, *between: str) -> list[tuple[Any, ...]]:
    place = Scene().place("1811").send_each(NAMES)
    upload = place.upload().by_id(registered, delay=60)
    for moment in between:
        upload.row(moment, item_type="letter", channel="post")
    columns = "strftime(from_utc, '%m-%d'), strftime(to_utc, '%m-%d'), messages, upload_sha256s"
    found = place.scene.reconcile().table("reconcile__silences", columns)
    assert all(shas == [upload.sha256] for *_, shas in found)
    return [row[:3] for row in found]


def test_four_missing_in_the_middle_are_losses_and_no_silence() -> None:
    assert silences("a b g h i j") == []


def test_five_missing_in_the_middle_are_silent_from_the_row_before_to_the_row_after() -> None:
    assert silences("a b h i j") == [("01-14", "02-07", 5)]


def test_a_row_of_any_kind_between_breaks_the_silence() -> None:
    assert silences("a b h i j", "2023-01-28T10:00:00") == []


def test_a_row_just_before_or_after_bounds_the_silence() -> None:
    assert silences("a b h i j", "2023-01-16T10:00:00", "2023-02-05T10:00:00") == [("01-16", "02-05", 5)]


def test_five_missing_at_an_end_are_cut_off_and_not_called_silent() -> None:
    assert silences("a b c d e") == []
    assert silences("f g h i j") == []
