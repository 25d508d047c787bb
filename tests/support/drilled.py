"""Runs the SQL of the drill on a scene that has been reconciled."""

from __future__ import annotations

from datetime import timedelta

from meldingskontroll import sql
from support.scene import Place, Result, Scene

DAYS = 5
NAMES = " ".join(f"m{number}" for number in range(24))


def planted(scene: Scene) -> Result:
    """The reconciled scene, with the relations of the drill."""
    result = scene.reconcile()
    sql.run_stage(result.connection, "drill", {"deadline": timedelta(hours=40)})
    return result


def orderly_places(scene: Scene) -> tuple[Place, Place]:
    """Two places whose logs answer everything, one by id and one by time, five days between messages."""
    by_id, by_time = scene.place("1811").send_each(NAMES, days=DAYS), scene.place("1812").send_each(NAMES, days=DAYS)
    by_id.upload().by_id(NAMES)
    by_time.upload().by_time(NAMES)
    return by_id, by_time
