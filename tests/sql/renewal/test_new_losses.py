"""Losses that were not among the approved findings."""

from __future__ import annotations

import pytest

from meldingskontroll import sql

Finding = tuple[int, str, str | None]
APPROVED: list[Finding] = [(1, "registered", None), (2, "lost", "g"), (3, "registered", "g"), (4, "lost", None)]


def new_losses(approved: list[Finding], present: list[Finding]) -> list[int | None]:
    with sql.connect() as connection:
        for relation, rows in (("renewal__approved_findings", approved), ("renewal__present_findings", present)):
            connection.execute(f"CREATE TABLE {relation} (message_id UUID, outcome VARCHAR, candidate_group VARCHAR)")
            named = [[f"b0000000-0000-4000-8000-{number:012d}", outcome, group] for number, outcome, group in rows]
            if named:
                connection.executemany(f"INSERT INTO {relation} VALUES (?, ?, ?)", named)  # noqa: S608
        sql.run_file(connection, sql.sql_root() / "renewal" / "20_new_losses.sql")
        found = connection.execute("SELECT message_id::VARCHAR FROM renewal__new_losses").fetchall()
    return [row[0] and int(row[0][-12:]) for row in found]


@pytest.mark.parametrize(
    "present",
    [
        APPROVED,
        [],
        [*APPROVED, (5, "registered", None), (6, "unknown", None), (7, "in_transit", None)],
        [(1, "registered", None), (2, "registered", "g"), (3, "lost", "g"), (4, "lost", None)],
        [(1, "registered", None), (2, "registered", None), (3, "lost", None), (4, "lost", None)],
    ],
)
def test_the_losses_that_were_approved_are_not_new(present: list[Finding]) -> None:
    assert new_losses(APPROVED, present) == []


@pytest.mark.parametrize(
    ("present", "new"),
    [
        ([(1, "lost", None), (2, "lost", "g"), (3, "registered", "g"), (4, "registered", None)], [1]),
        ([*APPROVED, (5, "lost", None)], [5, None]),
        ([*APPROVED, (5, "registered", "h")], [5]),
        ([(2, "lost", None), (3, "lost", None), (4, "lost", None)], [None]),
    ],
)
def test_a_loss_a_member_of_a_group_and_a_higher_count_are_new(present: list[Finding], new: list[int | None]) -> None:
    assert new_losses(APPROVED, present) == new


def test_against_nothing_every_loss_is_new() -> None:
    assert new_losses([], APPROVED) == [2, 3, 4, None]
