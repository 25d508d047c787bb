"""What was not checked is not sound: missing answers, missing tables and dead workers all block."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality import catalogue, process
from meldingskontroll.quality.catalogue import Check, read_catalogue, read_suites
from meldingskontroll.quality.run import NOT_IN_CATALOGUE, NOT_RUN, account, check_quality
from meldingskontroll.release.decide import decide, note_inputs
from meldingskontroll.survey.read import read_survey
from meldingskontroll.verification.run import verify
from support.healthy import CLOCK, SETTINGS, write_healthy
from support.lake_fixtures import read_table, write_table

CHECK = Check("suite.rows", "suite", "blocking", "Meldingskontroll", "Norsk", "Tiltak")
PASSED = {"check_id": "suite.rows", "status": "passed", "observed": "1", "unexpected": 0}


class Answers(process.Worker):
    """A worker that answers what it was told to, without a process."""

    def __init__(self, results: list[dict[str, Any]]) -> None:
        self.results = results

    def ask(self, request: list[dict[str, Any]], timeout: float = 0) -> list[dict[str, Any]]:
        return self.results

    def stop(self) -> None:
        self.results = []


def all_passed() -> list[dict[str, Any]]:
    return [PASSED | {"check_id": check.check_id} for check in read_catalogue()]


def test_no_answer_at_all_leaves_every_check_raised() -> None:
    (row,) = account([CHECK], [])
    assert (row["status"], row["observed"], row["unexpected"]) == ("raised", NOT_RUN, 1)


def test_an_answer_leaves_its_status_and_what_was_seen() -> None:
    (row,) = account([CHECK], [PASSED])
    assert row == PASSED | {"suite": "suite", "severity": "blocking"}


def test_two_answers_to_one_check_are_no_answer() -> None:
    (row,) = account([CHECK], [PASSED, PASSED])
    assert (row["status"], row["observed"]) == ("raised", NOT_RUN)


def test_a_check_that_nobody_expects_is_raised() -> None:
    rows = account([CHECK], [PASSED, PASSED | {"check_id": "suite.other"}])
    assert [(r["check_id"], r["status"], r["observed"]) for r in rows][1:] == [
        ("suite.other", "raised", NOT_IN_CATALOGUE)
    ]


def test_a_worker_that_ends_without_a_word_gives_no_answers() -> None:
    worker = process.start_worker()
    worker.stop()
    assert worker.ask([]) == []


def test_a_worker_that_dawdles_gives_no_answers() -> None:
    worker = process.start_worker()
    assert worker.ask([], timeout=0.01) == []


def test_an_empty_catalogue_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "catalogue.csv").write_text("check_id;suite;severity;owner;norsk;tiltak\n")
    monkeypatch.setattr(catalogue, "expectations_root", lambda: tmp_path)
    with pytest.raises(ValueError, match="empty"):
        read_catalogue()


@pytest.mark.parametrize("expectations", ["[]", '[{"type": "expect_column_to_exist", "meta": {"check_id": "s.x"}}]'])
def test_a_suite_that_does_not_begin_with_a_row_count_is_refused(
    expectations: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.json").write_text(f'{{"name": "s", "meta": {{}}, "expectations": {expectations}}}')
    monkeypatch.setattr(catalogue, "expectations_root", lambda: tmp_path)
    with pytest.raises(ValueError, match="row count"):
        read_suites()


def test_the_audit_of_a_sound_folder_passes_every_check_in_a_process_of_its_own(tmp_path: Path) -> None:
    process.start_worker()
    work = write_healthy(tmp_path)
    read_survey(work, CLOCK, SETTINGS)
    verify(work, CLOCK, SETTINGS)
    check_quality(work, CLOCK, SETTINGS)
    checks = read_table(work, "quality__checks")
    assert len(checks) == len(read_catalogue()) > 0
    assert {check["status"] for check in checks} == {"passed"}
    note_inputs(work, CLOCK, SETTINGS)
    assert decide(work, CLOCK, SETTINGS)["global_reasons"] == ["AWAITING_APPROVAL"]


def test_a_missing_result_makes_its_checks_raised_and_the_decision_hold(tmp_path: Path) -> None:
    work = write_healthy(tmp_path)
    read_survey(work, CLOCK, SETTINGS)
    verify(work, CLOCK, SETTINGS)
    work.table("reconcile__nobody").unlink()
    requested: list[str] = []

    class Recorder(Answers):
        def ask(self, request: list[dict[str, Any]], timeout: float = 0) -> list[dict[str, Any]]:
            requested.extend(asked["suite"]["name"] for asked in request)
            return [r for r in self.results if r["check_id"].split(".")[0] in requested]

    check_quality(work, CLOCK, SETTINGS, Recorder(all_passed()))
    statuses = {row["check_id"]: row["status"] for row in read_table(work, "quality__checks")}
    assert "messages" not in requested
    assert {status for check, status in statuses.items() if check.startswith("messages.")} == {"raised"}
    note_inputs(work, CLOCK, SETTINGS)
    assert decide(work, CLOCK, SETTINGS)["global_reasons"] == ["CHECK_FAILED"]


def test_without_any_results_every_check_is_raised(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    check_quality(work, CLOCK, SETTINGS, Answers([]))
    assert {row["status"] for row in read_table(work, "quality__checks")} == {"raised"}


def test_an_unreadable_parquet_is_a_check_that_raised(tmp_path: Path) -> None:
    work = write_healthy(tmp_path)
    work.table("roster__entries").write_bytes(b"PAR1 nothing")
    check_quality(work, CLOCK, SETTINGS, Answers([]))
    write_table(work, "quality__drill", [{"planted": 1, "found": 1, "false_alarms": 0}])
    note_inputs(work, CLOCK, SETTINGS)
    assert "CHECK_FAILED" in decide(work, CLOCK, SETTINGS)["global_reasons"]
