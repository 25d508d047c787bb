from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meldingskontroll import sql
from meldingskontroll.settings import Settings
from support.rounds import DEADLINE_MS, ROUND, Row, Sent, answers, by_stack, filled, round_run
from support.scene import Scene

HOUR = 3_600_000
# Few moments on few lines, so that ties, nests and pairs at the deadline are common.
moments = st.one_of(st.integers(0, 12).map(lambda step: step * 1000), st.integers(0, 45).map(lambda hour: hour * HOUR))
sent_on_lines = st.lists(st.builds(Sent, st.integers(1, 3), moments, st.sampled_from([0, 0, HOUR])), max_size=14)
rows_on_lines = st.lists(
    st.builds(Row, st.integers(1, 3), moments, st.sampled_from([0, 30_000, 24 * HOUR])), max_size=14
)
thorough = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def test_a_round_without_messages_and_rows_leaves_nothing_alone() -> None:
    with round_run([], []) as connection:
        assert connection.execute("FROM reconcile_rounds__left").fetchall() == []


def test_a_round_answers_what_a_stack_answers_and_leaves_alone_every_other_event_on_its_lines() -> None:
    with sql.connect(Settings(duckdb_threads=1)) as connection:

        @thorough
        @given(sent_on_lines, rows_on_lines)
        def same(sent: list[Sent], rows: list[Row]) -> None:
            filled(connection, sent, rows)
            sql.run_stage(connection, "reconcile_rounds", ROUND)
            expected = by_stack(sent, rows)
            assert answers(connection) == expected
            lines = {one.line for one in rows}
            alone = {no for no, one in enumerate(sent) if one.line in lines and no not in expected}
            alone |= {1000 + no for no, _ in enumerate(rows) if 1000 + no not in expected.values()}
            found = connection.execute("SELECT id >> 20 FROM reconcile_rounds__left").fetchall()
            assert sorted(no for (no,) in found) == sorted(alone)

        same()


def test_a_pair_beyond_the_deadline_is_none_be_it_of_neighbours_or_nested() -> None:
    for late in (0, 1):
        with round_run([Sent(1, 0)], [Row(1, DEADLINE_MS + 30_000 + late)]) as connection:
            assert answers(connection) == ({} if late else {0: 1000})
        nested = [Sent(1, 0), Sent(1, 10)], [Row(1, 20), Row(1, DEADLINE_MS + 30_000 + late)]
        with round_run(*nested) as connection:
            assert answers(connection) == ({1: 1000} if late else {0: 1001, 1: 1000})


def test_the_margin_of_a_row_and_the_doubled_hour_of_a_message_are_added_to_the_deadline() -> None:
    late = Row(1, DEADLINE_MS + HOUR + 1000, margin=HOUR)
    for sent, found in ((Sent(1, 1000), {0: 1000}), (Sent(1, 999), {}), (Sent(1, 999, reach=HOUR), {0: 1000})):
        with round_run([sent], [late]) as connection:
            assert answers(connection) == found


def test_a_message_acknowledged_late_is_still_measured_from_its_sending() -> None:
    for hours, registered in ((39, "a"), (41, "")):
        scene = Scene()
        place = scene.place("1811").send_each(" ".join(f"m{number}" for number in range(25)))
        place.send("a", "2023-05-10T10:00:00", acknowledged=hours * 3600 - 10)
        place.upload().by_time(" ".join(f"m{number}" for number in range(25))).by_time("a", delay=hours * 3600)
        assert scene.reconcile().called(place, "registered").endswith(registered or "m24")


def test_a_time_far_outside_the_calendar_answers_nothing_and_disturbs_no_other_line() -> None:
    far = 300_000_000_000_000
    with round_run([Sent(1, 1000), Sent(2, 1000)], [Row(1, far), Row(1, -far), Row(2, 2000, margin=0)]) as connection:
        assert answers(connection) == {1: 1002}
