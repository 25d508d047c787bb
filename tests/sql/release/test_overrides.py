"""What the decision names as met by an override only."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll import sql
from support.healthy import OSLO
from support.judged import changed
from support.overridden import SAID, overridden

FILE = sql.sql_root() / "release" / "15_overrides.sql"


def test_only_those_that_apply_are_named_with_what_the_evidence_says(tmp_path: Path) -> None:
    lines = (f"0301;05;CASE_SYSTEM_KNOWN;{SAID}", f"0301;05;FIX_INSTALLED;{SAID}")
    with overridden(tmp_path, *lines, **changed("roster__entries", OSLO, case_system="UKJENT")) as connection:
        sql.run_file(connection, FILE)
        rows = connection.execute("SELECT * FROM release__overrides").fetchall()
    named = ("0301", "05", "CASE_SYSTEM_KNOWN", "loggen er ødelagt", "Kari Ås", "2023-06-20", "CASE_SYSTEM_UNKNOWN")
    assert rows == [named]


def test_without_overrides_there_is_no_row(tmp_path: Path) -> None:
    with overridden(tmp_path) as connection:
        sql.run_file(connection, FILE)
        assert connection.execute("SELECT * FROM release__overrides").fetchall() == []
