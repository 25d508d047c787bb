from __future__ import annotations

from hashlib import md5

from support.scene import Scene


def test_a_group_is_named_from_its_ids_only_and_a_certain_loss_has_none() -> None:
    scene = Scene()
    place = scene.place("1811").send("a", "2023-02-01T10:00:00").send("b", "2023-02-01T10:00:10")
    place.send_each("c d e f", first="2023-03-01T10:00:00")
    place.upload().by_time("b c e f")
    result = scene.reconcile()
    ids = sorted(str(place.id_of(name)) for name in "ab")
    name = f"g-{md5('|'.join(ids).encode(), usedforsecurity=False).hexdigest()[:16]}"
    assert result.table("reconcile__group_names", "candidate_group") == [(name,)]
    assert result.called(place, "lost") == "a d"
    groups = {message: result.finding(place, message)["candidate_group"] for message in place.messages}
    assert groups == {"a": name, "b": name, "c": None, "d": None, "e": None, "f": None}
