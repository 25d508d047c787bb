"""One template file from disk to checked Parquet with its receipt, against the floor of DuckDB's own reading of it."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import duckdb

from benchmarks.measure import Measured, run

TITLE = "A municipality's log, from disk to checked Parquet with its receipt"
NOTE = """
The file has the template's eight columns. The intake takes its hash and keeps it, looks through all of it for personal
data, understands every row, writes the accepted ones as Parquet, and the receipt. *floor*: DuckDB's `read_csv` of the
same file into a table, types guessed. Both are whole processes, imports included, run in turns. Aims: at most 5 × the
floor at 10 million rows, and 244 usual files within 15 s in one process.
"""
_FLOOR = "import duckdb, sys; duckdb.connect().sql(f\"CREATE TABLE log AS SELECT * FROM read_csv('{sys.argv[1]}')\")"
_INTAKE = """
import sys
from pathlib import Path
from meldingskontroll.domain import Clock
from meldingskontroll.intake.collect import collect
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
outcomes = collect(WorkFolder(Path(sys.argv[1])), Clock.parse("2023-07-01T06:00:00Z"), Settings())
assert all(outcome.status != "rejected" for outcome in outcomes)
print(sum(outcome.rows_accepted for outcome in outcomes))
"""
_FILE = """COPY (
    SELECT uuid() AS meldingsid,
        strftime(TIMESTAMP '2020-09-01' + to_milliseconds(8000 * i), '%d.%m.%Y %H:%M:%S') AS mottatt,
        strftime(TIMESTAMP '2020-09-01 02:00:00' + to_milliseconds(8000 * i), '%Y-%m-%dT%H:%M:%S') AS registrert,
        'bekymringsmelding' AS type,
        CASE WHEN i % 3 = 0 THEN 'privat' ELSE 'offentlig' END AS melder,
        CASE WHEN i % 5 = 0 THEN 'svarinn' ELSE 'portal' END AS kanal,
        $number AS kommunenummer, '' AS bydelsnummer
    FROM range($rows) AS numbers (i)
) TO '{target}' (DELIMITER ';', HEADER)"""
_FOLDERS = 244
_ROWS_OF_A_USUAL_FILE = 1_500


def rows(folder: Path, runs: int = 3) -> list[dict[str, str]]:
    """A row for each size of one file, and one for a usual file from each of 244 municipalities."""
    return [
        *_one_file(folder / "intake-1m", 1_000_000, runs),
        *_one_file(folder / "intake-10m", 10_000_000, runs),
        _usual_files(folder / "intake-usual", runs),
    ]


def _one_file(work: Path, count: int, runs: int) -> list[dict[str, str]]:
    file = work / "drop" / "4601" / "inbox" / "logg.csv"
    _write(file, "4601", count)
    intakes, floors = [], []
    for _ in range(runs):
        floors.append(run([sys.executable, "-c", _FLOOR, file]))
        intakes.append(_intake(work, count))
    size = f"{count:,}".replace(",", " ")
    return [
        _row(f"{size} rows, {file.stat().st_size / 1e6:.0f} MB", intakes, floors),
        _row(f"floor: DuckDB reads the {size} rows", floors, floors),
    ]


def _usual_files(work: Path, runs: int) -> dict[str, str]:
    for at in range(_FOLDERS):
        number = str(1101 + at)
        _write(work / "drop" / number / "inbox" / "logg.csv", number, _ROWS_OF_A_USUAL_FILE)
    intakes = [_intake(work, _FOLDERS * _ROWS_OF_A_USUAL_FILE) for _ in range(runs)]
    return _row(f"{_FOLDERS} files of {_ROWS_OF_A_USUAL_FILE} rows", intakes, [])


def _intake(work: Path, expected: int) -> Measured:
    run(["rm", "-rf", work / "out"])
    measured = run([sys.executable, "-c", _INTAKE, work])
    if int(measured.output) != expected:
        raise ValueError(f"{measured.output.strip()} rows were accepted, not {expected}")
    return measured


def _write(file: Path, number: str, count: int) -> None:
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(".part")
        duckdb.connect().execute(_FILE.format(target=aside), {"number": number, "rows": count}).fetchall()
        aside.rename(file)


def _row(name: str, measured: list[Measured], floor: list[Measured]) -> dict[str, str]:
    wall = statistics.median(one.wall_s for one in measured)
    return {
        "what": name,
        "wall s (median)": f"{wall:.1f}",
        "cpu s": f"{statistics.median(one.cpu_s for one in measured):.1f}",
        "peak MB": f"{max(one.peak_mb for one in measured):.0f}",
        "× floor": f"{wall / statistics.median(one.wall_s for one in floor):.1f}" if floor else "",
    }
