from __future__ import annotations

from support.scene import Place, Result, Scene

NAMES = " ".join(f"m{number}" for number in range(12))


def with_row(reporter: str | None, received: str = "2023-05-01T10:00:20") -> tuple[Result, Place]:
    """A private message, and a row that may or may not be its own by another kind."""
    place = Scene().place("1811").send_each(NAMES).send("private", "2023-05-01T10:00:00", kind="private")
    place.upload().by_time(NAMES).row(received, reporter=reporter)
    return place.scene.reconcile(), place


def bounds(result: Result, place: Place) -> tuple[int, int, int]:
    entry = result.entry(place)
    return entry["lost_low"], entry["lost"], entry["lost_high"]


def test_a_row_of_the_other_kind_answers_nothing_but_leaves_the_loss_open() -> None:
    result, place = with_row("public")
    assert result.called(place, "lost") == "private"
    assert result.finding(place, "private")["cause"] == "other_kind"
    assert bounds(result, place) == (0, 1, 1)


def test_a_row_beyond_the_deadline_or_before_the_message_leaves_nothing_open() -> None:
    for received in ("2023-05-03T03:00:00", "2023-05-01T09:00:00"):
        result, place = with_row("public", received)
        assert result.table("reconcile__other_kind") == []
        assert result.finding(place, "private")["cause"] == "lost"
        assert bounds(result, place)[0] == 1


def test_a_row_that_says_no_kind_answers_and_leaves_no_loss() -> None:
    result, place = with_row(None)
    assert result.called(place, "lost") == "" and bounds(result, place) == (0, 0, 0)


def test_one_row_leaves_one_loss_open_and_no_more() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.send("one", "2023-05-01T10:00:00", kind="private").send("two", "2023-05-01T12:00:00", kind="private")
    place.upload().by_time(NAMES).row("2023-05-01T12:00:20")
    assert bounds(place.scene.reconcile(), place) == (1, 2, 2)
