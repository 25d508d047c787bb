"""What an approved delivery log held and the one in its place lacks."""

from __future__ import annotations

import pytest

from meldingskontroll import sql

Row = tuple[str | None, str | None]
APPROVED: list[Row] = [("a", "2023-01-01"), ("b", None), ("b", None)]


def missing(approved: list[Row], present: list[Row]) -> list[Row]:
    with sql.connect() as connection:
        for relation, rows in (("renewal__approved_rows", approved), ("renewal__present_rows", present)):
            connection.execute(f"CREATE TABLE {relation} (id VARCHAR, sent VARCHAR)")
            if rows:
                connection.executemany(f"INSERT INTO {relation} VALUES (?, ?)", [list(row) for row in rows])  # noqa: S608
        sql.run_file(connection, sql.sql_root() / "renewal" / "10_missing_rows.sql")
        return [(row[0], row[1]) for row in connection.execute("SELECT * FROM renewal__missing_rows").fetchall()]


@pytest.mark.parametrize("present", [APPROVED, APPROVED[:2], [*APPROVED, ("c", None)], APPROVED[::-1]])
def test_a_log_that_holds_every_row_lacks_none(present: list[Row]) -> None:
    assert missing(APPROVED, present) == []


@pytest.mark.parametrize(
    ("present", "lacking"),
    [([], {("a", "2023-01-01"), ("b", None)}), (APPROVED[1:], {APPROVED[0]}), (APPROVED[:1], {("b", None)})],
)
def test_a_row_that_is_gone_is_missing_also_where_a_value_is_empty(present: list[Row], lacking: set[Row]) -> None:
    assert set(missing(APPROVED, present)) == lacking


def test_a_row_with_another_value_is_missing() -> None:
    assert missing([("a", "x")], [("a", "y")]) == [("a", "x")]
    assert missing([("a", None)], [("a", "y")]) == [("a", None)]
