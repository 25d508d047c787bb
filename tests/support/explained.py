"""Explains messages of hand-made scenes."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from meldingskontroll.domain import Clock
from meldingskontroll.explain.facts import Facts, facts_of
from meldingskontroll.settings import Settings
from support.scene import Place, Result, Scene, at

Row = dict[str, Any]


def explained(place: Place, name: str, result: Result | None = None) -> Facts:
    """The facts of one message of a place, after the place's scene is reconciled."""
    scene: Scene = place.scene
    result = result or scene.reconcile()
    clock = Clock(at(scene.as_of).replace(tzinfo=UTC))
    return facts_of(result.connection, place.id_of(name), clock, Settings())


def names(place: Place, rows: list[Row], column: str = "message_id") -> list[str | None]:
    """The short names of the messages that rows speak of, None where they speak of none."""
    known = {message["message_id"]: name for name, message in place.messages.items()}
    return [known.get(row[column]) for row in rows]


def named_scene() -> tuple[Scene, Place]:
    """A place whose log names every message but `c`, which is lost."""
    scene = Scene()
    place = scene.place("3805")
    place.send_each("a b c d e")
    place.upload().by_id("a b d e")
    return scene, place


def shared_scene() -> tuple[Scene, Place]:
    """A place whose log has no ids: `b` and `c`, sent half a minute apart, share one row, so one of them is lost."""
    scene = Scene()
    place = scene.place("3805")
    place.send_each("a d e f g h", first="2023-02-01T10:00:00")
    place.send("b", "2023-01-20T10:00:00").send("c", "2023-01-20T10:00:30")
    place.upload().by_time("a c d e f g h")
    return scene, place
