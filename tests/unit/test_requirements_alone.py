"""Each requirement and each reason that concerns all holds everything by itself, and none is forgotten anywhere."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.domain import GlobalReason, Requirement
from meldingskontroll.release.decision import Decision, Facts, Standing, may_release
from meldingskontroll.verification.run import judge
from support.evidence import Evidence
from support.healthy import CLOCK, LARVIK, OSLO, SETTINGS
from support.judged_once import Bench, Judged
from unit.test_release_decision import ASKED, STANDING

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (
    *("CASE_SYSTEM_KNOWN", "FIX_INSTALLED", "PORTAL_COVERED", "LOG_COVERED", "LOSSES_FOLLOWED_UP", "CLEAN_SINCE_FIX"),
    *("SURVEY_ANSWERED", "SURVEY_AGREES", "DEVIATION_REPORTED"),
)
GLOBAL = (
    *("AWAITING_APPROVAL", "APPROVALS_LAPSED", "REQUIREMENTS_UNMET", "PORTAL_MANIFEST_MISSING", "PORTAL_INCOMPLETE"),
    *("RECIPIENT_UNKNOWN", "CHECK_FAILED", "DRILL_FAILED", "ROSTER_EMPTY"),
)
"""The contract's lists (§2), written here once more so that a name that goes missing is missed."""

CAUSES: dict[str, Evidence] = {
    "CASE_SYSTEM_KNOWN": Evidence(system="UKJENT"),
    "LOG_COVERED": Evidence(unknown=True),
    "LOSSES_FOLLOWED_UP": Evidence(followed=frozenset()),
    "CLEAN_SINCE_FIX": Evidence(fix="too recent"),
    "SURVEY_AGREES": Evidence(stated=0),
    "DEVIATION_REPORTED": Evidence(reported=False),
}
"""What leaves just this requirement unmet, of Larvik alone."""
ENTAILED: dict[str, tuple[Evidence, set[str]]] = {
    "FIX_INSTALLED": (Evidence(fix="too old"), {"CLEAN_SINCE_FIX"}),
    "PORTAL_COVERED": (Evidence(manifest="miscounted"), {"CLEAN_SINCE_FIX"}),
    "SURVEY_ANSWERED": (Evidence(stated=None), {"SURVEY_AGREES"}),
}
"""Those that nothing can leave unmet without leaving others unmet as well: no fix is not clean since the fix."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


def healthy(bench: Bench) -> duckdb.DuckDBPyConnection:
    """A connection on which the healthy evidence has just been judged."""
    Judged(bench.connection, Evidence(), CLOCK, bench.spare)
    return bench.connection


def judged(bench: Bench, evidence: Evidence) -> Judged:
    return bench.judged(evidence, CLOCK, False)


def decided(facts: Facts, standing: Standing = STANDING) -> Decision:
    """The decision with two people's approval and nothing else against it; the files and the ledger hold."""
    return may_release(replace(facts, inputs_steady=True, record_sound=True), standing, CLOCK)


def unmet(made: Judged) -> set[tuple[str, str]]:
    return {(entry.municipality_no, reason) for entry in made.facts.blocking for reason in entry.reasons}


def test_with_nothing_against_it_the_same_people_release(bench: Bench) -> None:
    made = judged(bench, Evidence())
    assert unmet(made) == set()
    assert decided(made.facts).decision == decided(made.facts, ASKED).decision == "RELEASE"


@pytest.mark.parametrize("requirement", CAUSES)
def test_a_requirement_that_one_entry_alone_leaves_unmet_holds_everything(requirement: str, bench: Bench) -> None:
    made = judged(bench, CAUSES[requirement])
    assert unmet(made) == {(LARVIK, requirement)}
    for standing in (STANDING, ASKED):
        decision = decided(made.facts, standing)
        assert (decision.decision, decision.approvals) == ("HOLD", ())
        assert GlobalReason.REQUIREMENTS_UNMET in decision.global_reasons


@pytest.mark.parametrize("requirement", ENTAILED)
def test_a_requirement_that_entails_others_holds_everything(requirement: str, bench: Bench) -> None:
    evidence, also = ENTAILED[requirement]
    made = judged(bench, evidence)
    assert {reason for _, reason in unmet(made)} == {requirement, *also}
    assert decided(made.facts).decision == "HOLD"


def test_a_single_no_or_a_single_gap_against_eight_yes_holds(bench: Bench) -> None:
    """DENY beats ALLOW: the verdict's own statement, on requirements of which only one is changed by hand."""
    connection = healthy(bench)
    (file,) = (found for found in sql.stage_files("verification") if "verdicts" in found.name)
    for change in ("UPDATE verification__requirements SET met = FALSE", "DELETE FROM verification__requirements"):
        for entry_id, requirement in product((OSLO, LARVIK), CONTRACT):
            connection.execute("BEGIN")
            connection.execute(f"{change} WHERE entry_id = $e AND requirement = $r", {"e": entry_id, "r": requirement})
            sql.run_file(connection, file, {"requirements": list(CONTRACT)})
            found = connection.execute("SELECT entry_id, verdict, reasons FROM verification__verdicts").fetchall()
            connection.execute("ROLLBACK")
            assert {row[0]: row[1:] for row in found} == {
                entry: ("not_verified", [requirement]) if entry == entry_id else ("verified", [])
                for entry in (OSLO, LARVIK)
            }


GLOBAL_CAUSES: dict[str, Evidence] = {
    "REQUIREMENTS_UNMET": Evidence(unknown=True),
    "RECIPIENT_UNKNOWN": Evidence(stranger=True),
    "CHECK_FAILED": Evidence(checks="failed"),
    "DRILL_FAILED": Evidence(drill="missed"),
    "ROSTER_EMPTY": Evidence(roster=0),
}
GLOBAL_ENTAILED: dict[str, Evidence] = {
    "PORTAL_MANIFEST_MISSING": Evidence(manifest="none"),
    "PORTAL_INCOMPLETE": Evidence(manifest="miscounted"),
}
"""An extract that is not complete leaves `PORTAL_COVERED` unmet as well, by the contract's own words."""


@pytest.mark.parametrize("reason", GLOBAL_CAUSES)
def test_a_reason_that_concerns_all_holds_alone(reason: str, bench: Bench) -> None:
    decision = decided(judged(bench, GLOBAL_CAUSES[reason]).facts, Standing())
    assert (decision.decision, decision.global_reasons) == ("HOLD", (GlobalReason(reason),))
    assert decided(judged(bench, GLOBAL_CAUSES[reason]).facts).decision == "HOLD"


@pytest.mark.parametrize("reason", GLOBAL_ENTAILED)
def test_an_extract_that_is_not_complete_holds(reason: str, bench: Bench) -> None:
    facts = judged(bench, GLOBAL_ENTAILED[reason]).facts
    assert decided(facts, Standing()).global_reasons == (GlobalReason.REQUIREMENTS_UNMET, GlobalReason(reason))
    assert decided(facts).decision == "HOLD"


def test_without_people_and_with_people_whose_approvals_fell_it_holds_alone(bench: Bench) -> None:
    facts = judged(bench, Evidence()).facts
    assert decided(facts, Standing()).global_reasons == (GlobalReason.AWAITING_APPROVAL,)
    fallen = decided(facts, replace(STANDING, keys_stand=False))
    assert (fallen.decision, fallen.global_reasons) == ("HOLD", (GlobalReason.APPROVALS_LAPSED,))


def test_the_requirements_are_the_contracts_everywhere() -> None:
    """Adding one is one SQL file, one row of the catalogue, one test, and its name in the enumeration."""
    assert tuple(Requirement) == CONTRACT
    assert {*CAUSES, *ENTAILED} == set(CONTRACT)
    for requirement in CONTRACT:
        (file,) = sql_files(requirement)
        statement = sql.statement_of(file)
        assert f"'{requirement}' AS requirement" in statement
        assert (ROOT / "tests" / "sql" / "verification" / f"test_{requirement.lower()}.py").is_file()
    judging = {match for file in sql.stage_files("verification") for match in named_in(file)}
    assert judging == set(CONTRACT)
    gathered = [re.findall(r"FROM verification__(\w+)", sql.statement_of(f)) for f in sql.stage_files("verification")]
    assert any({name.upper() for name in names} == set(CONTRACT) for names in gathered)


def sql_files(requirement: str) -> list[Path]:
    relation = f"verification__{requirement.lower()}"
    return [file for file in sql.stage_files("verification") if sql.relation_of(file) == relation]


def named_in(file: Path) -> list[str]:
    return re.findall(r"'([A-Z_]+)' AS requirement", sql.statement_of(file))


def test_every_requirement_and_reason_is_explained_in_norwegian_with_a_remedy() -> None:
    with (ROOT / "expectations" / "requirements_catalogue.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["requirement"]: row for row in csv.DictReader(stream, delimiter=";")}
    assert tuple(GlobalReason) == GLOBAL
    assert {*GLOBAL_CAUSES, *GLOBAL_ENTAILED, "AWAITING_APPROVAL", "APPROVALS_LAPSED"} == set(GLOBAL)
    for code in (*CONTRACT, *GLOBAL):
        assert all(rows[code][column].strip() for column in ("norsk", "forklaring", "tiltak")), code
    for code in reasons_in_sql():
        assert rows[code]["norsk"].strip(), code


def reasons_in_sql() -> set[str]:
    """Every reason that a requirement's statement can give."""
    found: set[str] = set()
    for requirement in CONTRACT:
        statement = sql.statement_of(sql_files(requirement)[0])
        found |= set(re.findall(r"(?:THEN|ELSE) '([A-Z][A-Z_]+)'", statement))
    return found | set(re.findall(r"(?:THEN|ELSE) '([A-Z][A-Z_]+)'", sql.statement_of(FIX)))


(FIX,) = (file for file in sql.stage_files("verification") if sql.relation_of(file) == "verification__fix")


def test_no_requirement_answers_for_fewer_entries_than_the_roster_has(bench: Bench) -> None:
    """The spine: with every other table empty each requirement has a row with a reason for every entry."""
    connection = healthy(bench)
    tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    for table in tables:
        if table.split("__")[0] in {"portal", "reconcile", "survey", "followup"} or table == "roster__fixes":
            connection.execute(f"TRUNCATE {table}")
    judge(connection, CLOCK, SETTINGS)
    found = connection.execute(
        "SELECT requirement, count(*), bool_or(met), bool_and(length(reason) > 0) FROM verification__requirements"
        " GROUP BY requirement"
    ).fetchall()
    assert {row[0]: row[1:] for row in found} == {name: (2, name == "CASE_SYSTEM_KNOWN", True) for name in CONTRACT}
