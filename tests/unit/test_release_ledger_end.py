"""The end of the ledger: what it takes to believe it, and that it is made good before anything is added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.lake import WorkFolder, write_json
from meldingskontroll.release import jose, ledger
from meldingskontroll.release.ledger import Ledger, LedgerDamagedError

KEY = jose.new_key()
INPUTS = {"state": "s", "added": [], "removed": [], "changed": []}
LAPSE: dict[str, Any] = {"state": "s", "causes": [], "released": False}


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    made = WorkFolder(tmp_path)
    ledger.append(made, "inputs", INPUTS, KEY, [KEY])
    return made


def read(work: WorkFolder) -> Ledger:
    return ledger.read_ledger(work, [KEY])


def test_where_there_is_no_file_there_is_no_line_nor_half_of_one(tmp_path: Path) -> None:
    assert ledger.read_ledger(WorkFolder(tmp_path), [KEY]) == Ledger()


@pytest.mark.parametrize("size", ["1", True, 1.0, None, -1])
def test_a_size_that_is_no_number_of_lines_is_none_whatever_else_fits(size: Any, work: WorkFolder) -> None:
    end = {"size": size, "head": read(work).head}
    write_json(work.ledger_checkpoint, {**end, "jws": jose.sign(ledger.canonical(end), KEY, jose.CHECKPOINT)})
    work.ledger_mark.unlink()
    assert "skrevet om" in str(read(work).problem)


def test_two_lines_without_a_checkpoint_cannot_be_shown_to_be_all(work: WorkFolder) -> None:
    ledger.append(work, "lapse", LAPSE, KEY, [KEY])
    work.ledger_checkpoint.unlink()
    assert "Kontrollpunktet mangler" in str(read(work).problem)


def test_a_line_that_was_not_signed_is_signed_before_the_next_is_written(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run killed between the two leaves an end that is signed, and at most one line beyond it."""
    files = {file: file.read_bytes() for file in (work.ledger_checkpoint, work.ledger_mark)}
    ledger.append(work, "lapse", LAPSE, KEY, [KEY])
    for file, content in files.items():
        file.write_bytes(content)
    unsigned = read(work)
    assert (unsigned.problem, unsigned.unsigned) == (None, 1)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "append_line", fail)
        with pytest.raises(OSError, match="the disk is full"):
            ledger.append(work, "lapse", LAPSE, KEY, [KEY])
    found = read(work)
    assert (found.problem, found.unsigned, found.lines) == (None, 0, unsigned.lines)
    end = {"size": 2, "head": unsigned.head}
    assert json.loads(work.ledger_checkpoint.read_text()) | end == json.loads(work.ledger_checkpoint.read_text())
    assert json.loads(work.ledger_mark.read_text()) == end


def test_who_has_no_key_does_not_complete_what_was_signed(work: WorkFolder) -> None:
    before = work.ledger_checkpoint.read_bytes()
    ledger.append(work, "approval", {"approval": {}}, KEY, [KEY])
    with pytest.raises(LedgerDamagedError, match="nøkkel mangler"):
        ledger.append(work, "lapse", LAPSE, None, [KEY])
    assert work.ledger_checkpoint.read_bytes() != before and read(work).signed
