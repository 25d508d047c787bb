"""The decision as it is written: from the tables in the lake, closed on whatever is missing."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality.catalogue import read_catalogue
from meldingskontroll.release import decide as decide_module
from meldingskontroll.release.decide import decide, hash_inputs, note_inputs, ruleset_version
from meldingskontroll.survey.read import read_survey
from meldingskontroll.verification.run import verify
from support.healthy import CLOCK, LARVIK, OSLO, SETTINGS, tables, write_healthy
from support.lake_fixtures import write_table


def checks(**statuses: str) -> list[dict[str, Any]]:
    return [
        {"check_id": check.check_id, "suite": check.suite, "status": statuses.get(check.suite, "passed")}
        for check in read_catalogue()
    ]


def decided(work: WorkFolder) -> dict[str, Any]:
    """The decision of a run that began with these inputs."""
    note_inputs(work, CLOCK, SETTINGS)
    return decide(work, CLOCK, SETTINGS)


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    """A folder where everything is met, judged and checked."""
    return prepared(tmp_path)


def prepared(root: Path, **changed: list[dict[str, Any]]) -> WorkFolder:
    folder = write_healthy(root, **changed)
    read_survey(folder, CLOCK, SETTINGS)
    verify(folder, CLOCK, SETTINGS)
    write_table(folder, "quality__checks", checks())
    return folder


def clearance(work: WorkFolder) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT message_id::VARCHAR, clearance, reason FROM '{work.clearance}'"  # noqa: S608
        ).fetchall()


def test_an_empty_folder_holds_and_clears_nothing(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    document = decided(work)
    assert document["decision"] == "HOLD"
    assert {"CHECK_FAILED", "ROSTER_EMPTY", "DRILL_FAILED"} <= set(document["global_reasons"])
    assert clearance(work) == []


def test_with_everything_met_it_awaits_approval_and_keeps_every_message(work: WorkFolder) -> None:
    document = decided(work)
    assert document["global_reasons"] == ["AWAITING_APPROVAL"]
    assert (document["roster_size"], document["verified"], document["blocking"]) == (2, 2, [])
    assert json.loads(work.decision.read_text()) == document
    rows = clearance(work)
    assert len(rows) == 10
    assert {row[1:] for row in rows} == {("keep", "HOLD")}
    assert rows == sorted(rows)


def test_what_blocks_is_listed_in_order_with_its_reasons(tmp_path: Path) -> None:
    work = prepared(tmp_path, roster__fixes=[])
    document = decided(work)
    assert document["global_reasons"] == ["REQUIREMENTS_UNMET"]
    reasons = ["FIX_INSTALLED", "CLEAN_SINCE_FIX"]
    assert document["blocking"] == [
        {"municipality_no": OSLO[:4], "district_no": "05", "reasons": reasons},
        {"municipality_no": LARVIK, "district_no": "", "reasons": reasons},
    ]


def test_an_entry_without_a_verdict_blocks_with_every_requirement(work: WorkFolder) -> None:
    write_table(work, "verification__verdicts", [{"entry_id": OSLO, "verdict": "verified", "reasons": []}])
    document = decided(work)
    assert [(b["municipality_no"], len(b["reasons"])) for b in document["blocking"]] == [(LARVIK, 9)]


@pytest.mark.parametrize("relation", decide_module.RESULTS)
def test_a_missing_or_unreadable_result_holds(relation: str, work: WorkFolder) -> None:
    work.table(relation).unlink()
    assert "CHECK_FAILED" in decided(work)["global_reasons"]
    work.table(relation).write_bytes(b"PAR1 this is no parquet PAR1")
    assert "CHECK_FAILED" in decided(work)["global_reasons"]
    assert {row[1] for row in clearance(work)} <= {"keep"}


@pytest.mark.parametrize("status", ["failed", "raised"])
def test_a_check_that_failed_or_raised_holds(status: str, work: WorkFolder) -> None:
    write_table(work, "quality__checks", checks(survey=status))
    document = decided(work)
    assert document["global_reasons"] == ["CHECK_FAILED"]
    expected = len(read_catalogue())
    in_suite = sum(check.suite == "survey" for check in read_catalogue())
    ran = expected if status == "failed" else expected - in_suite
    failed = in_suite if status == "failed" else 0
    assert document["checks"] == {"expected": expected, "run": ran, "failed": failed}


@pytest.mark.parametrize("damage", ["gone", "empty", "one short", "one repeated", "a stranger"])
def test_checks_that_are_not_the_catalogues_hold(damage: str, work: WorkFolder) -> None:
    rows = {
        "gone": [],
        "empty": [],
        "one short": checks()[1:],
        "one repeated": [*checks(), checks()[0]],
        "a stranger": [*checks(), {"check_id": "x.y", "status": "passed"}],
    }[damage]
    write_table(work, "quality__checks", rows)
    if damage == "gone":
        work.table("quality__checks").unlink()
    assert decided(work)["global_reasons"] == ["CHECK_FAILED"]


@pytest.mark.parametrize("rows", [None, [], [{"planted": 0, "found": 0, "false_alarms": 0}], [{"planted": 2}]])
def test_a_drill_that_was_not_held_or_found_nothing_holds(rows: Any, work: WorkFolder) -> None:
    work.table("quality__drill").unlink()
    if rows is not None:
        write_table(work, "quality__drill", rows)
    assert decided(work)["global_reasons"] == ["DRILL_FAILED"]


def test_a_message_to_a_recipient_that_nobody_lists_holds_everything(work: WorkFolder) -> None:
    write_table(work, "roster__recipients", tables()["roster__recipients"][:1])
    assert decided(work)["global_reasons"] == ["RECIPIENT_UNKNOWN"]


def test_an_undeclared_extract_holds_as_undeclared_and_a_short_one_as_incomplete(work: WorkFolder) -> None:
    (row,) = tables()["portal__extract"]
    write_table(work, "portal__extract", [row | {"declared": False, "declared_total": None}])
    assert decided(work)["global_reasons"] == ["PORTAL_MANIFEST_MISSING"]
    write_table(work, "portal__extract", [row | {"declared_total": 11}])
    assert decided(work)["global_reasons"] == ["PORTAL_INCOMPLETE"]


def test_inputs_are_every_file_but_the_approvers_hidden_and_partial_ones(work: WorkFolder) -> None:
    work.registry.mkdir()
    for name in ("case_systems.csv", "approvers.json", ".hidden", "fixes.csv.part"):
        (work.registry / name).write_text("x")
    found = hash_inputs(work)
    expected = ["drop/0301/inbox/logg.csv", "drop/3805/inbox/logg.csv", "followup/tiltak.csv"]
    assert list(found) == [*expected, "registry/case_systems.csv", "survey/responses.csv"]
    assert found["registry/case_systems.csv"] == hashlib.sha256(b"x").hexdigest()


def test_a_file_name_that_is_a_national_id_number_is_shown_as_its_hash(work: WorkFolder) -> None:
    name = "logg_13097248022.csv"
    (work.inbox("0301") / name).write_text("x")
    document = decided(work)
    shown = hashlib.sha256(name.encode()).hexdigest()
    assert f"drop/0301/inbox/{shown}" in document["inputs"]
    assert "13097248022" not in work.decision.read_text()


def test_the_ruleset_version_changes_with_any_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ruleset_version()
    assert before == ruleset_version()
    (tmp_path / "catalogue.csv").write_text("x")
    monkeypatch.setattr(decide_module, "expectations_root", lambda: tmp_path)
    changed = ruleset_version()
    assert changed != before
    (tmp_path / "catalogue.csv").write_text("y")
    assert ruleset_version() not in (before, changed)


def test_deciding_twice_gives_the_same_bytes(work: WorkFolder) -> None:
    decided(work)
    before = (work.decision.read_bytes(), work.clearance.read_bytes())
    decided(work)
    assert (work.decision.read_bytes(), work.clearance.read_bytes()) == before


@pytest.mark.parametrize("setting", ["deadline_hours", "freshness_days", "fixed_version", "fault_start"])
def test_the_ruleset_version_changes_with_a_setting_that_a_rule_asks(setting: str) -> None:
    values = {"deadline_hours": 41, "freshness_days": 8, "fixed_version": "22.0", "fault_start": date(2021, 1, 1)}
    assert ruleset_version(SETTINGS.model_copy(update={setting: values[setting]})) != ruleset_version(SETTINGS)
    assert ruleset_version(SETTINGS.model_copy(update={"duckdb_threads": 7})) == ruleset_version(SETTINGS)
