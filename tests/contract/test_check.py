"""What a municipality hears on its own machine before it sends (contract §3 `check`)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from contract.answer import COMMAND
from contract.folder import Folder, Place, log_text


def check(path: Path, municipality: str) -> subprocess.CompletedProcess[str]:
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("MELDINGSKONTROLL")}
    return subprocess.run(
        [str(COMMAND), "check", str(path), "--municipality", municipality],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=surroundings,
        cwd=path.parent,
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Folder(tmp_path).place("one", number="3005")
    made.send_each("a b c")
    return made


def test_a_good_log_is_exit_0_and_nothing_is_written(place: Place, tmp_path: Path) -> None:
    path = place.log(place.rows("a b c"))
    before = sorted(tmp_path.rglob("*"))
    result = check(path, "3005")
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_log_with_a_row_that_cannot_be_read_is_still_accepted(place: Place) -> None:
    path = place.log([*place.rows("a b"), {"mottatt": "31.02.2023 10:00"}])
    assert check(path, "3005").returncode == 0


def test_another_municipalitys_log_is_exit_3(place: Place) -> None:
    assert check(place.log(place.rows("a b c")), "3020").returncode == 3


def test_personal_data_is_exit_3_and_not_repeated(place: Place) -> None:
    rows = [row | {"saksnr": "Zebrafinkvegen 15861095042"} for row in place.rows("a b c")]
    path = place.upload("logg.csv", log_text(rows, place.declaration(), ["meldingsid", "mottatt", "saksnr"]))
    result = check(path, "3005")
    assert result.returncode == 3
    assert "Zebrafink" not in result.stdout + result.stderr and "15861095042" not in result.stdout + result.stderr
    assert result.stdout.strip(), "what to do"


def test_a_file_that_is_not_there_is_no_success(tmp_path: Path) -> None:
    assert check(tmp_path / "finnes ikke.csv", "3005").returncode not in {0, 1}
