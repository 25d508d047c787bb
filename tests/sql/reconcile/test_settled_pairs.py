from __future__ import annotations

from support.scene import Scene

NAMES = " ".join(f"m{number}" for number in range(12))


def test_an_exchange_leaves_each_row_with_one_message_and_loses_none() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.send("early", "2023-05-01T00:00:00").send("middle", "2023-05-02T06:00:00")
    place.upload().by_time(NAMES).row("2023-05-02T11:00:00").row("2023-05-02T21:00:00")
    result = place.scene.reconcile()
    before = result.table("reconcile__pairs", "row_no")
    after = result.table("reconcile__settled_pairs", "message_no, row_no")
    assert len(after) == len(before) + 1 == 14
    assert len({message for message, _ in after}) == len({row for _, row in after}) == 14


def test_what_the_rounds_found_stands_where_nothing_is_exchanged() -> None:
    place = Scene().place("1811").send_each(NAMES)
    place.upload().by_time(NAMES)
    result = place.scene.reconcile()
    pairs = result.table("reconcile__pairs")
    assert len(pairs) == 12 and sorted(pairs) == sorted(result.table("reconcile__settled_pairs"))
