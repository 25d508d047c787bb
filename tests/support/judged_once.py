"""The verification's and the release's SQL on a tiny nation's evidence, run once for each evidence and remembered."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pyarrow as pa

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality.catalogue import read_catalogue
from meldingskontroll.release.decide import gather
from meldingskontroll.verification.publish import FINDINGS
from meldingskontroll.verification.run import judge
from support.evidence import Evidence, tables_of
from support.healthy import SETTINGS
from support.lake_fixtures import TABLES, make_table

SURVEY = {
    "survey__spoken_for": "service_id VARCHAR, answer_id VARCHAR, received_utc TIMESTAMP, own BOOLEAN, missing VARCHAR,"
    " services VARCHAR[], stated_in_all BIGINT, stated BIGINT, stated_together BIGINT, says_not_integrated BOOLEAN",
    "survey__disagreements": "service_id VARCHAR, answer_id VARCHAR, other_answer_id VARCHAR, disagreement VARCHAR",
}
"""The survey's own tables that the verification reads, beside those that the lake's fixtures know."""
ROOMS = ("portal", "roster", "reconcile", "followup", "survey")


class Judged:
    """What the SQL makes of one evidence: the facts, the findings as a file's bytes, the clearances by decision."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, evidence: Evidence, clock: Clock, spare: Path) -> None:
        given = tables_of(evidence)
        with patch.dict(TABLES, SURVEY):
            for relation in TABLES:
                if relation.split("__")[0] in ROOMS:
                    make_table(connection, relation, given.get(relation, []))
        judge(connection, clock, SETTINGS)
        checks = [{"check_id": c.check_id, "suite": c.suite, "status": "passed"} for c in read_catalogue()]
        checks[-1]["status"] = evidence.checks
        make_table(connection, "quality__checks", [check for check in checks if check["status"] != "missing"])
        drill = {"found": (3, 3, 0), "missed": (3, 2, 0), "false alarm": (3, 3, 1), "none": (0, 0, 0)}[evidence.drill]
        drilled = dict(zip(("planted", "found", "false_alarms"), drill, strict=True))
        make_table(connection, "quality__drill", [drilled])
        # The tables are on the connection already.
        with patch.object(sql, "load", lambda *_: None):
            self.facts = gather(connection, WorkFolder(spare))
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


class Bench:
    """One process's connection, and everything that was computed on it once."""

    def __init__(self, spare: Path) -> None:
        self.spare = spare
        self._stack = contextlib.ExitStack()
        self.connection = self._stack.enter_context(sql.connect(SETTINGS))
        self._once: dict[Any, Any] = {}
        self.seen: set[Evidence] = set()
        self.told: Counter[str] = Counter()

    def close(self) -> None:
        self._stack.close()

    def judged(self, evidence: Evidence, clock: Clock, side: bool) -> Judged:
        """The judgement; `side` tells moments apart that the evidence's rules tell apart."""
        self.seen.add(evidence)
        made = self.once((evidence, side), lambda: Judged(self.connection, evidence, clock, self.spare))
        assert isinstance(made, Judged)
        return made

    def once(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What `compute` gives, computed the first time that the key is asked for."""
        if key not in self._once:
            self._once[key] = compute()
        return self._once[key]
