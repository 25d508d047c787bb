"""What a municipality has closed to us is unknown, by name; everyone else's log is read as before."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "meldingskontroll"
AS_OF = "2023-07-05T06:00:00Z"
# Even the machine's owner is then kept out of a folder by its rights, as the service's account is.
ORDINARY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def audit(work: Path) -> None:
    command = [*ORDINARY, COMMAND, "audit", "--work", work, "--as-of", AS_OF, "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def rows(work: Path) -> list[dict[str, str]]:
    with (work / "out" / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def inputs(work: Path) -> dict[str, str]:
    return dict(json.loads((work / "out" / "release.json").read_text())["inputs"])


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    work = tmp_path / "work"
    subprocess.run([COMMAND, "simulate", "--out", work, "--seed", "5", "--municipalities", "9"], check=True)
    audit(work)
    yield work
    opened(work)


def opened(work: Path) -> None:
    """Give every right back."""
    for folder in (work / "drop").iterdir():
        folder.chmod(0o755)
        (folder / "inbox").chmod(0o755)
        for path in (folder / "inbox").iterdir():
            path.chmod(0o644)


@pytest.mark.fault(
    "municipalities close their folder, their inbox, or their files to us",
    "they are unknown, and named among the inputs; the others are as they were",
)
def test_what_is_closed_to_us_is_unknown_and_everyone_else_is_as_before(work: Path) -> None:
    whole, before = (work / "out" / "municipalities.csv").read_bytes(), rows(work)
    folders = [work / "drop" / row["municipality_no"] for row in before if float(row["coverage_share"]) > 0]
    by_folder, by_inbox, by_file = sorted({folder for folder in folders if any((folder / "inbox").glob("*"))})[-3:]
    files = sorted((by_file / "inbox").iterdir())
    for path in (by_folder, by_inbox / "inbox", *files):
        path.chmod(0)
    audit(work)
    opened(work)
    closed = {folder.name for folder in (by_folder, by_inbox, by_file)}
    served = {row["service_id"] for row in before if row["municipality_no"] in closed}
    after = rows(work)
    for row in (row for row in after if row["municipality_no"] in closed):
        assert float(row["coverage_share"]) == 0 and row["lost"] == "0" and int(row["unknown"]) > 0
        assert "LOG_COVERED" in row["reasons"].split("|")
    others = [row for row in before if row["service_id"] not in served]
    assert others and others == [row for row in after if row["service_id"] not in served]
    unreadable = {path for path, digest in inputs(work).items() if digest == "unreadable"}
    assert unreadable == {
        f"drop/{by_folder.name}/inbox",
        f"drop/{by_inbox.name}/inbox",
        *(path.relative_to(work).as_posix() for path in files),
    }
    audit(work)
    assert (work / "out" / "municipalities.csv").read_bytes() == whole
