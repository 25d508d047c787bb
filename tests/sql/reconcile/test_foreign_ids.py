from __future__ import annotations

from uuid import uuid4

from support.scene import Scene


def test_five_ids_that_the_portal_knows_none_of_are_not_the_portals() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("a b c d e f")
    foreign, mixed, few = place.upload("foreign.csv"), place.upload("mixed.csv"), place.upload("few.csv")
    for name in list("abcde"):
        foreign.by_time(name, message_id=uuid4())
        mixed.by_time(name, message_id=uuid4())
    mixed.by_id("f")
    for name in list("abcd"):
        few.by_time(name, message_id=uuid4())
    found = scene.reconcile().table("reconcile__foreign_ids", "upload_id, ids")
    assert found == [(f"1811/{foreign.sha256}", 5)]
