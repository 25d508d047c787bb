"""The SQL of the survey, the verification and the release on a tiny nation's evidence, run once for each evidence.

What is remembered is a pure function of contents: for each set of answers the survey's tables; for each evidence, each
set of overrides and each side of the moments that its rules tell apart, the facts, the findings' bytes and the
clearances; what the checks and the drill come to, for each. The SQL is the product's, and nothing of it is told
beforehand.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import Clock, norwegian_date
from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality.catalogue import read_catalogue
from meldingskontroll.release.decide import gather
from meldingskontroll.release.decision import Facts
from meldingskontroll.verification.publish import FINDINGS
from meldingskontroll.verification.run import judge
from support.evidence import Evidence, answers_of
from support.evidence_tables import tables_of
from support.healthy import SETTINGS
from support.judged import surveyed
from support.lake_fixtures import TABLES, make_table

SURVEY = ("survey__spoken_for", "survey__by_service", "survey__disagreements")
ROOMS = ("portal", "roster", "reconcile", "followup")
ONE_THREAD = SETTINGS.model_copy(update={"duckdb_threads": 1})
Rows = list[dict[str, Any]]


class Judged:
    """What the SQL makes of one evidence: the facts, the findings as a file's bytes, the clearances by decision.

    `given` are the overrides. `survey` are the survey's tables, made here if they are not given; `made` remembers the
    rows of each table on this connection, so that those that are there already are not made anew.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        evidence: Evidence,
        clock: Clock,
        spare: Path,
        given: pa.Table | None = None,
        survey: Mapping[str, pa.Table] | None = None,
        made: dict[str, Rows] | None = None,
    ) -> None:
        made = {} if made is None else made
        rows = tables_of(evidence)
        for relation in TABLES:
            wanted = rows.get(relation, [])
            if relation.split("__")[0] in ROOMS and made.get(relation) != wanted:
                make_table(connection, relation, wanted)
                made[relation] = wanted
        for relation, table in (survey or survey_of(evidence, clock, spare)).items():
            connection.register("given__survey", table)
            connection.execute(f"CREATE OR REPLACE TABLE {relation} AS FROM given__survey").fetchall()
        connection.execute("SET arrow_lossless_conversion = true")
        judge(connection, clock, SETTINGS, given)
        _make_quality(connection, evidence)
        # The tables are on the connection already.
        with patch.object(sql, "load", lambda *_: None):
            self.facts: Facts = gather(connection, WorkFolder(spare))
        sql.write_parquet(connection, FINDINGS, spare / "findings.parquet", order_by="message_id", durable=False)
        self.findings = (spare / "findings.parquet").read_bytes()
        self.clearances = {decision: self._clearance(connection, decision) for decision in ("HOLD", "RELEASE")}

    def _clearance(self, connection: duckdb.DuckDBPyConnection, decision: str) -> pa.Table:
        (file,) = (found for found in sql.stage_files("release") if sql.relation_of(found) == "release__clearance")
        relation = sql.run_file(connection, file, {"decision": decision})
        return connection.sql(f"SELECT * FROM {relation} ORDER BY message_id").to_arrow_table()  # noqa: S608

    def deletable(self, decision: str) -> set[str]:
        """The ids that may go under a decision."""
        table = self.clearances[decision]
        pairs = zip(table["message_id"].to_pylist(), table["clearance"].to_pylist(), strict=True)
        return {str(message) for message, clearance in pairs if clearance == "delete"}


def survey_of(evidence: Evidence, clock: Clock, spare: Path) -> dict[str, pa.Table]:
    """What the survey's room makes of the answers."""
    with surveyed(spare, [answer.line() for answer in answers_of(evidence)], clock=clock) as connection:
        return {relation: connection.sql(f"FROM {relation}").to_arrow_table() for relation in SURVEY}


def _make_quality(connection: duckdb.DuckDBPyConnection, evidence: Evidence) -> None:
    checks = [{"check_id": c.check_id, "suite": c.suite, "status": "passed"} for c in read_catalogue()]
    checks[-1]["status"] = evidence.checks
    make_table(connection, "quality__checks", [check for check in checks if check["status"] != "missing"])
    drill = {"found": (3, 3, 0), "missed": (3, 2, 0), "false alarm": (3, 3, 1), "none": (0, 0, 0)}[evidence.drill]
    make_table(connection, "quality__drill", [dict(zip(("planted", "found", "false_alarms"), drill, strict=True))])


class Bench:
    """One process's connections, and everything that was computed on them once.

    `connection` is anybody's; that on which evidence is judged is nobody else's, since it remembers its tables.
    """

    def __init__(self, spare: Path) -> None:
        self.spare = spare
        self._stack = contextlib.ExitStack()
        self.connection = self._stack.enter_context(sql.connect(ONE_THREAD))
        self._judging = self._stack.enter_context(sql.connect(ONE_THREAD))
        self._once: dict[Any, Any] = {}
        self._made: dict[str, Rows] = {}
        self._in_history: dict[Any, Any] = {}
        self.judged_now: Judged
        self.rules = "1"
        self.seen: set[Evidence] = set()
        self.told: Counter[str] = Counter()

    def close(self) -> None:
        self._stack.close()

    def judged(self, evidence: Evidence, clock: Clock, side: bool, given: pa.Table | None = None) -> Judged:
        """The judgement; `side` tells moments apart that the evidence's rules tell apart, and `given` are overrides."""
        self.seen.add(evidence)
        today, rows = norwegian_date(clock.as_of), given.to_pylist() if given is not None else []
        # Of the day the rules ask just this.
        overrides = tuple((*row.values(), row["decided_on"] <= today) for row in rows)
        base = evidence.but(checks="passed", drill="found")
        survey = self.once(
            ("survey", evidence.stated, evidence.answers, side), lambda: survey_of(evidence, clock, self.spare)
        )
        key = (base, side, overrides)
        made: Judged = self.once(key, lambda: Judged(self._judging, base, clock, self.spare, given, survey, self._made))
        if base == evidence:
            return made
        checked = self.once(("quality", evidence.checks, evidence.drill), lambda: self._quality(evidence))
        changed = object.__new__(Judged)
        changed.__dict__ |= made.__dict__
        changed.facts = replace(made.facts, checks=checked.checks, drill=checked.drill)
        return changed

    def _quality(self, evidence: Evidence) -> Facts:
        """The facts of which the checks and the drill are right: with nothing else to read."""
        _make_quality(self._judging, evidence)
        with patch.object(sql, "load", lambda *_: None):
            return gather(self._judging, WorkFolder(self.spare))

    def once(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What `compute` gives, computed the first time that the key is asked for."""
        if key not in self._once:
            self._once[key] = compute()
        return self._once[key]

    def in_history(self, key: Any, compute: Callable[[], Any]) -> Any:
        """The same, remembered until the next history begins."""
        if key not in self._in_history:
            self._in_history[key] = compute()
        return self._in_history[key]

    def begin_history(self) -> None:
        """Forget what was remembered of the history before."""
        self._in_history.clear()
        self.rules = "1"
        self.told["histories"] += 1
