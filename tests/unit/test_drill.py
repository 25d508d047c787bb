"""The drill finds exactly what it planted, in a copy or in a synthetic municipality, and leaves the results alone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality import drill
from meldingskontroll.quality.drill import Before, drill_on_synthetic, run_drill
from meldingskontroll.reconcile.run import READS, TABLES
from meldingskontroll.settings import Settings
from support.drilled import orderly_places
from support.lake_fixtures import read_table
from support.scene import Scene

CLOCK = Clock(datetime(2023, 7, 1, 12, tzinfo=UTC))


def drilled(root: Path, scene: Scene) -> tuple[WorkFolder, dict[str, Any]]:
    work, result = WorkFolder(root), scene.reconcile()
    sql.save(result.connection, work, [*READS, *TABLES])
    return work, run_drill(work, CLOCK, Settings())


def test_losses_planted_in_a_copy_are_found_and_the_results_are_left_as_they_were(tmp_path: Path) -> None:
    scene = Scene()
    orderly_places(scene)
    work, result = drilled(tmp_path, scene)
    assert result == {"planted": 6, "found": 6, "false_alarms": 0, "method": "copy"}
    assert read_table(work, "quality__drill") == [result]
    assert all(row["lost"] == 0 for row in read_table(work, "reconcile__entries"))


def test_losses_that_were_there_before_are_no_false_alarm(tmp_path: Path) -> None:
    scene = Scene()
    by_id, _ = orderly_places(scene)
    upload = by_id.uploads[0]
    upload.rows = [row for row in upload.rows if row["message_id"] != by_id.id_of("m10")]
    _, result = drilled(tmp_path, scene)
    assert result["planted"] == result["found"] > 0 and result["false_alarms"] == 0


def test_where_no_entry_can_carry_it_a_synthetic_municipality_does(tmp_path: Path) -> None:
    scene = Scene()
    scene.place("1811").send_each("a b c")
    work, result = drilled(tmp_path, scene)
    assert result["method"] == "synthetic"
    assert result["planted"] == result["found"] == 3 and result["false_alarms"] == 0
    assert read_table(work, "quality__drill") == [result]


@pytest.mark.parametrize("as_of", [datetime(2023, 7, 1, 12), datetime(2022, 10, 30, 3), datetime(2024, 2, 29)])
def test_the_synthetic_drill_finds_exactly_what_it_planted_at_any_time(as_of: datetime) -> None:
    found = drill_on_synthetic(Clock(as_of.replace(tzinfo=UTC)), Settings())
    assert found == {"planted": 3, "found": 3, "false_alarms": 0, "method": "synthetic"}


def test_a_reconciliation_that_finds_nothing_fails_the_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drill.run_reconciliation

    def blind(connection: Any, clock: Clock, settings: Settings) -> None:
        whole(connection, clock, settings)
        connection.execute("UPDATE reconcile__findings SET outcome = 'registered'")

    monkeypatch.setattr(drill, "run_reconciliation", blind)
    found = drill_on_synthetic(CLOCK, Settings())
    assert (found["planted"], found["found"]) == (3, 0)


def test_a_reconciliation_that_cries_wolf_fails_the_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drill.run_reconciliation

    def shrill(connection: Any, clock: Clock, settings: Settings) -> None:
        whole(connection, clock, settings)
        connection.execute("UPDATE reconcile__findings SET outcome = 'lost'")

    monkeypatch.setattr(drill, "run_reconciliation", shrill)
    assert drill_on_synthetic(CLOCK, Settings())["false_alarms"] == 57


def test_a_group_that_names_another_member_is_no_false_alarm_but_one_more_loss_is() -> None:
    one, other, third, stranger = (uuid.uuid5(uuid.NAMESPACE_OID, name) for name in ("a", "b", "c", "d"))
    before = Before([(one, "g", "lost"), (other, "g", "registered"), (third, None, "lost")])
    assert before.new_among({other, third}) == 0
    assert before.new_among({one, other}) == 1
    assert before.new_among({stranger}) == 1
    assert Before([]).new_among({one}) == 1
