from __future__ import annotations

from support.drilled import NAMES, orderly_places, planted
from support.scene import Place, Result, Scene


def plantable(result: Result, place: Place) -> set[str]:
    found = result.table("drill__plantable", "message_id", f"entry_id = '{place.entry_id}'")
    names = {place.id_of(name): name for name in place.messages}
    return {names[message] for (message,) in found}


def test_every_registered_message_of_an_orderly_log_can_carry_a_loss() -> None:
    scene = Scene()
    by_id, by_time = orderly_places(scene)
    result = planted(scene)
    assert plantable(result, by_id) == plantable(result, by_time) == set(NAMES.split())


def test_neighbours_of_a_loss_cannot() -> None:
    scene = Scene()
    place = scene.place("1811").send_each(NAMES, days=5)
    place.upload().by_id(NAMES.replace("m10 ", ""))
    found = plantable(planted(scene), place)
    assert not found & {"m8", "m9", "m10", "m11", "m12"} and {"m7", "m13"} <= found


def test_by_time_a_message_with_a_neighbour_within_hours_or_a_surplus_row_near_it_cannot() -> None:
    scene = Scene()
    place = scene.place("1812").send_each(NAMES, first="2023-01-10T10:00:00", days=5)
    place.send("near", "2023-01-30T12:00:00")
    place.upload().by_time(NAMES + " near").row("2023-03-01T22:00:00")
    found = plantable(planted(scene), place)
    assert "m4" not in found and "m10" not in found and {"m3", "m6", "m12"} <= found
