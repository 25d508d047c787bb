"""What the evidence says of a requirement stands beside what an override makes of it."""

from __future__ import annotations

from pathlib import Path

from meldingskontroll.domain import Requirement
from support.healthy import LARVIK, OSLO
from support.judged import changed, judged


def test_an_empty_roster_gives_no_rows(tmp_path: Path) -> None:
    with judged(tmp_path, roster__entries=[]) as connection:
        assert connection.execute("SELECT count(*) FROM verification__judgements").fetchone() == (0,)


def test_every_requirement_of_every_entry_is_judged_once(tmp_path: Path) -> None:
    with judged(tmp_path, **changed("roster__entries", OSLO, case_system="UKJENT")) as connection:
        found = connection.execute("SELECT entry_id, requirement, met FROM verification__judgements").fetchall()
    assert sorted(row[:2] for row in found) == sorted((e, str(r)) for e in (OSLO, LARVIK) for r in Requirement)
    assert (OSLO, "CASE_SYSTEM_KNOWN", False) in found


def test_without_overrides_the_requirements_are_the_judgements(tmp_path: Path) -> None:
    with judged(tmp_path, **changed("roster__entries", OSLO, case_system="UKJENT")) as connection:
        columns = "entry_id, municipality_no, district_no, requirement, met, reason, evidence"
        judgements, requirements = (
            connection.execute(f"SELECT {columns} FROM verification__{table} ORDER BY ALL").fetchall()  # noqa: S608
            for table in ("judgements", "requirements")
        )
    assert judgements == requirements
    assert len(requirements) == 2 * len(Requirement)
