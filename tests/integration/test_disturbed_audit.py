"""An audit that is killed, or that the disk refuses, leaves the earlier results whole, and the next run completes."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "meldingskontroll"
AS_OF = "2023-07-01T06:00:00Z"
EARLIER = "2023-06-01T06:00:00Z"
RESULTS = ("findings.parquet", "municipalities.csv", "requirements.csv", "overview/overview.json", "release.json")
KILLS = 6


def audit(work: Path, as_of: str = AS_OF, **options: object) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "audit", "--work", work, "--as-of", as_of, "--quiet"]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def results(work: Path) -> dict[str, bytes]:
    return {name: (work / "out" / name).read_bytes() for name in RESULTS}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("disturbed") / "work"
    subprocess.run([COMMAND, "simulate", "--out", work, "--seed", "5", "--municipalities", "3"], check=True)
    assert audit(work, EARLIER).returncode == 0
    return work


def copy_of(work: Path, target: Path) -> Path:
    shutil.copytree(work, target, symlinks=True)
    return target


@pytest.mark.fault(
    "`kill -9` at random moments of the whole audit",
    "the earlier results or the new, whole; the next run completes",
)
def test_a_run_killed_anywhere_leaves_the_earlier_results_whole_and_the_next_run_completes(
    audited: Path, tmp_path: Path
) -> None:
    undisturbed = copy_of(audited, tmp_path / "undisturbed")
    begun = time.perf_counter()
    assert audit(undisturbed).returncode == 0
    length = time.perf_counter() - begun
    wanted, earlier = results(undisturbed), results(audited)
    work = copy_of(audited, tmp_path / "killed")
    chance = random.Random(7)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [COMMAND, "audit", "--work", work, "--as-of", AS_OF, "--quiet"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.2, 0.9) * length)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert results(work) in (earlier, wanted)
    assert audit(work).returncode == 0
    assert results(work) == wanted


@pytest.mark.fault(
    "a file that the disk refuses during the audit",
    "one sentence, exit 1; the earlier results stand",
)
def test_a_file_that_the_disk_refuses_is_one_sentence_and_leaves_the_earlier_results_whole(
    audited: Path, tmp_path: Path
) -> None:
    work = copy_of(audited, tmp_path / "full")
    earlier = results(work)
    refused = audit(work, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1 and "Earlier results are as they were" in refused.stderr
    assert results(work) == earlier
    assert audit(work).returncode == 0


@pytest.mark.fault(
    "every table of the lake is cut off",
    "the next run makes them anew, to the same bytes",
)
def test_a_table_of_the_lake_that_was_cut_off_is_made_anew(audited: Path, tmp_path: Path) -> None:
    work = copy_of(audited, tmp_path / "cut")
    wanted_from = copy_of(audited, tmp_path / "whole")
    for table in (work / "out" / "lake").rglob("*.parquet"):
        table.write_bytes(table.read_bytes()[:40])
    assert audit(work).returncode == 0 and audit(wanted_from).returncode == 0
    assert results(work) == results(wanted_from)
