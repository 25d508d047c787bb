"""Verified is every requirement met; anything else is not, with what is missing in the contract's order."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll import sql
from meldingskontroll.verification.run import parameters
from support.healthy import CLOCK, LARVIK, OSLO, SETTINGS
from support.judged import changed, judged


def test_with_everything_met_the_entry_is_verified(tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        rows = connection.execute("SELECT * FROM verification__verdicts ORDER BY entry_id").fetchall()
    assert rows == [(OSLO, "verified", []), (LARVIK, "verified", [])]


def test_each_unmet_requirement_is_named_in_order(tmp_path: Path) -> None:
    unknown = changed("roster__entries", OSLO, case_system="UKJENT")
    with judged(tmp_path, lines=(), **unknown) as connection:
        rows = dict(connection.execute("SELECT entry_id, reasons FROM verification__verdicts").fetchall())
    assert rows == {
        OSLO: ["CASE_SYSTEM_KNOWN", "SURVEY_ANSWERED", "SURVEY_AGREES"],
        LARVIK: ["SURVEY_ANSWERED", "SURVEY_AGREES"],
    }


def test_a_requirement_that_was_not_judged_is_not_met(tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        connection.execute("DELETE FROM verification__requirements WHERE requirement = 'LOG_COVERED'").fetchall()
        file = sql.sql_root() / "verification" / "94_verdicts.sql"
        sql.run_file(connection, file, parameters(CLOCK, SETTINGS))
        rows = connection.execute("SELECT DISTINCT verdict, reasons FROM verification__verdicts").fetchall()
    assert rows == [("not_verified", ["LOG_COVERED"])]
