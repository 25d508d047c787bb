from __future__ import annotations

from support.rounds import Row, Sent, round_run
from support.scene import Scene


def test_a_round_takes_away_the_messages_it_answered_and_no_other() -> None:
    with round_run([Sent(1, 0), Sent(1, 10), Sent(2, 0)], [Row(1, 20)]) as connection:
        assert sorted(connection.execute("SELECT message_no FROM reconcile__open_messages").fetchall()) == [(0,), (2,)]


def test_a_message_that_one_source_answered_stays_open_for_the_other() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a")
    place.upload("one.csv").by_time("a")
    place.upload("two.log", format="svarinn_importer")
    place.uploads[1].row(place.messages["a"]["sent_utc"], reporter="private")
    assert scene.reconcile().table("reconcile__open_messages", "count(*)") == [(1,)]
