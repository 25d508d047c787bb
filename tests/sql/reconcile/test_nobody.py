from __future__ import annotations

from uuid import UUID

from support.scene import Scene

STRANGER = UUID("99999999-9999-4999-8999-999999999999")


def test_messages_that_no_entry_holds_are_listed_by_recipient_known_or_not() -> None:
    scene = Scene()
    place = scene.place("1811").send("own", "2023-02-01T10:00:00").send("before", "2022-02-01T10:00:00")
    place.send("x", "2023-02-02T10:00:00", recipient_id=STRANGER).send(
        "y", "2023-02-03T10:00:00", recipient_id=STRANGER
    )
    found = scene.reconcile().table("reconcile__nobody", "recipient_id, messages, known_recipient")
    assert sorted(found) == sorted([(place.recipient, 1, True), (STRANGER, 2, False)])
