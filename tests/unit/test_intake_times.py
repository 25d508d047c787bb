"""Times as people write them, and Norwegian wall clock to UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meldingskontroll import sql
from meldingskontroll.intake import times
from meldingskontroll.intake.messages import Refused
from meldingskontroll.intake.settle import Settlement

MORNING = "2022-03-01 09:24:45"


def settle_order(found: times.Times) -> str | None:
    settlement = Settlement()
    settlement.add(found, np.arange(1, len(found.ok) + 1))
    first = settlement.order("mottatt")
    settlement.apply(found)
    return first


def coarsen(found: times.Times) -> None:
    settle_order(found)


def read(*texts: str) -> times.Times:
    return times.read_times(pa.array(texts, pa.string()))


def wall(found: times.Times, at: int = 0) -> str:
    return str(datetime.fromtimestamp(int(found.wall[at]) / 1e6, UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "expected", "resolution"),
    [
        ("2022-03-01T09:24:45", MORNING, 1),
        ("2022-03-01 09:24:45", MORNING, 1),
        ("2022-03-01T09:24:45.250", MORNING + ".250000", 1),
        ("2022-03-01T09:24:45,25", MORNING + ".250000", 1),
        ("01.03.2022 09:24:45", MORNING, 1),
        ("1.3.2022 9:24:45", MORNING, 1),
        ("01.03.2022 09.24", "2022-03-01 09:24:00", 60),
        ("01.03.2022 kl. 09.24", "2022-03-01 09:24:00", 60),
        ("01.03.2022, 09:24", "2022-03-01 09:24:00", 60),
        ("01.03.22 09:24", "2022-03-01 09:24:00", 60),
        ("28.03.23", "2023-03-28 00:00:00", 86_400),
        ("1. mars 2022 kl. 09:24", "2022-03-01 09:24:00", 60),
        ("tirsdag 1. mars 2022 09:24", "2022-03-01 09:24:00", 60),
        ("2022/03/01 09:24", "2022-03-01 09:24:00", 60),
        ("20220301092445", MORNING, 1),
        ("20220301T0924", "2022-03-01 09:24:00", 60),
        ("2022-03-01", "2022-03-01 00:00:00", 86_400),
        ("45082,5", "2023-06-05 12:00:00", 1),
        ("45082.5416666667", "2023-06-05 13:00:00", 1),
        ("45082", "2023-06-05 00:00:00", 86_400),
        ("25/03/2022 09:24", "2022-03-25 09:24:00", 60),
    ],
)
def test_a_time_is_read_as_it_was_meant(text: str, expected: str, resolution: int) -> None:
    found = read(text)
    assert found.ok[0]
    assert wall(found) == expected
    assert found.resolution[0] == resolution


@pytest.mark.parametrize(
    "text",
    [
        "",
        "i går",
        "32.01.2022",
        "29.02.2022",
        "01.13.2022",
        "2022-02-30",
        "01.03.2022 24:30",
        "01.03.2022 09:60",
        "01.03.0202",
        "2022-03",
        "12:30",
        "1.2",
        "99999",
        "1. kvartal 2022",
        "funnydag 01.03.2022",
        "2022-03-01T",
        "9" * 80,
    ],
)
def test_what_is_no_time_is_not_read_as_one(text: str) -> None:
    assert not read(text).ok[0]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2022-03-01T08:24:45Z", 0),
        ("2022-03-01T09:24:45+01:00", 60),
        ("2022-03-01 09:24:45 +0100", 60),
        ("2022-03-01T03:24:45-05:00", -300),
        ("01.03.2022 09:24:45 CET", 60),
        ("2022-03-01T10:24:45+02", 120),
    ],
)
def test_a_zone_is_honoured(text: str, minutes: int) -> None:
    found = read(text)
    assert found.ok[0] and found.zoned[0]
    assert found.offset_min[0] == minutes
    instant = int(found.wall[0]) - minutes * 60_000_000
    assert datetime.fromtimestamp(instant / 1e6, UTC) == datetime(2022, 3, 1, 8, 24, 45, tzinfo=UTC)


def test_other_rows_decide_whether_day_or_month_stands_first() -> None:
    day_first = read("03/01/2022", "25/01/2022")
    assert settle_order(day_first) == "dag"
    assert wall(day_first) == "2022-01-03 00:00:00"
    month_first = read("03/01/2022", "01/25/2022")
    assert settle_order(month_first) == "måned"
    assert wall(month_first) == "2022-03-01 00:00:00"
    assert month_first.ok.all()


def test_dates_that_nothing_decides_are_asked_about() -> None:
    with pytest.raises(Refused) as refusal:
        settle_order(read("03/01/2022", "04/02/2022"))
    assert refusal.value.code == "DATE_ORDER_UNCLEAR"


def test_dates_that_contradict_each_other_are_asked_about() -> None:
    with pytest.raises(Refused) as refusal:
        settle_order(read("25/01/2022", "01/25/2022"))
    assert refusal.value.code == "DATE_ORDER_MIXED"


def test_a_date_that_is_the_same_both_ways_needs_no_decision() -> None:
    assert settle_order(read("05/05/2022")) is None


def test_no_rows_need_no_decision() -> None:
    assert settle_order(times.Times.none(0)) is None
    assert len(read().ok) == 0


def test_dots_are_always_day_first() -> None:
    found = read("03.01.2022", "01.25.2022")
    assert settle_order(found) is None
    assert found.ok.tolist() == [True, False]


def test_a_column_whose_seconds_are_always_zero_has_a_clock_of_minutes() -> None:
    found = read(*(f"2022-03-01T09:{minute:02d}:00" for minute in range(12)))
    coarsen(found)
    assert set(found.resolution.tolist()) == {60}
    few = read("2022-03-01T09:24:00")
    coarsen(few)
    assert few.resolution.tolist() == [1]


def test_wall_clock_is_read_as_the_audits_sql_reads_it() -> None:
    start = datetime(2020, 1, 1)
    hours = [start + timedelta(minutes=30 * step) for step in range(5 * 366 * 48)]
    early, late = times.oslo_utc(np.array(hours, dtype="M8[us]").astype(np.int64))
    table = pa.table({"wall": pa.array(hours, pa.timestamp("us")), "early": early, "late": late})
    with sql.connect() as connection:
        connection.register("walls", table)
        wrong = connection.execute(
            "SELECT count(*) FROM walls WHERE epoch_us(oslo_utc(wall)) IS DISTINCT FROM early"
            " OR epoch_us(oslo_utc_later(wall)) IS DISTINCT FROM late"
        ).fetchall()
    assert wrong == [(0,)]


def test_the_doubled_autumn_hour_has_two_instants_and_the_missing_spring_hour_one() -> None:
    walls = np.array(["2022-10-30T02:30:00", "2022-03-27T02:30:00", "2022-10-30T03:00:00"], dtype="M8[us]")
    early, late = times.oslo_utc(walls.astype(np.int64))
    shown = [[str(np.datetime64(int(value), "us"))[11:16] for value in values] for values in (early, late)]
    assert shown == [["00:30", "01:30", "02:00"], ["01:30", "01:30", "02:00"]]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=20))
def test_no_text_stops_the_reading(texts: list[str]) -> None:
    encodable = [text.encode("utf-8", "ignore").decode() for text in texts]
    assert len(read(*encodable).ok) == len(texts)


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2059, 12, 31)))
def test_every_moment_is_read_back_from_the_usual_forms(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    for form in ("%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S"):
        found = read(moment.strftime(form))
        assert found.ok[0] and wall(found) == str(moment)
