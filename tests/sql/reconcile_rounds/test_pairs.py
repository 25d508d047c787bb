from __future__ import annotations

from support.scene import Scene


def test_each_round_adds_to_the_pairs_of_those_before_it() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("public private either manual")
    place.send("private", "2023-01-14T10:00:00", kind="private").send("either", "2023-01-18T10:00:00", kind="unknown")
    place.send("manual", "2023-01-22T10:00:00", channel="MANUELL_MOTTAK")
    place.upload().by_time("public private manual").by_time("either", reporter="private")
    result = scene.reconcile()
    assert result.table("reconcile__pairs", "count(*), count(DISTINCT message_no), count(DISTINCT row_no)") == [
        (4, 4, 4)
    ]
    assert result.called(place, "registered") == "public private either manual"


def test_a_row_that_names_its_kind_is_not_taken_by_a_message_of_unknown_kind_that_came_later() -> None:
    scene = Scene()
    place = (
        scene.place("1811").send("public", "2023-02-01T10:00:00").send("unsaid", "2023-02-01T10:00:10", kind="unknown")
    )
    place.upload().row("2023-02-01T10:00:30", reporter="public")
    assert scene.reconcile().called(place, "registered") == "public"
