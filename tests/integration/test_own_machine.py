"""`check` on a municipality's own machine: the wheel alone, or one file, with nothing else of ours installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.airflow_runs import SCRIPTS  # noqa: F401 - puts the scripts on the path

import check_app  # isort: skip

GOOD = "# periode_fra: 2022-01-01\n# periode_til: 2022-04-01\nmottatt\n01.03.2022 09:24:45\n"
ABSENT = ("airflow", "great_expectations", "duckdb", "pandas", "fastapi", "jinja2", "cryptography")
# What Windows lacks of what a program under Linux may take for granted.
AS_ON_WINDOWS = """
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY", "mkfifo", "geteuid", "getuid", "chown", "fchmod"):
    if hasattr(os, name):
        delattr(os, name)
"""
RUN = "from meldingskontroll.cli import main; main()"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return check_app.wheel_of(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds the wheel and what the wheel itself says that it needs."""
    home = tmp_path_factory.mktemp("machine") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    (site,) = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for distribution in check_app.required_by(wheel).values():
        for top in {file.parts[0] for file in distribution.files or [] if file.parts[0] not in {"..", "__pycache__"}}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(distribution.locate_file(top))))
    return home / "bin" / "python"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "logg.csv").write_text(GOOD)
    return tmp_path / "logg.csv"


def run(command: list[str | Path], home: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_wheel_alone_checks_a_log_and_leaves_out_what_only_the_audit_needs(python: Path, log: Path) -> None:
    program = f"import importlib.util as u; print([n for n in {ABSENT!r} if u.find_spec(n)])"
    assert run([python, "-I", "-c", program], log.parent).stdout == "[]\n"
    accepted = run([python, "-I", "-c", RUN, "check", log, "--municipality", "4601"], log.parent)
    assert accepted.returncode == 0, accepted.stderr
    assert "logg.csv: MOTTATT" in accepted.stdout and "Gjelder:     4601 Bergen" in accepted.stdout
    log.write_text("mottatt;navn\n01.03.2022;x\n")
    refused = run([python, "-I", "-c", RUN, "check", log, "--municipality", "4601"], log.parent)
    assert refused.returncode == 3 and "PERSONAL_COLUMN" in refused.stdout


def test_the_wheel_alone_writes_the_template_and_shows_the_forms(python: Path, tmp_path: Path) -> None:
    made = run([python, "-I", "-c", RUN, "template", "--out", "mal", "--municipality", "4601"], tmp_path)
    assert made.returncode == 0, made.stderr
    checked = run([python, "-I", "-c", RUN, "check", "mal/logg.xlsx", "--municipality", "4601"], tmp_path)
    assert checked.returncode == 3 and "NOTHING_FILLED_IN" in checked.stdout
    assert run([python, "-I", "-c", RUN, "formats"], tmp_path).stdout.count("| 2 av 2 |") > 30


def test_what_needs_more_than_the_wheel_says_what_to_install(python: Path, tmp_path: Path) -> None:
    told = run([python, "-I", "-c", RUN, "audit", "--work", tmp_path], tmp_path)
    assert told.returncode == 1
    assert "install meldingskontroll[audit]" in told.stderr and "Traceback" not in told.stderr


def test_check_asks_nothing_of_the_machine_that_windows_lacks(python: Path, log: Path) -> None:
    log.with_name("logg.csv.manifest.json").write_text('{"kommunenummer": "4601"}')
    checked = run([python, "-I", "-c", AS_ON_WINDOWS + RUN, "check", log, "--municipality", "4601"], log.parent)
    assert checked.returncode == 0, checked.stderr[-1500:]
    made = run([python, "-I", "-c", AS_ON_WINDOWS + RUN, "template", "--out", "mal"], log.parent)
    assert made.returncode == 0, made.stderr[-1500:]


def test_one_file_checks_a_log_and_a_second_start_finds_the_program_unpacked(tmp_path: Path, log: Path) -> None:
    app = tmp_path / "meldingskontroll-check.pyz"
    check_app.build(app)
    command: list[str | Path] = [Path(sys.executable).resolve(), "-I", app, log, "--municipality", "4601"]
    first, second = run(command, tmp_path), run(command, tmp_path)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "logg.csv: MOTTATT" in first.stdout and first.stdout == second.stdout
    assert "Første gang" in first.stderr and second.stderr == ""
    assert len(list((tmp_path / ".meldingskontroll").iterdir())) == 1
    with zipfile.ZipFile(app) as archive:
        names = {name.split("/")[1] for name in archive.namelist() if name.startswith("site/")}
    assert names.isdisjoint(ABSENT) and {"meldingskontroll", "pyarrow", "python_calamine"} <= names


def test_a_file_made_for_another_machine_says_so(tmp_path: Path) -> None:
    app = tmp_path / "annen.pyz"
    with zipfile.ZipFile(app, "w") as archive:
        archive.writestr("__main__.py", check_app.BOOTSTRAP.read_text())
        archive.writestr("archive.json", '{"content": "x", "python": "3.11", "platform": "win-amd64"}')
    told = run([Path(sys.executable).resolve(), "-I", app, "x"], tmp_path)
    assert told.returncode == 1
    assert "laget for" in told.stderr and "win-amd64" in told.stderr
    assert not (tmp_path / ".meldingskontroll").exists()
