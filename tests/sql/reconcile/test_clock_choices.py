from __future__ import annotations

from support.scene import Scene
from support.set_clocks import one_step, steady


def test_the_reading_that_the_whole_log_supports_is_chosen() -> None:
    _, result = steady()
    found = result.rows(
        "SELECT convention, width, offset_s FROM reconcile__clock_choices "
        "JOIN reconcile__clock_readings USING (reading_no)"
    )
    assert len(found) == 1 and found[0]["convention"] == "oslo" and found[0]["width"] == 5
    assert 180 <= found[0]["offset_s"] <= 200


def test_a_clock_that_was_set_is_read_by_the_longer_of_its_times() -> None:
    _, result = one_step()
    ((offset, score),) = result.table("reconcile__clock_choices", "offset_s, score")
    assert 0 <= offset <= 20 and score < 80


def test_two_rows_choose_nothing() -> None:
    scene = Scene()
    scene.place("1811").send_each("a b").upload().by_time("a b", wall="oslo")
    assert scene.reconcile().table("reconcile__clock_choices") == []
