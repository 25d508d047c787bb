"""Every roster entry has a row for every requirement, whatever is known of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from meldingskontroll.domain import Requirement
from meldingskontroll.verification.run import SpineBroken, _check_spine
from support.healthy import LARVIK, OSLO
from support.judged import judged

UNKNOWN = ("portal__extract", "roster__fixes", "reconcile__entries", "reconcile__findings", "reconcile__proven")


def test_an_empty_roster_gives_no_rows(tmp_path: Path) -> None:
    with judged(tmp_path, roster__entries=[]) as connection:
        assert connection.execute("SELECT count(*) FROM verification__requirements").fetchone() == (0,)


def test_an_entry_of_which_nothing_is_known_has_a_row_with_a_reason_for_each_requirement(tmp_path: Path) -> None:
    with judged(tmp_path, lines=(), actions_taken=(), **{name: [] for name in UNKNOWN}) as connection:
        rows = connection.execute("SELECT entry_id, requirement, met, reason, evidence FROM verification__requirements")
        found = rows.fetchall()
    assert {(row[0], row[1]) for row in found} == {(e, str(r)) for e in (OSLO, LARVIK) for r in Requirement}
    assert len(found) == 2 * len(Requirement)
    assert {row[1] for row in found if row[2]} == {"CASE_SYSTEM_KNOWN"}
    assert all(row[3] and row[4] for row in found)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM verification__requirements WHERE rowid = 0",
        "INSERT INTO verification__requirements SELECT * FROM verification__requirements LIMIT 1",
        "UPDATE verification__requirements SET met = NULL WHERE rowid = 0",
        "UPDATE verification__requirements SET reason = '' WHERE rowid = 0",
        "UPDATE verification__requirements SET requirement = 'ANNET' WHERE rowid = 0",
        "DELETE FROM verification__verdicts WHERE rowid = 0",
    ],
)
def test_a_spine_that_is_not_whole_is_a_fault(damage: str, tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        connection.execute(damage).fetchall()
        with pytest.raises(SpineBroken):
            _check_spine(connection)
