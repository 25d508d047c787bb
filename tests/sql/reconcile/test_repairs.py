from __future__ import annotations

from typing import Any

from support.scene import Place, Result, Scene

NAMES = " ".join(f"m{number}" for number in range(12))
COLUMNS = "lost_no, message_no"


def chained(*, middle_delay_h: float, kind: str = "public", last: str = "2023-05-02T21:00:00") -> tuple[Result, Place]:
    """`early`, 30 h later `middle`, whose row is `middle_delay_h` after it, and a row more than 40 h after `early`."""
    place = Scene().place("1811").send_each(NAMES)
    place.send("early", "2023-05-01T00:00:00", kind=kind).send("middle", "2023-05-02T06:00:00")
    place.upload().by_time(NAMES).by_time("middle", delay=middle_delay_h * 3600).row(last)
    return place.scene.reconcile(), place


def repairs(result: Result) -> list[tuple[Any, ...]]:
    return result.table("reconcile__repairs", COLUMNS)


def test_without_rows_or_without_losses_there_is_nothing_to_exchange() -> None:
    place = Scene().place("1811").send_each(NAMES)
    assert repairs(place.scene.reconcile()) == []
    place.upload().by_time(NAMES)
    assert repairs(place.scene.reconcile()) == []


def test_a_late_row_moves_to_the_earlier_message_where_a_later_row_can_take_its_place() -> None:
    result, place = chained(middle_delay_h=5)
    assert result.outcomes(place, "early middle") == {"early": "registered", "middle": "registered"}
    assert len(repairs(result)) == 1
    assert result.table("reconcile__surplus") == []


def test_a_row_that_followed_its_message_at_once_is_not_moved() -> None:
    result, place = chained(middle_delay_h=0.005)
    assert repairs(result) == []
    assert result.called(place, "lost") == "early"


def test_no_exchange_reaches_beyond_the_deadline() -> None:
    result, place = chained(middle_delay_h=5, last="2023-05-03T23:00:00")
    assert repairs(result) == []
    assert result.called(place, "lost") == "early"


def test_no_exchange_gives_a_message_a_row_of_the_other_kind() -> None:
    result, place = chained(middle_delay_h=5, kind="private")
    assert repairs(result) == []
    assert result.called(place, "lost") == "early"
