"""What the decision reads before it decides, a part at a time: checks, drill, how the run began, and the rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meldingskontroll import sql
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.quality.catalogue import read_catalogue
from meldingskontroll.release import decide as module
from meldingskontroll.release.decide import note_inputs, ruleset_version
from meldingskontroll.release.decision import Checks, Decision, Drill, Facts
from meldingskontroll.release.record import Run
from meldingskontroll.settings import Settings

NOON = Clock.parse("2023-07-01T12:00:00Z")
IDS = [check.check_id for check in read_catalogue()]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with sql.connect(Settings()) as made:
        yield made


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path)


def write(work: WorkFolder, relation: str, **columns: list[Any]) -> None:
    file = work.table(relation)
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), file)


N = len(IDS)


@pytest.mark.parametrize(
    ("ids", "statuses", "counted"),
    [
        (IDS, ["passed"] * N, Checks(N, N, 0)),
        (IDS, ["failed"] + ["passed"] * (N - 1), Checks(N, N, 1)),
        (IDS, ["failed"] * 3 + ["passed"] * (N - 3), Checks(N, N, 3)),
        (IDS, ["raised"] + ["passed"] * (N - 1), Checks(N, N - 1, 0)),
        (IDS[1:], ["passed"] * (N - 1), Checks(N, N - 1, 0)),
        ([*IDS, "stranger"], ["passed"] * (N + 1), Checks(N, N, 1)),
        ([*IDS, "stranger"], ["passed"] * N + ["failed"], Checks(N, N, 1)),
        ([*IDS, IDS[0]], ["passed"] * (N + 1), Checks(N, N, 1)),
        ([*IDS, IDS[0]], ["passed"] * N + ["failed"], Checks(N, N, 2)),
        ([*IDS[1:], "stranger"], ["passed"] * N, Checks(N, N - 1, 1)),
    ],
)
def test_a_check_counts_once_where_it_is_the_catalogues_and_came_to_an_answer(
    ids: list[str], statuses: list[str], counted: Checks, connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    write(work, "quality__checks", check_id=ids, status=statuses)
    assert module._read_checks(connection, work) == counted
    assert counted.sound is (ids == IDS and set(statuses) == {"passed"})


def test_checks_that_are_not_there_did_not_run(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> None:
    assert module._read_checks(connection, work) == Checks(N, 0, 0)
    write(work, "quality__checks", check_id=IDS)
    assert module._read_checks(connection, work) == Checks(N, 0, 0)


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([(3, 2, 1)], Drill(3, 2, 1)),
        ([], Drill(0, 0, 0)),
        ([(3, 3, 0), (3, 3, 0)], Drill(0, 0, 0)),
        ([(None, 3, 0)], Drill(0, 0, 0)),
        ([(3, None, 0)], Drill(0, 0, 0)),
        ([(3, 3, None)], Drill(0, 0, 0)),
    ],
)
def test_a_drill_counts_where_there_was_one_and_it_says_all(
    rows: list[tuple[int | None, ...]], held: Drill, connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    assert module._read_drill(connection, work) == Drill(0, 0, 0)
    columns = ("planted", "found", "false_alarms")
    write(work, "quality__drill", **{name: pa.array([row[i] for row in rows], pa.int64()) for i, name in enumerate(columns)})  # type: ignore[arg-type]  # fmt: skip  # noqa: E501
    assert module._read_drill(connection, work) == held


def test_without_results_what_the_checks_and_the_drill_say_is_known_still(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    write(work, "quality__checks", check_id=IDS, status=["passed"] * N)
    write(work, "quality__drill", planted=[3], found=[3], false_alarms=[0])
    assert module.gather(connection, work) == Facts(checks=Checks(N, N, 0), drill=Drill(3, 3, 0))


def test_a_run_is_steady_only_on_the_inputs_and_at_the_moment_that_it_began_with(work: WorkFolder) -> None:
    work.portal.mkdir()
    file = work.portal / "messages.csv"
    file.write_text("a")

    def steady(clock: Clock = NOON) -> bool:
        return module._are_steady(work, Run(module.hash_inputs(work), "1", clock))

    assert not steady(), "nothing was noted"
    note_inputs(work, NOON, Settings())
    assert steady() and not steady(Clock.parse("2023-07-01T12:00:01Z"))
    file.write_text("b")
    assert not steady()
    for damage in ("{", "[]", "null"):
        work.inputs_seen.write_text(damage)
        assert not steady()


def test_inputs_are_named_with_their_hashes_in_order(work: WorkFolder) -> None:
    for folder, name in ((work.portal, "b.csv"), (work.portal, "a.csv"), (work.inbox("0301"), "ås.csv")):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    names = ["drop/0301/inbox/ås.csv", "portal/a.csv", "portal/b.csv"]
    found = module.hash_inputs(work)
    assert list(found) == names
    assert found["portal/a.csv"] == hashlib.sha256(b"a.csv").hexdigest()


def test_a_file_that_is_closed_to_us_stands_as_unreadable_in_an_inbox_and_stops_us_elsewhere(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path) -> str:
        raise PermissionError(path)

    monkeypatch.setattr(module, "sha256_of", closed)
    work.inbox("0301").mkdir(parents=True)
    (work.inbox("0301") / "log.csv").write_text("a")
    assert module.hash_inputs(work) == {"drop/0301/inbox/log.csv": "unreadable"}
    work.portal.mkdir()
    (work.portal / "messages.csv").write_text("a")
    with pytest.raises(PermissionError):
        module.hash_inputs(work)


def test_without_readable_results_a_clearance_names_nobody_and_is_bound_all_the_same(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    module._write_clearance(connection, work, Decision("HOLD", (), Facts(), None), b"content")
    table = pq.read_table(work.clearance)
    assert (table.num_rows, table.column_names) == (0, ["message_id", "clearance", "reason"])
    assert table.schema.metadata[b"decision_sha256"] == hashlib.sha256(b"content").hexdigest().encode()


def test_the_rules_have_a_version_of_a_series_and_twelve_signs() -> None:
    series, _, digest = ruleset_version(Settings()).partition("+")
    assert series == "2023.1" and len(digest) == 12 and int(digest, 16) >= 0
    assert ruleset_version(Settings()) == ruleset_version(Settings())
