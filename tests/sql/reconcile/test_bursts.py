from __future__ import annotations

import pytest

from support.scene import Place, Result, Scene, at

NAMES = " ".join(f"m{number}" for number in range(12))
DOWN = "2023-05-02T06:00:00"
WAITING = [f"w{number}" for number in range(6)]


def outage(lost: str = "", *, apart_s: float = 2, hours: float = 6) -> tuple[Result, Place]:
    """Six messages half an hour apart, and the rows of all but the lost ones when the system is up again."""
    place = Scene().place("1811").send_each(NAMES).send("before", at(DOWN, minutes=-10))
    for number, name in enumerate(WAITING):
        place.send(name, at(DOWN, minutes=30 * number))
    upload = place.upload().by_time(NAMES + " before")
    for number in range(len(WAITING) - len(lost.split())):
        upload.row(at(DOWN, hours=hours, seconds=apart_s * number))
    return place.scene.reconcile(), place


def test_without_rows_there_is_no_burst() -> None:
    place = Scene().place("1811").send_each(NAMES)
    assert place.scene.reconcile().table("reconcile__bursts") == []


def test_rows_that_all_come_when_a_system_is_up_again_are_a_burst_and_answer_all_that_waited() -> None:
    result, place = outage()
    assert result.table("reconcile__bursts", "count(*)") == [(6,)]
    assert result.called(place, "lost") == ""


def test_rows_minutes_apart_or_soon_after_their_messages_are_no_burst() -> None:
    assert outage(apart_s=90)[0].table("reconcile__bursts") == []
    place = Scene().place("1811").send_each(NAMES)
    for number in range(3):
        place.send(f"s{number}", at(DOWN, seconds=10 * number))
    place.upload().by_time(NAMES + " s0 s1 s2")
    assert place.scene.reconcile().table("reconcile__bursts") == []


@pytest.mark.parametrize("lost", ["w0", "w2", "w5"])
def test_of_the_messages_that_waited_for_a_burst_any_may_be_the_lost_one(lost: str) -> None:
    result, place = outage(lost)
    found = [result.finding(place, name) for name in WAITING]
    assert [one["outcome"] for one in found].count("lost") == 1
    assert len({one["candidate_group"] for one in found}) == 1 and found[0]["candidate_group"]
    assert all(abs(one["loss_probability"] - 1 / 6) < 0.01 for one in found)
    assert result.finding(place, "before")["candidate_group"] is None


def test_two_losses_in_an_outage_are_counted_as_two_and_bounded_so() -> None:
    result, place = outage("w1 w4")
    entry = result.entry(place)
    assert (entry["lost_low"], entry["lost"], entry["lost_high"]) == (2, 2, 2)


def test_where_the_acknowledgement_is_followed_at_once_a_burst_is_still_believed() -> None:
    names = [f"d{number}" for number in range(140)]
    place = Scene().place("1811").send_each(" ".join(names), days=1, first="2023-01-02T10:00:00", acknowledged=3)
    upload = place.upload().by_time(" ".join(names[:137]), delay=4)
    for number in range(3):
        place.send(f"w{number}", at("2023-05-20T12:00:00", minutes=number))
        upload.row(at("2023-05-20T18:00:00", seconds=number))
    result = place.scene.reconcile()
    assert result.outcomes(place, "w0 w1 w2") == dict.fromkeys(("w0", "w1", "w2"), "registered")
