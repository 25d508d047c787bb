"""Whatever the number of buckets, the answer is the same; and a bucket that is missing is a failure."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from meldingskontroll import audit, sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.reconcile.buckets import Buckets
from meldingskontroll.reconcile.parts import MOST_BUCKETS, MissingPartError, buckets_for, split
from meldingskontroll.reconcile.run import TABLES
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.nation import simulate
from support.bucketed import clock_of, laid_out, left_by
from support.scene import Place, Scene, at

FIRST = "2023-02-01T08:00:00"
FOLD = "2022-10-30T00:30:00"


def crossed() -> Scene:
    """Seven places in five services, and everything that goes from one to another."""
    scene = Scene()
    places = [scene.place(f"18{n:02d}", since="2022-10-01T00:00:00", service=f"T{min(n, 4)}") for n in range(7)]
    period = ("2022-10-01T00:00:00", "2023-07-01T00:00:00")
    logs = [place.upload(period=period) for place in places]
    for place, log in zip(places, logs, strict=True):
        _busy(place)
        log.by_id("i0 i1 i2 i3", delay=25, wall="oslo")
        log.by_time(" ".join(name for name in place.messages if name.startswith("t")), delay=20, wall="oslo")
    # A clock of its own, and a doubled hour, in one place only.
    for row in logs[1].rows:
        row["received_local"] += timedelta(minutes=7)
        row["received_utc"] += timedelta(minutes=7)
        row["received_later_utc"] += timedelta(minutes=7)
    places[2].send("fold", FOLD, sent_later_utc=at(FOLD) + timedelta(hours=1))
    logs[2].row(at(FOLD, minutes=61), received_later_utc=at(FOLD, minutes=121))
    logs[3].row(at(FIRST, days=3), resolution_s=86400)
    # Registered elsewhere: in another service, under a clock that is seven minutes off, and in a row that was replaced.
    logs[1].row(at(FIRST, days=60, minutes=8), message_id=places[0].id_of("gone"), wall="oslo")
    logs[4].row(at(FIRST, days=60, minutes=9), message_id=places[2].id_of("gone"))
    logs[4].row(at(FIRST, days=60, minutes=10), message_id=places[2].id_of("gone"))
    logs[0].row(at(FIRST, days=61), message_id=places[3].id_of("i0"))
    for name, exported in (("early.csv", "2023-06-01T00:00:00"), ("late.csv", "2023-06-02T00:00:00")):
        later = places[5].upload(name, period=("2023-02-01T00:00:00", "2023-05-01T00:00:00"), exported_utc=exported)
        later.by_time("t20 t21")
    places[5].uploads[1].row(at(FIRST, days=62), message_id=places[6].id_of("gone"))
    # A host's file for two services, and one that speaks for nobody here.
    host = places[0].upload("host.csv", period=period, speaks_municipalities=["1800", "1806"])
    host.row(at(FIRST, days=60, seconds=30)).row(at(FIRST, days=60, minutes=3))
    places[6].upload("nobody.csv", period=period, folder_no="9999", speaks_municipalities=["9999"]).row(FIRST)
    return scene


def _busy(place: Place) -> None:
    """Messages by id, by time, some of them close to one that the log lacks, and one that is registered elsewhere."""
    for step in range(4):
        place.send(f"i{step}", at(FIRST, days=step), kind="private")
    for step in range(24):
        sent = at(FIRST, days=step, hours=3, minutes=7 * (step % 5))
        place.send(f"t{step}", sent)
        if step % 6 == 0:
            place.send(f"s{step}", sent - timedelta(seconds=8))
    place.send("gone", at(FIRST, days=60))


@pytest.fixture(scope="module")
def one_pass(tmp_path_factory: pytest.TempPathFactory) -> tuple[WorkFolder, Clock, dict[str, bytes]]:
    scene = crossed()
    work = laid_out(scene, tmp_path_factory.mktemp("crossed"))
    return work, clock_of(scene), left_by(work, clock_of(scene), 1)


@pytest.mark.parametrize("buckets", [2, 7, 64])
def test_what_crosses_services_gives_byte_for_byte_the_same_in_buckets(
    one_pass: tuple[WorkFolder, Clock, dict[str, bytes]], buckets: int
) -> None:
    work, clock, wanted = one_pass
    found = left_by(work, clock, buckets)
    assert [relation for relation in TABLES if found[relation] != wanted[relation]] == []


def test_the_scene_does_cross_services(one_pass: tuple[WorkFolder, Clock, dict[str, bytes]]) -> None:
    work, clock, _ = one_pass
    plan = Buckets(work, clock, Settings(reconcile_buckets=64)).plan("look")
    assert len(plan) >= 3
    left_by(work, clock, 1)
    with sql.connect() as connection:
        sql.load(connection, work, ["reconcile__findings", "reconcile__clocks", "reconcile__extras"])
        elsewhere = "SELECT count(*) FROM reconcile__findings WHERE matched_elsewhere AND delay_s IS NOT NULL"
        grouped = "SELECT count(candidate_group) FROM reconcile__findings WHERE loss_probability > 0"
        lost = "SELECT count(*) FROM reconcile__findings WHERE outcome = 'lost'"
        clocks = "SELECT count(DISTINCT offset_s) FROM reconcile__clocks WHERE identified"
        nobodys = "SELECT count(*) FROM reconcile__extras WHERE entry_id IS NULL"
        counts = [connection.execute(query).fetchall()[0][0] for query in (elsewhere, grouped, lost, clocks, nobodys)]
    assert all(counts), counts


def test_the_simulated_nation_gives_byte_for_byte_the_same_in_buckets(tmp_path: Path) -> None:
    simulate(tmp_path, 11, scenario="small")
    work, clock = WorkFolder(tmp_path), Clock(datetime(2023, 7, 1, 6, tzinfo=UTC))
    for name in ("portal", "roster", "intake"):
        audit.STEPS[name](work, clock, Settings())
    wanted = left_by(work, clock, 1)
    for buckets in (2, 64):
        found = left_by(work, clock, buckets)
        assert [relation for relation in TABLES if found[relation] != wanted[relation]] == []


@dataclass(frozen=True)
class Sent:
    """One message, and by whom and how it was registered: `place` is the one whose log has it, if any has."""

    minute: int
    kind: str
    place: int
    how: str
    delay: int


@dataclass(frozen=True)
class Somewhere:
    """One place: its service, its clock, what it was sent, and for which other place its file speaks too."""

    service: int
    ahead: int
    resolution: int
    sent: tuple[Sent, ...]
    speaks_for: int


messages = st.builds(
    Sent,
    minute=st.one_of(st.integers(0, 90), st.integers(0, 30 * 1440)),
    kind=st.sampled_from(["public", "private", "unknown"]),
    place=st.integers(0, 3),
    how=st.sampled_from(["id", "id", "elsewhere", "time", "time", "time", "not"]),
    delay=st.sampled_from([20, 40, 900, 30_000]),
)
somewhere = st.builds(
    Somewhere,
    service=st.integers(0, 3),
    ahead=st.sampled_from([0, 0, 240, 3600]),
    resolution=st.sampled_from([1, 1, 60, 86400]),
    sent=st.lists(messages, max_size=14).map(tuple),
    speaks_for=st.integers(0, 12),
)


def spread(places: list[Somewhere]) -> Scene:
    scene = Scene()
    made = [scene.place(f"46{number:02d}", service=f"T{one.service}") for number, one in enumerate(places)]
    logs = []
    for number, one in enumerate(places):
        spoken = sorted({f"46{number:02d}", *([f"46{one.speaks_for:02d}"] if one.speaks_for < len(places) else [])})
        logs.append(made[number].upload(speaks_municipalities=spoken))
    for number, one in enumerate(places):
        for name, sent in enumerate(one.sent):
            made[number].send(f"m{name}", at(FIRST, minutes=sent.minute), kind=sent.kind)
            log = sent.place if sent.how == "elsewhere" else number
            received = at(FIRST, minutes=sent.minute, seconds=sent.delay + places[log].ahead)
            known = {"message_id": made[number].id_of(f"m{name}")} if sent.how in {"id", "elsewhere"} else {}
            if sent.how != "not":
                reporter = None if sent.kind == "unknown" else sent.kind
                logs[log].row(received, reporter=reporter, resolution_s=places[log].resolution, **known)
    return scene


@settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(st.lists(somewhere, min_size=4, max_size=4), st.sampled_from([2, 7, 64]))
def test_whatever_was_sent_and_registered_wherever_the_number_of_buckets_changes_no_byte(
    places: list[Somewhere], buckets: int
) -> None:
    scene = spread(places)
    with tempfile.TemporaryDirectory() as folder:
        work = laid_out(scene, Path(folder))
        wanted = left_by(work, clock_of(scene), 1)
        assert left_by(work, clock_of(scene), buckets) == wanted


def test_a_nation_of_nothing_is_one_bucket_and_the_same_as_one_pass(tmp_path: Path) -> None:
    scene = Scene()
    work, clock = laid_out(scene, tmp_path), clock_of(scene)
    assert [bucket["name"] for bucket in Buckets(work, clock, Settings()).plan("empty")] == ["bøtte 01 av 01"]
    assert left_by(work, clock, 1) == left_by(work, clock, 64)


@pytest.mark.parametrize(
    ("rows", "buckets"), [(0, 1), (1, 1), (2_000_000, 1), (2_000_001, 2), (15_000_000, 8), (200_000_000, MOST_BUCKETS)]
)
def test_the_number_of_buckets_follows_from_the_rows(rows: int, buckets: int) -> None:
    assert buckets_for(rows, Settings()) == buckets


def test_a_number_that_is_given_is_kept_to() -> None:
    assert buckets_for(5, Settings(reconcile_buckets=3)) == 3
    assert buckets_for(5, Settings(reconcile_bucket_rows=2)) == 3
    with pytest.raises(ValueError, match="reconcile_buckets"):
        Settings(reconcile_buckets=-1)


def exchange_of(work: WorkFolder) -> Path:
    return Path(work.bucket_address())


class Carried:
    """A plan for three places of three services, and the parts that its buckets leave."""

    def __init__(self, folder: Path, run: str = "one", address: str = "") -> None:
        self.scene = Scene()
        for number in ("0301", "1103", "4601"):
            place = self.scene.place(number).send_each("a b c")
            place.upload().by_id("a").by_time("b")
        self.work, self.clock = laid_out(self.scene, folder), clock_of(self.scene)
        self.settings = Settings(duckdb_threads=1, reconcile_buckets=1000)
        self.run = Buckets(self.work, self.clock, self.settings, address)
        self.plan = self.run.plan(run)
        self.id = str(self.plan[0]["plan"])

    def parts(self, buckets: list[dict[str, Any]]) -> None:
        for bucket in buckets:
            self.run.reconcile_bucket(bucket)

    def left(self) -> list[str]:
        return [relation for relation in TABLES if self.work.table(relation).exists()]


@pytest.fixture
def carried(tmp_path: Path) -> Carried:
    return Carried(tmp_path)


def test_every_bucket_left_its_part_and_together_they_are_the_nation(carried: Carried) -> None:
    assert [bucket["messages"] for bucket in carried.plan] == [3, 3, 3]
    carried.parts(carried.plan)
    assert carried.run.gather(carried.id) == {"buckets": 3, "messages": 9}
    assert carried.left() == list(TABLES)
    assert list(exchange_of(carried.work).iterdir()) == []


def test_a_bucket_that_left_no_part_fails_by_name_and_the_lake_stays_as_it_was(carried: Carried) -> None:
    with pytest.raises(MissingPartError, match="bøtte 01 av 03, bøtte 02 av 03, bøtte 03 av 03"):
        carried.run.gather(carried.id)
    carried.parts(carried.plan[::2])
    with pytest.raises(MissingPartError, match="no result from bøtte 02 av 03:"):
        carried.run.gather(carried.id)
    assert carried.left() == []
    carried.parts(carried.plan[1:2])
    assert carried.run.gather(carried.id)["messages"] == 9


def test_a_part_that_lacks_a_table_is_no_part(carried: Carried) -> None:
    carried.parts(carried.plan)
    (exchange_of(carried.work) / carried.id / "bucket-02" / "reconcile__clocks.parquet").unlink()
    with pytest.raises(Exception, match="reconcile__clocks"):
        carried.run.gather(carried.id)
    assert carried.left() == []


@pytest.mark.parametrize("relation", ["reconcile__findings", "reconcile__entries"])
def test_parts_that_are_not_the_whole_nation_or_more_than_it_are_refused(carried: Carried, relation: str) -> None:
    carried.parts(carried.plan)
    parts = exchange_of(carried.work) / carried.id
    (parts / "bucket-02" / f"{relation}.parquet").write_bytes(
        (parts / "bucket-01" / f"{relation}.parquet").read_bytes()
    )
    with pytest.raises(MissingPartError, match=f"{relation} has"):
        carried.run.gather(carried.id)
    assert carried.left() == []


def test_what_an_earlier_run_left_is_never_taken_for_this_ones(carried: Carried) -> None:
    carried.parts(carried.plan)
    again = carried.run.plan("two")
    assert again[0]["plan"] != carried.id
    with pytest.raises(MissingPartError, match="no result from bøtte 01"):
        carried.run.gather(str(again[0]["plan"]))
    for late in (lambda: carried.run.gather(carried.id), lambda: carried.run.reconcile_bucket(carried.plan[0])):
        with pytest.raises(MissingPartError, match="another run took its place"):
            late()
    assert carried.left() == []


def test_a_plan_of_the_same_run_has_the_same_name_until_its_inputs_or_its_moment_change(carried: Carried) -> None:
    assert carried.run.plan("one")[0]["plan"] == carried.id
    later = Clock(carried.clock.as_of + timedelta(hours=1))
    assert Buckets(carried.work, later, carried.settings).plan("one")[0]["plan"] != carried.id
    carried.run.plan("one")
    with pytest.raises(MissingPartError, match="another moment"):
        Buckets(carried.work, later, carried.settings).reconcile_bucket(carried.plan[0])


def test_a_bucket_needs_only_the_exchange_which_may_be_any_store_that_fsspec_knows(tmp_path: Path) -> None:
    address = f"memory://buckets{tmp_path}"
    far = Carried(tmp_path / "work", address=address)
    elsewhere = Buckets(WorkFolder(tmp_path / "another machine"), far.clock, far.settings, address)
    for bucket in far.plan:
        elsewhere.reconcile_bucket(bucket)
    far.run.gather(far.id)
    found = {relation: far.work.table(relation).read_bytes() for relation in TABLES}
    assert not exchange_of(far.work).exists()
    assert not (tmp_path / "another machine").exists()
    assert found == left_by(far.work, far.clock, 1)


def test_the_exchange_is_where_the_settings_say_and_clears_nothing_beside_it(tmp_path: Path) -> None:
    carried = Carried(tmp_path / "work")
    beside = tmp_path / "lake" / "reconcile" / "kept.txt"
    beside.parent.mkdir(parents=True)
    beside.write_text("kept")
    chosen = Settings(lake_url=f"file://{tmp_path}/lake/", reconcile_buckets=2, duckdb_threads=1)
    run = Buckets(carried.work, carried.clock, chosen)
    plan = run.plan("there")
    with pytest.raises(MissingPartError, match="no result"):
        Buckets(WorkFolder(tmp_path / "nowhere"), carried.clock, chosen).gather(str(plan[0]["plan"]))
    for bucket in plan:
        run.reconcile_bucket(bucket)
    run.gather(str(plan[0]["plan"]))
    assert [path.name for path in sorted(beside.parent.iterdir())] == ["buckets", "kept.txt"]
    assert list((beside.parent / "buckets").iterdir()) == []


def test_rows_that_no_bucket_needs_stop_the_plan() -> None:
    with sql.connect() as connection:
        connection.execute(
            "CREATE TABLE reconcile_buckets__places AS SELECT 'entry' AS kind, '0301' AS name, 1 AS bucket"
        )
        connection.execute("CREATE TABLE held AS SELECT unnest(['0301', '0301']) AS entry_id")
        assert connection.execute(split(connection, "held")).fetchall() == [(1, True, "0301")] * 2
        connection.execute("INSERT INTO held VALUES (NULL)")
        with pytest.raises(MissingPartError, match="held has rows that are in no bucket"):
            split(connection, "held")
