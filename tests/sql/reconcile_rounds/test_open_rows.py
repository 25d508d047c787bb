from __future__ import annotations

from support.rounds import Row, Sent, round_run


def test_a_round_takes_away_the_rows_it_used_and_no_other() -> None:
    with round_run([Sent(1, 0)], [Row(1, 10), Row(1, 20), Row(2, 10)]) as connection:
        assert sorted(connection.execute("SELECT row_no FROM reconcile__open_rows").fetchall()) == [(1001,), (1002,)]
