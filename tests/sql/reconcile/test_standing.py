from __future__ import annotations

from support.scene import Scene


def test_each_message_stands_as_the_first_that_fits() -> None:
    scene = Scene()
    place = scene.place("1811").send_each("id-despite-reject rejected printed time silent-receiver missing")
    place.send("silent-receiver", "2023-01-26T10:00:00", acknowledged=None)
    place.send("moving", "2023-07-01T00:00:00").send("moving-unacknowledged", "2023-07-01T01:00:00", acknowledged=None)
    for name in ("id-despite-reject", "rejected"):
        place.event(name, "SENDT_PRINT", "2023-01-20T00:00:00").event(name, "AVVIST_PRINT", "2023-01-21T00:00:00")
    place.event("printed", "SENDT_PRINT", "2023-01-20T00:00:00")
    place.upload().by_id("id-despite-reject").by_time("rejected printed time")
    result = scene.reconcile()
    found = result.table("reconcile__standing JOIN reconcile__messages USING (message_no)", "message_id, standing")
    names = {place.id_of(name): name for name in place.messages}
    assert {names[message]: standing for message, standing in found} == {
        "id-despite-reject": "registered", "rejected": "not_delivered", "printed": "printed", "time": "registered",
        "silent-receiver": "not_delivered", "missing": "missing", "moving": "in_transit",
        "moving-unacknowledged": "in_transit",
    }  # fmt: skip
