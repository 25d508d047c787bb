"""What the decision rests on: sizes, the portal's extract, and messages to recipients that nobody lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meldingskontroll import sql
from support.judged import changed, judged


def facts(folder: Path, **given: Any) -> dict[str, Any]:
    with judged(folder, **given) as connection:
        for name in ("10_blocking", "20_facts"):
            sql.run_file(connection, sql.sql_root() / "release" / f"{name}.sql", {"requirements": ["X"]})
        return sql.rows(connection, "SELECT * FROM release__facts")[0]


def test_a_sound_folder(tmp_path: Path) -> None:
    assert facts(tmp_path) == {
        "roster_size": 2,
        "verified": 2,
        "portal_declared": True,
        "portal_complete": True,
        "messages_to_unknown": 0,
    }


def test_an_empty_roster_is_nobody_verified(tmp_path: Path) -> None:
    found = facts(tmp_path, roster__entries=[])
    assert (found["roster_size"], found["verified"]) == (0, 0)
    assert found["portal_complete"] is True, "an extract that adds up lacks nothing for nobody"


@pytest.mark.parametrize("rows", [[], [{"declared": None}]])
def test_an_extract_that_is_not_declared_or_not_there_is_not_declared(rows: list[Any], tmp_path: Path) -> None:
    assert facts(tmp_path, portal__extract=rows)["portal_declared"] is False


@pytest.mark.parametrize("values", [{"declared_total": 9}, {"invalid_rows": 1}, {"conflicting_ids": None}])
def test_an_extract_that_does_not_add_up_is_not_complete(values: dict[str, Any], tmp_path: Path) -> None:
    assert facts(tmp_path, **changed("portal__extract", **values))["portal_complete"] is False
    empty = facts(tmp_path, roster__entries=[], **changed("portal__extract", **values))
    assert empty["portal_complete"] is False


def test_two_extracts_are_none_and_one_that_does_not_add_up_spoils_both(tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        for declared_total, complete in (("declared_total", True), ("declared_total - 1", False)):
            connection.execute(
                f"INSERT INTO portal__extract SELECT * REPLACE ({declared_total} AS declared_total)"  # noqa: S608
                " FROM portal__extract LIMIT 1"
            )
            for name in ("10_blocking", "20_facts"):
                sql.run_file(connection, sql.sql_root() / "release" / f"{name}.sql", {"requirements": ["X"]})
            found = sql.rows(connection, "SELECT * FROM release__facts")[0]
            assert (found["portal_declared"], found["portal_complete"]) == (False, complete)


def test_one_entry_for_which_the_extract_falls_short_is_enough(tmp_path: Path) -> None:
    with judged(tmp_path) as connection:
        for unmet in (["0301-05"], ["0301-05", "3805"]):
            connection.execute(
                "UPDATE verification__requirements SET met = NOT list_contains($unmet::VARCHAR[], entry_id)"
                " WHERE requirement = 'PORTAL_COVERED'",
                {"unmet": unmet},
            )
            for name in ("10_blocking", "20_facts"):
                sql.run_file(connection, sql.sql_root() / "release" / f"{name}.sql", {"requirements": ["X"]})
            assert sql.rows(connection, "SELECT * FROM release__facts")[0]["portal_complete"] is False


def test_messages_to_recipients_that_nobody_lists_are_counted(tmp_path: Path) -> None:
    assert facts(tmp_path, roster__recipients=[])["messages_to_unknown"] == 10
    nameless = changed("portal__messages", recipient_id=None)
    assert facts(tmp_path, **nameless)["messages_to_unknown"] == 10
