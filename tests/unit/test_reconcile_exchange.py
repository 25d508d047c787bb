"""What a task writes is whole or not there, and comes back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll.reconcile.exchange import Exchange, LossyColumnError
from meldingskontroll.settings import Settings

SMALL = Settings(duckdb_threads=1, duckdb_memory_limit="300MB")


@pytest.fixture(params=["folder", "memory"])
def exchange(request: pytest.FixtureRequest, tmp_path: Path) -> Exchange:
    return Exchange(str(tmp_path / "it's here") if request.param == "folder" else f"memory://it's{tmp_path}/")


def read(connection: duckdb.DuckDBPyConnection, exchange: Exchange, *names: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {exchange.rows_of(names)}").fetchall()  # noqa: S608


def test_a_table_comes_back_with_its_types_and_several_come_one_after_the_other(exchange: Exchange) -> None:
    query = (
        "SELECT uuid() AS id, TIMESTAMP '2023-03-26 01:30:00' AS at_utc, ['a'] AS entries, INTERVAL 30 SECOND AS margin"
    )
    with exchange.connect(SMALL) as connection:
        connection.execute(f"CREATE TABLE kept AS {query}")
        assert exchange.write(connection, "SELECT * FROM kept", "plan/one") == 1
        assert exchange.write(connection, "SELECT * FROM kept WHERE false", "plan/none") == 0
        back = read(connection, exchange, "plan/none", "plan/one")
        assert back == connection.execute("SELECT * FROM kept").fetchall()


def test_a_table_that_is_not_there_stops_the_query(exchange: Exchange) -> None:
    with exchange.connect(SMALL) as connection:
        exchange.write(connection, "SELECT 1 AS x", "one")
        with pytest.raises(Exception, match="other"):
            read(connection, exchange, "one", "other")


def test_a_write_that_breaks_off_leaves_what_was_there_and_nothing_beside_it(exchange: Exchange) -> None:
    with exchange.connect(SMALL) as connection:
        exchange.write(connection, "SELECT 1 AS x", "one")
        with pytest.raises(Exception, match="on purpose"):
            exchange.write(
                connection,
                "SELECT CASE WHEN i > 300000 THEN error('on purpose') ELSE i END AS x FROM range(400000) AS t(i)",
                "one",
            )
        assert read(connection, exchange, "one") == [(1,)]
    assert exchange.names() == ["one.parquet"]


def test_a_column_that_parquet_would_round_is_refused(exchange: Exchange) -> None:
    with exchange.connect(SMALL) as connection:
        with pytest.raises(LossyColumnError, match="one: total"):
            exchange.write(connection, "SELECT sum(i) AS total FROM range(3) AS t(i)", "one")
        assert exchange.write(connection, "SELECT sum(i)::BIGINT AS total FROM range(3) AS t(i)", "one") == 1


def test_a_record_is_there_or_not_and_is_gone_when_its_folder_is_cleared(exchange: Exchange) -> None:
    exchange.clear()
    exchange.clear("plan")
    assert not exchange.has_record("plan/one")
    with pytest.raises(FileNotFoundError):
        exchange.record("plan/one")
    exchange.write_record("plan/one", {"name": "bøtte"})
    exchange.write_record("other/one", {})
    assert exchange.record("plan/one") == {"name": "bøtte"}
    exchange.clear("plan")
    assert not exchange.has_record("plan/one")
    assert exchange.has_record("other/one")


def test_each_task_has_its_own_threads_memory_and_folder_to_spill_to(exchange: Exchange, tmp_path: Path) -> None:
    asked = "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('temp_directory')"
    chosen = Settings(duckdb_threads=3, duckdb_memory_limit="200MiB", duckdb_temp_directory=tmp_path)
    with exchange.connect(chosen) as one, exchange.connect(chosen) as other:
        first, second = one.execute(asked).fetchall()[0], other.execute(asked).fetchall()[0]
    assert first[:2] == second[:2] == (3, "200.0 MiB")
    assert first[2] != second[2]
    assert Path(first[2]).parent == tmp_path
