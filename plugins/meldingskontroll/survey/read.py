"""The survey room: `survey/responses*.csv` and `followup/*.csv` to tables (contract §1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder, inputs_in, sha256_of
from meldingskontroll.settings import Settings
from meldingskontroll.survey import actions, answers
from meldingskontroll.survey.tables import Problem, Row, read_rows

TABLES = (
    "survey__answers",
    "survey__spoken_for",
    "survey__by_service",
    "survey__disagreements",
    "survey__totals",
    "survey__problems",
    "followup__actions",
)
_FROM_ROSTER = {
    "roster__renumberings": "old_no VARCHAR, canonical_no VARCHAR",
    "roster__services": "service_id VARCHAR",
}
_PROBLEMS = pa.schema({"source_file": pa.string(), "source_row": pa.int64(), "code": pa.string()})


def read_survey(work: WorkFolder, clock: Clock, settings: Settings) -> None:
    """Read answers and follow-up into `survey__*` and `followup__actions`; a missing folder gives tables without rows.

    What cannot be read is a row of `survey__problems` (file, row, code; never content) and counts for nothing. An
    answer or an action dated after the clock is none. Uses the roster's renumberings and services where they are there.
    """
    response_files = inputs_in(work.survey, "responses*.csv")
    followup_files = inputs_in(work.followup, "*.csv")
    for file in followup_files:
        work.keep_raw(file, sha256_of(file))  # responses stay where they came: their free text is copied nowhere
    answer_rows, answer_problems = _read_all(response_files, answers.REQUIRED, answers.read_answers)
    action_rows, action_problems = _read_all(followup_files, actions.REQUIRED, actions.read_actions)
    problems = [vars(problem) for problem in (*answer_problems, *action_problems)]
    with sql.connect(settings) as connection:
        connection.register("survey__rows", answer_rows)
        connection.register("followup__rows", action_rows)
        connection.register("survey__unreadable", pa.Table.from_pylist(problems, schema=_PROBLEMS))
        for relation, columns in _FROM_ROSTER.items():
            if work.table(relation).exists():
                sql.load(connection, work, [relation])
            else:
                connection.execute(f"CREATE TABLE {relation} ({columns})").fetchall()
        parameters = {"as_of_utc": clock.as_of_utc}
        sql.run_stage(connection, "followup", parameters)
        sql.run_stage(connection, "survey", parameters)
        sql.save(connection, work, TABLES, order_by="ALL")


def _read_all(
    files: Iterable[Path],
    required: frozenset[str],
    read: Callable[[Iterable[Row]], tuple[pa.Table, list[Problem]]],
) -> tuple[pa.Table, list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for file in files:
        found, unreadable = read_rows(file, required)
        rows += found
        problems += unreadable
    table, unusable = read(rows)
    return table, [*problems, *unusable]
