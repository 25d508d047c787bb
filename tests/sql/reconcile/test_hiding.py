from __future__ import annotations

from support.scene import Scene

NAMES = " ".join(f"m{number}" for number in range(12))


def hiding(hours_late: float, minutes_after_another: float, *, surplus: int = 0) -> list[float]:
    """The probability that the row of a late message is a repeat of a row some minutes before it."""
    place = Scene().place("1811").send_each(NAMES, days=3)
    place.send("first", "2023-05-01T10:00:00").send("late", f"2023-05-01T{10 - hours_late:02.0f}:00:00")
    upload = place.upload().by_time(NAMES + " first")
    upload.by_time("first", delay=20 + 60 * minutes_after_another)
    for number in range(surplus):
        upload.by_time(f"m{number}", delay=320)
    result = place.scene.reconcile()
    late = result.finding(place, "late")["message_no"]
    return [one for (one,) in result.table("reconcile__hiding", "probability", f"message_no = {late}")]


def test_a_row_minutes_after_another_that_answers_a_message_hours_before_may_be_a_repeat() -> None:
    (found,) = hiding(10, 5)
    assert 0.001 < found < 0.5


def test_it_is_likelier_where_rows_are_seen_to_be_repeated() -> None:
    assert hiding(10, 5, surplus=8)[0] > 2 * hiding(10, 5)[0]


def test_a_row_within_minutes_of_its_message_hides_nothing() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload().by_time(NAMES)
    assert place.scene.reconcile().table("reconcile__hiding") == []


def test_a_row_that_no_other_comes_before_hides_nothing() -> None:
    place = Scene().place("1811").send("only", "2023-05-01T10:00:00")
    place.upload().by_time("only", delay=3 * 3600)
    assert place.scene.reconcile().table("reconcile__hiding") == []
