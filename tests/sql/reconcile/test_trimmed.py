from __future__ import annotations

from support.scene import Place, Scene

NAMES = "a b c d e f g h i j"
WHOLE = ("2023-01-01T00:00:00", "2023-07-01T00:00:00")


def trimmed(registered: str, **row: str) -> tuple[str, str]:
    """What is left of a declared half year whose log registers these of ten messages, to the second."""
    place: Place = Scene().place("1811").send_each(NAMES)
    place.upload().by_id(registered, delay=60)
    (found,) = place.scene.reconcile().stretches("reconcile__trimmed", place)
    return found


def test_two_missing_at_an_end_are_losses_and_cut_nothing() -> None:
    assert trimmed("c d e f g h") == WHOLE


def test_three_missing_at_the_beginning_cut_it_back_to_the_logs_first_row() -> None:
    begin, end = trimmed("d e f g h i j")
    assert begin.startswith("2023-01-22T10:0") and end == WHOLE[1]


def test_three_missing_at_the_end_cut_it_back_to_the_logs_last_row() -> None:
    begin, end = trimmed("a b c d e f g")
    assert begin == WHOLE[0] and end.startswith("2023-02-03T10:0")


def test_a_row_of_any_kind_beyond_the_missing_keeps_the_period() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload().by_id("d e f g").row("2023-01-02T00:00:00", channel="post").row(
        "2023-06-01T00:00:00", item_type="letter"
    )
    assert place.scene.reconcile().stretches("reconcile__trimmed", place) == [WHOLE]


def test_a_log_whose_rows_all_lie_outside_its_period_is_left_with_nothing() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload(period=("2023-01-05T00:00:00", "2023-03-01T00:00:00")).row("2023-04-01T00:00:00")
    result = place.scene.reconcile()
    assert result.stretches("reconcile__coverage", place) == []
    assert result.called(place, "unknown") == NAMES
