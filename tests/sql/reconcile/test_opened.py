from __future__ import annotations

from support.scene import Scene
from support.stages import yielded

LEFT = "SELECT 1 AS message_no, 'V' AS source, 0 AS level, 7::UBIGINT AS group_key, 5 AS reference_ms"
PAIRS = """
    SELECT * FROM (VALUES (2, 'V', 0, 7, 6, false), (3, 'V', 0, 7, 8, true))
    AS t(message_no, source, level, group_key, reference_ms, superseded)
"""


def test_no_message_stood_on_a_line_where_no_round_was_run() -> None:
    tables = {"reconcile__left_open": LEFT + " WHERE false", "reconcile__pairs": PAIRS + " WHERE false"}
    assert yielded("reconcile", "opened", tables) == []


def test_answered_messages_stood_on_their_line_too_but_for_those_that_only_superseded_rows_answer() -> None:
    found = yielded("reconcile", "opened", {"reconcile__left_open": LEFT, "reconcile__pairs": PAIRS})
    assert sorted(found) == [(1, "V", 0, 7, 5), (2, "V", 0, 7, 6)]


def test_every_message_that_rows_could_answer_stood_on_a_time_line() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b")
    place.send("post", "2023-03-01T10:00:00", channel="PRINT")
    place.upload().by_time("a")
    found = scene.reconcile().table(
        "reconcile__opened JOIN reconcile__messages USING (message_no)", "DISTINCT message_id"
    )
    assert sorted(found) == sorted([(place.id_of("a"),), (place.id_of("b"),)])
