"""A log far larger than the memory that reading it takes is read all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from support.inbox import HEADER, PERIOD, Inboxes

ROW = "{:08x}-8a41-4a52-9a39-6d0a6a4b1c11;01.03.2022 09:24:45;;bekymringsmelding;privat;portal;4601;05;{}\n"
PADDING = "x" * 80
# Prints the peak memory of its own process, in kB.
READ = """
import resource, sys
from pathlib import Path
from meldingskontroll.domain import Clock
from meldingskontroll.intake.collect import collect
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
(outcome,) = collect(WorkFolder(Path(sys.argv[1])), Clock.parse("2023-07-01T06:00:00Z"), Settings())
assert outcome.rows_accepted == int(sys.argv[2]), outcome.messages
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_of(root: Path, rows: int) -> int:
    """The peak memory, in bytes, of a process that reads a log of so many rows, and the log's size."""
    path = Inboxes(root).put("logg.csv", "")
    with path.open("w", encoding="utf-8") as stream:
        stream.write(PERIOD + HEADER + ";saksnr\n")
        for begin in range(0, rows, 10_000):
            stream.write("".join(ROW.format(number, PADDING) for number in range(begin, min(rows, begin + 10_000))))
    ran = subprocess.run([sys.executable, "-c", READ, str(root), str(rows)], capture_output=True, check=True, text=True)
    return int(ran.stdout) * 1024


def test_a_log_is_read_in_a_stream(tmp_path: Path) -> None:
    little, much = peak_of(tmp_path / "little", 1_000), peak_of(tmp_path / "much", 900_000)
    inboxes = Inboxes(tmp_path / "much")
    size = (inboxes.work.inbox("4601") / "logg.csv").stat().st_size
    assert size > 150_000_000
    assert much - little < size
    (raw,) = (path for path in (inboxes.work.lake / "raw").rglob("*") if path.is_file())
    assert raw.stat().st_size == size
    (table,) = (inboxes.work.lake / "intake" / "registrations").rglob("*.parquet")
    rows = pq.read_table(table, columns=["file_row"])["file_row"]
    assert rows.to_pylist() == list(range(4, 900_004))
