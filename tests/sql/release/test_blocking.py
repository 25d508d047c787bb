"""Who blocks: every entry that is not verified beyond doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from meldingskontroll import sql
from support.judged import judged


@pytest.mark.parametrize(
    ("damage", "blocking"),
    [
        ("SELECT 1", []),
        ("DELETE FROM verification__verdicts", [("0301", "05", ["X", "Y"]), ("3805", "", ["X", "Y"])]),
        ("UPDATE verification__verdicts SET reasons = ['X'] WHERE entry_id = '0301-05'", [("0301", "05", ["X"])]),
        ("UPDATE verification__verdicts SET verdict = NULL WHERE entry_id = '3805'", [("3805", "", ["X", "Y"])]),
        ("UPDATE verification__verdicts SET reasons = NULL WHERE entry_id = '3805'", [("3805", "", ["X", "Y"])]),
    ],
)
def test_only_a_verdict_without_reasons_does_not_block(damage: str, blocking: list[object], tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        connection.execute(damage).fetchall()
        file = sql.sql_root() / "release" / "10_blocking.sql"
        sql.run_file(connection, file, {"requirements": ["X", "Y"]})
        assert connection.execute("SELECT * FROM release__blocking ORDER BY ALL").fetchall() == blocking
