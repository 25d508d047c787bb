"""Every check of the catalogue passes on a sound folder and fails on a defect made for it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.quality import worker
from meldingskontroll.quality.catalogue import read_catalogue, read_suites
from meldingskontroll.quality.run import INPUTS, load_results, make_relations, write_request
from meldingskontroll.survey.read import read_survey
from meldingskontroll.verification.run import verify
from support.healthy import CLOCK, SETTINGS, write_healthy

TWICE = "INSERT INTO {0} SELECT * FROM {0} LIMIT 1"
WORD = "UPDATE {0} SET {1} = 'annet' WHERE rowid = 0"
ONE_MORE = "UPDATE reconcile__entries SET {0} = {0} + 1 WHERE rowid = 0"

DEFECTS: dict[str, list[str]] = {
    "portal.rows": [TWICE.format("portal__extract")],
    "portal.valid_rows": ["UPDATE portal__extract SET invalid_rows = 1"],
    "portal.no_conflicting_ids": ["UPDATE portal__extract SET conflicting_ids = 1"],
    "portal.total_agrees": ["UPDATE portal__extract SET declared_total = 11"],
    "portal.rows_accounted": ["UPDATE portal__extract SET rows_read = 12"],
    "portal.messages_counted": ["DELETE FROM portal__messages WHERE rowid = 0"],
    "portal.unique_ids": [TWICE.format("portal__messages")],
    "portal.complete_messages": ["UPDATE portal__messages SET sent_utc = NULL WHERE rowid = 0"],
    "portal.known_channels": [WORD.format("portal__messages", "channel")],
    "portal.known_form_types": ["UPDATE portal__messages SET form_type = NULL WHERE rowid = 0"],
    "roster.rows": ["DELETE FROM roster__entries", "DELETE FROM reconcile__entries"],
    "roster.rows_equal": ["UPDATE reconcile__entries SET entry_id = '9999' WHERE rowid = 0"],
    "roster.named_once": [TWICE.format("roster__entries")],
    "roster.reconciled_once": ["DELETE FROM reconcile__entries WHERE rowid = 0"],
    "roster.one_entry_a_place": [
        "INSERT INTO roster__entries SELECT * REPLACE ('0301-x' AS entry_id) FROM roster__entries WHERE rowid = 0"
    ],
    "roster.periods_disjoint": [TWICE.format("roster__periods")],
    "roster.periods_have_length": ["UPDATE roster__periods SET to_utc = from_utc WHERE rowid = 0"],
    "roster.recipients_held_once": [
        "INSERT INTO roster__entry_recipients SELECT '3805', recipient_id FROM roster__entry_recipients WHERE rowid = 0"
    ],
    "entries.rows": [TWICE.format("reconcile__entries")],
    "entries.conserved": [ONE_MORE.format("sent")],
    "entries.sums": [ONE_MORE.format("printed")],
    "entries.no_negative_counts": ["UPDATE reconcile__entries SET unknown = -1 WHERE rowid = 0"],
    "entries.low_bound": [ONE_MORE.format("lost_low")],
    "entries.high_bound": ["UPDATE reconcile__entries SET lost_high = lost - 1 WHERE rowid = 0"],
    "entries.share_in_bounds": ["UPDATE reconcile__entries SET coverage_share = 1.01 WHERE rowid = 0"],
    "entries.unknown_required": [ONE_MORE.format("unknown_required")],
    "entries.coverage_has_both_ends": ["UPDATE reconcile__entries SET coverage_to_utc = NULL WHERE rowid = 0"],
    "findings.rows": [TWICE.format("reconcile__entries")],
    "findings.none_missing": ["DELETE FROM reconcile__findings WHERE rowid = 0"],
    "findings.none_surplus": ["DELETE FROM portal__messages WHERE rowid = 0"],
    "findings.conserved_each_day": [
        "UPDATE reconcile__findings SET sent_at_utc = sent_at_utc + INTERVAL 1 DAY WHERE rowid = 0"
    ],
    "findings.unique_ids": [TWICE.format("reconcile__findings")],
    "findings.known_outcomes": ["UPDATE reconcile__findings SET outcome = NULL WHERE rowid = 0"],
    "findings.registered_are_matched": ["UPDATE reconcile__findings SET matched_by = NULL WHERE rowid = 0"],
    "findings.probabilities_in_bounds": ["UPDATE reconcile__findings SET loss_probability = NULL WHERE rowid = 0"],
    "findings.groups_sum": [
        "UPDATE reconcile__findings SET candidate_group = 'g', loss_probability = 0.4 WHERE entry_id = '3805'"
    ],
    "findings.lost_are_covered": ["UPDATE reconcile__findings SET covered = FALSE WHERE outcome = 'lost'"],
    "findings.in_transit_are_young": ["UPDATE reconcile__findings SET outcome = 'in_transit' WHERE rowid = 0"],
    "findings.sent_agrees": [ONE_MORE.format("sent")],
    "findings.lost_agrees": [ONE_MORE.format("lost")],
    "messages.rows": ["after: DELETE FROM quality__messages"],
    "messages.held_once": [TWICE.format("reconcile__findings")],
    "messages.inside_or_outside": [
        "INSERT INTO reconcile__nobody SELECT recipient_id, 1, TRUE FROM portal__messages LIMIT 1"
    ],
    "messages.known_to_portal": ["DELETE FROM portal__messages WHERE rowid = 0"],
    "messages.of_the_roster": ["UPDATE reconcile__findings SET entry_id = '9999' WHERE rowid = 0"],
    "coverage.rows": [TWICE.format("reconcile__entries")],
    "coverage.disjoint": [TWICE.format("reconcile__proven")],
    "coverage.have_length": ["UPDATE reconcile__coverage SET to_utc = from_utc WHERE rowid = 0"],
    "coverage.inside_period": ["UPDATE roster__periods SET to_utc = TIMESTAMP '2023-06-28' WHERE rowid = 0"],
    "coverage.inside_logs": ["DELETE FROM reconcile__coverage WHERE rowid = 0"],
    "coverage.share_agrees": ["UPDATE reconcile__proven SET to_utc = TIMESTAMP '2023-06-24 05:59:59' WHERE rowid = 0"],
    "intake.rows": ["after: DELETE FROM quality__intake"],
    "intake.every_file_seen": ["DELETE FROM intake__uploads WHERE rowid = 0"],
    "intake.every_upload_answered": ["UPDATE intake__uploads SET sha256 = 'c' || sha256 WHERE rowid = 0"],
    "intake.known_statuses": ["UPDATE intake__uploads SET status = NULL WHERE rowid = 0"],
    "intake.rows_conserved": ["UPDATE intake__uploads SET rows_read = rows_read + 1 WHERE rowid = 0"],
    "intake.rows_kept": ["DELETE FROM intake__registrations WHERE rowid = 0"],
    "intake.rejected_are_empty": ["UPDATE intake__uploads SET status = 'rejected' WHERE rowid = 0"],
    "intake.rows_have_uploads": ["UPDATE intake__registrations SET folder_no = '9999' WHERE rowid = 0"],
    "survey.rows": ["after: DELETE FROM quality__survey"],
    "survey.unique_answers": [TWICE.format("survey__answers")],
    "survey.counted_once": ["UPDATE survey__by_service SET counted = FALSE WHERE rowid = 0"],
    "survey.shares_have_answers": ["UPDATE survey__answers SET discarded = TRUE WHERE rowid = 0"],
    "survey.answers_accounted": ["UPDATE survey__totals SET received = received + 1"],
    "survey.losses_within_stated": ["UPDATE survey__totals SET losses = losses_stated + 1"],
    "verification.rows": [TWICE.format("roster__entries")],
    "verification.every_requirement": ["DELETE FROM verification__requirements WHERE rowid = 0"],
    "verification.different_requirements": [
        "UPDATE verification__requirements SET requirement = 'LOG_COVERED' WHERE entry_id = '3805'"
    ],
    "verification.reasons_given": ["UPDATE verification__requirements SET reason = '' WHERE rowid = 0"],
    "verification.one_verdict": ["DELETE FROM verification__verdicts WHERE rowid = 0"],
    "verification.reasons_agree": ["UPDATE verification__requirements SET met = FALSE WHERE rowid = 0"],
    "verification.verdict_follows": ["UPDATE verification__requirements SET met = NULL WHERE rowid = 0"],
    "published.rows": ["after: DELETE FROM quality__published"],
    "published.findings_rows": ["DELETE FROM reconcile__findings WHERE rowid = 0"],
    "published.findings_content": ["UPDATE reconcile__findings SET outcome = 'unknown' WHERE outcome = 'lost'"],
    "published.municipalities_rows": [TWICE.format("roster__entries")],
    "published.totals": [ONE_MORE.format("sent")],
}


@pytest.fixture(scope="module")
def great_expectations() -> tuple[Any, Any]:
    import great_expectations as gx
    import pandas

    return gx, pandas


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that holds a sound folder's results as tables; every test undoes what it did to them."""
    work = write_healthy(tmp_path_factory.mktemp("healthy"))
    read_survey(work, CLOCK, SETTINGS)
    verify(work, CLOCK, SETTINGS)
    with sql.connect(SETTINGS) as connection:
        load_results(connection, work)
        for relation in INPUTS:
            connection.execute(f"CREATE TABLE copied AS SELECT * FROM {relation}").fetchall()  # noqa: S608
            connection.execute(f"DROP VIEW {relation}").fetchall()
            connection.execute(f"ALTER TABLE copied RENAME TO {relation}").fetchall()
        yield connection


def run_checks(
    connection: duckdb.DuckDBPyConnection, defects: list[str], folder: Path, libraries: tuple[Any, Any], only: str = ""
) -> list[Any]:
    connection.execute("BEGIN").fetchall()
    try:
        for statement in (d for d in defects if not d.startswith("after: ")):
            connection.execute(statement).fetchall()
        made = make_relations(connection, CLOCK, SETTINGS)
        for statement in (d.removeprefix("after: ") for d in defects if d.startswith("after: ")):
            connection.execute(statement).fetchall()
        request = [r for r in write_request(connection, made, folder) if only in ("", r["suite"]["name"])]
    finally:
        connection.execute("ROLLBACK").fetchall()
    stream = io.StringIO()
    worker.answer(request, *libraries, stream)
    return list(json.loads(stream.getvalue()))


def test_every_check_passes_on_a_sound_folder(
    healthy: Any, tmp_path: Path, great_expectations: tuple[Any, Any]
) -> None:
    results = run_checks(healthy, [], tmp_path, great_expectations)
    assert {r["check_id"]: r["observed"] for r in results if r["status"] != "passed"} == {}
    assert {r["check_id"] for r in results} == {check.check_id for check in read_catalogue()}


def test_there_is_a_defect_for_every_check_of_the_catalogue() -> None:
    assert set(DEFECTS) == {check.check_id for check in read_catalogue()}


@pytest.mark.parametrize("check_id", sorted(DEFECTS))
def test_the_check_fails_on_its_defect(
    check_id: str, healthy: Any, tmp_path: Path, great_expectations: tuple[Any, Any]
) -> None:
    results = run_checks(healthy, DEFECTS[check_id], tmp_path, great_expectations, only=check_id.split(".")[0])
    assert {r["check_id"]: r["status"] for r in results}[check_id] == "failed"


def test_every_suite_begins_with_a_row_count_and_has_the_catalogues_checks() -> None:
    in_suites = {
        (name, expectation["meta"]["check_id"])
        for name, suite in read_suites().items()
        for expectation in suite["expectations"]
    }
    assert in_suites == {(check.suite, check.check_id) for check in read_catalogue()}


def test_a_check_on_a_column_that_is_not_there_raises_and_does_not_fail(
    healthy: Any, tmp_path: Path, great_expectations: tuple[Any, Any]
) -> None:
    results = run_checks(
        healthy, ["after: ALTER TABLE quality__portal DROP COLUMN invalid_rows"], tmp_path, great_expectations, "portal"
    )
    statuses = {r["check_id"]: r["status"] for r in results}
    assert statuses["portal.valid_rows"] == "raised"
    assert statuses["portal.rows"] == "passed"


def test_a_check_that_saw_no_rows_has_not_passed() -> None:
    seen = {"success": True, "result": {"element_count": 0}, "expectation_config": {"meta": {"check_id": "x"}}}
    assert worker.judge(seen)["status"] == "failed"
    assert worker.judge(seen)["observed"] == "NO_ROWS"
