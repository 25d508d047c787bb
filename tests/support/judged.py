"""Runs the survey's and the verification's SQL on hand-made tables, in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
from meldingskontroll.survey import actions, answers
from meldingskontroll.survey.tables import Problem, read_rows
from meldingskontroll.verification.run import judge
from support.healthy import (
    ANSWERS,
    CLOCK,
    FOLLOWUP,
    OSLO,
    SERVICES,
    SETTINGS,
    acting_for,
    tables,
    write_followup,
    write_survey,
)
from support.lake_fixtures import TABLES, make_table

KEPT = ("roster__renumberings", "roster__services")
PROBLEMS = pa.schema({"source_file": pa.string(), "source_row": pa.int64(), "code": pa.string()})


@contextlib.contextmanager
def surveyed(
    folder: Path, lines: Sequence[str] = ANSWERS, actions_taken: Sequence[str] = FOLLOWUP, clock: Clock = CLOCK
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on which the survey and the follow-up, given as lines of their files, have been read."""
    work = WorkFolder(folder)
    write_survey(work, *lines)
    write_followup(work, *actions_taken)
    answer_rows, unreadable = read_rows(work.survey / "responses.csv", answers.REQUIRED)
    action_rows, unreadable_actions = read_rows(work.followup / "tiltak.csv", actions.REQUIRED)
    answer_table, unusable = answers.read_answers(answer_rows)
    action_table, unusable_actions = actions.read_actions(action_rows)
    problems: list[Problem] = [*unreadable, *unusable, *unreadable_actions, *unusable_actions]
    with sql.connect(SETTINGS) as connection:
        connection.register("survey__rows", answer_table)
        connection.register("followup__rows", action_table)
        connection.register(
            "survey__unreadable", pa.Table.from_pylist([vars(problem) for problem in problems], schema=PROBLEMS)
        )
        make_table(connection, "roster__renumberings", [{"old_no": "0712", "canonical_no": "3805"}])
        known = [*SERVICES.values(), *"ABCD"]
        make_table(connection, "roster__services", [{"service_id": service} for service in known])
        sql.run_stage(connection, "followup", {"as_of_utc": clock.as_of_utc})
        sql.run_stage(connection, "survey", {"as_of_utc": clock.as_of_utc})
        yield connection


@contextlib.contextmanager
def judged(
    folder: Path,
    lines: Sequence[str] = ANSWERS,
    actions_taken: Sequence[str] = FOLLOWUP,
    clock: Clock = CLOCK,
    settings: Settings = SETTINGS,
    **changed: list[dict[str, Any]],
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection on which everything has been judged, from the healthy tables but for those in `changed`."""
    with surveyed(folder, lines, actions_taken, clock) as connection:
        given = tables() | changed
        if "roster__entry_services" not in changed:
            given["roster__entry_services"] = acting_for(given["roster__entries"])
        for relation in TABLES:
            if relation.split("__")[0] in {"portal", "roster", "reconcile"} and relation not in KEPT:
                make_table(connection, relation, given.get(relation, ()))
        judge(connection, clock, settings)
        yield connection


def verdict(folder: Path, requirement: str, entry_id: str = OSLO, **given: Any) -> tuple[bool, str]:
    """Whether an entry meets a requirement, and the reason; arguments as for `judged`."""
    with judged(folder, **given) as connection:
        (row,) = connection.execute(
            "SELECT met, reason, evidence FROM verification__requirements WHERE entry_id = $e AND requirement = $r",
            {"e": entry_id, "r": requirement},
        ).fetchall()
    assert row[2]
    return row[0], row[1]


def changed(relation: str, entry_id: str | None = None, **values: Any) -> dict[str, list[dict[str, Any]]]:
    """The healthy rows of a table with these values in those of one entry, or in all: an argument for `judged`."""
    rows = tables()[relation]
    for row in rows:
        if entry_id is None or row.get("entry_id") == entry_id:
            row.update(values)
    return {relation: rows}
