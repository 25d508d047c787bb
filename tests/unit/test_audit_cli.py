"""The command: what it writes, what it refuses with which exit status, and that a refused run changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from contract.folder import AS_OF, Folder
from meldingskontroll import cli
from meldingskontroll.audit import STEPS
from meldingskontroll.lake import WorkFolder
from meldingskontroll.summary import print_summary, read_summary

SAME_BYTES = ("findings.parquet", "municipalities.csv", "requirements.csv", "overview/overview.json")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of the command."""
    monkeypatch.setattr("sys.argv", ["meldingskontroll", *arguments])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert isinstance(done.value.code, int)
    return done.value.code


def audit(monkeypatch: pytest.MonkeyPatch, root: Path) -> int:
    return run(monkeypatch, "audit", "--work", str(root), "--as-of", AS_OF)


def hashes(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    root = tmp_path_factory.mktemp("audited")
    folder = Folder(root)
    place = folder.place("one", number="0301")
    place.send_each("a b c d")
    place.log(place.rows("a b d"))
    folder.write()
    with pytest.MonkeyPatch.context() as patch:
        status = audit(patch, root)
    yield root, status


def test_an_audit_that_ran_exits_with_0_whatever_it_found(audited: tuple[Path, int]) -> None:
    root, status = audited
    assert status == 0
    totals = read_summary(WorkFolder(root))["totals"]
    assert (totals["sent"], totals["registered"], totals["lost"]) == (4, 3, 1)
    assert (root / "out" / "municipalities.csv").read_text().splitlines()[1].startswith("0301;")


def test_the_summary_names_the_decision_the_losses_and_where_the_results_are(audited: tuple[Path, int]) -> None:
    root, _ = audited
    console = Console(record=True, width=200, soft_wrap=True, quiet=False, file=None)
    with console.capture() as captured:
        print_summary(WorkFolder(root), console=console)
    shown = captured.get()
    assert "HOLD" in shown and "REQUIREMENTS_UNMET" in shown and "0 of 1" in shown
    assert (
        "overview/index.html" in shown and "release.json" in shown and "1–1" in shown.replace("(", "").replace(")", "")
    )


def test_the_same_inputs_and_clock_give_the_same_bytes(
    audited: tuple[Path, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, _ = audited
    before = hashes(root / "out")
    assert audit(monkeypatch, root) == 0
    after = hashes(root / "out")
    assert [name for name in SAME_BYTES if before[name] != after[name]] == []


def test_input_that_cannot_be_audited_exits_with_2_and_leaves_the_earlier_results(
    audited: tuple[Path, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, _ = audited
    registry = root / "registry" / "case_systems.csv"
    kept, before = registry.read_text(), hashes(root / "out")
    try:
        registry.write_text(kept + "0301;;HEMMELIG;2021-01-01;;KS\n")
        assert audit(monkeypatch, root) == 2
    finally:
        registry.write_text(kept)
    said = capsys.readouterr().err
    assert "registry/case_systems.csv, row 3" in said and "Traceback" not in said and "HEMMELIG" not in said
    results = {name: sha for name, sha in hashes(root / "out").items() if not name.startswith("lake/")}
    assert results == {name: sha for name, sha in before.items() if not name.startswith("lake/")}


@pytest.mark.parametrize("missing", ["registry/case_systems.csv", "portal/recipients.csv", "portal/messages_1.csv"])
def test_without_what_an_audit_needs_the_exit_is_2_and_nothing_is_decided(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(tmp_path)
    folder.place("one", number="0301").send_each("a")
    folder.write()
    (tmp_path / missing).unlink()
    assert audit(monkeypatch, tmp_path) == 2
    assert missing.split("/")[1].split("_1")[0] in capsys.readouterr().err
    assert not (tmp_path / "out" / "release.json").exists()


def test_a_folder_that_is_not_there_or_a_time_that_is_none_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "audit", "--work", str(tmp_path / "no"), "--as-of", AS_OF) == 2
    assert run(monkeypatch, "audit", "--work", str(tmp_path), "--as-of", "snart") == 2
    said = capsys.readouterr().err
    assert "does not exist" in said and "is not a time" in said


def test_a_fault_of_ours_exits_with_1_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("disk")

    monkeypatch.setitem(STEPS, "portal", broken)
    assert audit(monkeypatch, tmp_path) == 1
    assert "fault of ours" in capsys.readouterr().err
    assert not (tmp_path / "out" / "release.json").exists()


def test_an_audit_never_prints_release(audited: tuple[Path, int]) -> None:
    root, _ = audited
    decision = json.loads((root / "out" / "release.json").read_text())
    assert decision["decision"] == "HOLD" and decision["valid_until_utc"] is None
    assert decision["drill"]["planted"] == decision["drill"]["found"] > 0
