"""Small versions of the benchmarks: what is compared gives the same answer, and a wrong answer is refused."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from benchmarks import kernel, methods, synthetic
from benchmarks.synthetic import buckets_of, make

from meldingskontroll.settings import Settings
from support.rounds import Row, Sent, by_stack

SETTINGS = Settings(duckdb_threads=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("synthetic"), 20_000)


def read(made: Path, name: str, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet('{made}/{name}-*.parquet')").fetchall()  # noqa: S608


def test_the_counts_by_id_are_those_of_plain_counting(made: Path) -> None:
    messages = dict(read(made, "messages", "message_id, entry_id"))
    rows = read(made, "registrations", "message_id, entry_id")
    named = Counter(one for one, _ in rows if one in messages)
    unnamed = Counter(entry for one, entry in messages.items() if one not in named)
    repeated = Counter({entry: 0 for entry in messages.values()})
    for one, times in named.items():
        repeated[messages[one]] += times - 1
    unheld = Counter(entry for one, entry in rows if one not in messages)
    expected = sorted(
        (entry, unnamed[entry], repeated[entry], unheld[entry])
        for entry in {*unnamed, *repeated, *unheld}
        if unnamed[entry] or repeated[entry] or unheld[entry]
    )
    answer = kernel.id_counts(made, SETTINGS)
    assert answer["unnamed"] and answer["repeated"] and answer["unheld"]
    assert answer["services"] == hashlib.sha256(json.dumps(expected).encode()).hexdigest()
    assert kernel.id_matches(made, SETTINGS) == {"matched": len(named)}


def test_the_rounds_answer_as_many_messages_as_a_stack_does(made: Path) -> None:
    lines: dict[tuple[str, str], int] = {}
    sent = [
        Sent(lines.setdefault((entry, kind), len(lines)), at)
        for _, entry, kind, at in sorted(read(made, "messages", "message_no, entry_id, form_type, epoch_ms(sent_utc)"))
    ]
    rows = [
        Row(lines.setdefault((entry, kind), len(lines)), at + 30_000)
        for _, entry, kind, at in sorted(
            read(made, "registrations", "row_no, entry_id, reporter, epoch_ms(received_utc)")
        )
    ]
    assert kernel.time_rounds(made, SETTINGS) == {"messages": len(sent), "matched": len(by_stack(sent, rows))}


def test_the_floor_reads_every_row_of_both_files(made: Path) -> None:
    assert kernel.id_floor(made, SETTINGS) == kernel.time_floor(made, SETTINGS) == {}
    (made / "empty").mkdir()
    with pytest.raises(duckdb.Error):
        kernel.id_floor(made / "empty", SETTINGS)


def test_the_same_size_gives_the_same_rows_and_buckets_divide_the_services(made: Path, tmp_path: Path) -> None:
    again = make(tmp_path, 20_000)
    assert buckets_of(made) == 1
    for name in ("messages", "registrations"):
        assert read(made, name, "*") == read(again, name, "*")


def test_copies_are_other_services_with_other_ids_and_the_same_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic, "ROWS_A_COPY", 5_000)
    monkeypatch.setattr(synthetic, "ROWS_A_BUCKET", 2_500)
    one, three = (kernel.id_counts(make(tmp_path, rows), SETTINGS) for rows in (5_000, 15_000))
    assert {name: 3 * one[name] for name in ("unnamed", "repeated", "unheld")}.items() <= three.items()
    assert len(set(read(tmp_path / "synthetic-15000", "messages", "message_id"))) == 15_000
    assert buckets_of(tmp_path / "synthetic-15000") == 6
    with pytest.raises(ValueError, match="not whole copies"):
        make(tmp_path, 7_500)


def test_methods_that_answer_differently_are_not_compared() -> None:
    answer = {"unnamed": 1, "repeated": 0, "unheld": 0, "services": "a"}
    methods.check_same({"floor": [{"seconds": 1}], "one": [answer], "other": [answer, answer]})
    with pytest.raises(ValueError, match="do not give the same answer"):
        methods.check_same({"one": [answer], "other": [answer, answer | {"services": "b"}]})


def test_a_ratio_is_taken_within_each_turn() -> None:
    floor = [{"seconds": 1.0, "cpu_s": 1.0, "peak_mb": 1}, {"seconds": 10.0, "cpu_s": 2.0, "peak_mb": 1}]
    slow = [{"seconds": 3.0, "cpu_s": 4.0, "peak_mb": 5}, {"seconds": 30.0, "cpu_s": 8.0, "peak_mb": 7}]
    assert methods.row("slow", "1M", slow, floor) == {
        "rows a side": "1M", "method": "slow", "s (median)": "16.50", "× floor": "3.0", "cpu s": "6.00",
        "× floor, cpu": "4.0", "peak MB": "7",
    }  # fmt: skip
