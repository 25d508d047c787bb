from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meldingskontroll import sql
from meldingskontroll.settings import Settings
from support.rounds import DEADLINE_MS, ROUND, Row, Sent, by_stack, filled, round_run

HOUR = 3_600_000
# Few moments on few lines, so that ties, nests and pairs at the deadline are common.
moments = st.one_of(st.integers(0, 12).map(lambda step: step * 1000), st.integers(0, 45).map(lambda hour: hour * HOUR))
sent_on_lines = st.lists(st.builds(Sent, st.integers(1, 3), moments, st.sampled_from([0, 0, HOUR])), max_size=14)
rows_on_lines = st.lists(
    st.builds(Row, st.integers(1, 3), moments, st.sampled_from([0, 30_000, 24 * HOUR])), max_size=14
)


def test_a_round_without_messages_and_rows_finds_nothing() -> None:
    with round_run([], []) as connection:
        assert connection.execute("FROM reconcile_rounds__found").fetchall() == []


def test_a_round_finds_what_a_stack_finds_whatever_stands_on_its_lines() -> None:
    with sql.connect(Settings(duckdb_threads=1)) as connection:

        @settings(
            max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(sent_on_lines, rows_on_lines)
        def same(sent: list[Sent], rows: list[Row]) -> None:
            filled(connection, sent, rows)
            sql.run_stage(connection, "reconcile_rounds", ROUND)
            found = connection.execute("SELECT message_no, row_no FROM reconcile_rounds__found").fetchall()
            assert {message: row for message, row in found if row is not None} == by_stack(sent, rows)
            lines = {one.line for one in rows}
            assert sorted(message for message, _ in found) == [no for no, one in enumerate(sent) if one.line in lines]

        same()


def test_a_pair_beyond_the_deadline_is_none_be_it_of_neighbours_or_nested() -> None:
    for late in (0, 1):
        with round_run([Sent(1, 0)], [Row(1, DEADLINE_MS + 30_000 + late)]) as connection:
            assert connection.execute("SELECT row_no FROM reconcile_rounds__found").fetchall() == [
                (None if late else 1000,)
            ]
        nested = [Sent(1, 0), Sent(1, 10)], [Row(1, 20), Row(1, DEADLINE_MS + 30_000 + late)]
        with round_run(*nested) as connection:
            found = connection.execute("SELECT row_no FROM reconcile_rounds__found ORDER BY message_no").fetchall()
            assert found == [(None if late else 1001,), (1000,)]


def test_the_margin_of_a_row_and_the_doubled_hour_of_a_message_are_added_to_the_deadline() -> None:
    late = Row(1, DEADLINE_MS + HOUR, margin=HOUR)
    for sent, found in ((Sent(1, 0), 1000), (Sent(1, -1), None), (Sent(1, -1, reach=HOUR), 1000)):
        moved = Sent(1, sent.at + 1000, sent.reach), Row(1, late.at + 1000, late.margin)
        with round_run([moved[0]], [moved[1]]) as connection:
            assert connection.execute("SELECT row_no FROM reconcile_rounds__found").fetchall() == [(found,)]


def test_a_time_far_outside_the_calendar_answers_nothing_and_disturbs_no_other_line() -> None:
    far = 300_000_000_000_000
    with round_run([Sent(1, 1000), Sent(2, 1000)], [Row(1, far), Row(1, -far), Row(2, 2000, margin=0)]) as connection:
        found = connection.execute("SELECT message_no, row_no FROM reconcile_rounds__found ORDER BY 1").fetchall()
        assert found == [(0, None), (1, 1002)]
