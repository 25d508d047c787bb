from __future__ import annotations

from support.scene import Scene

NAMES = "a b c d e f g h"


def test_a_row_that_could_answer_by_time_and_answers_nothing_is_surplus() -> None:
    scene = Scene()
    place = scene.place("1811").send_each(NAMES)
    upload = place.upload().by_time(NAMES, delay=0)
    upload.row("2023-05-01T10:00:00").row("2023-05-02T10:00:00", item_type="letter").row(
        "2023-05-03T10:00:00", channel="post"
    )
    found = scene.reconcile().table("reconcile__surplus", "strftime(at_utc, '%m-%d'), entries, clock_identified")
    assert found == [("05-01", ["1811"], True)]


def test_an_exact_log_has_no_surplus_and_an_unidentified_clock_is_said() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-01-10T10:00:00")
    place.upload().by_time("a").row("2023-05-01T10:00:00")
    assert scene.reconcile().table("reconcile__surplus", "clock_identified") == [(False,)]
    exact = Scene()
    exact.place("1811").send_each(NAMES).upload().by_time(NAMES)
    assert exact.reconcile().table("reconcile__surplus") == []
