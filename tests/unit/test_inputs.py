"""What the rooms read is what `inputs` has: nothing else may carry a requirement, and nothing odd may stop an audit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from meldingskontroll.files import inputs_in
from meldingskontroll.intake.source import is_left_alone
from meldingskontroll.lake import WorkFolder, sha256_of, write_text
from meldingskontroll.quality.run import _files
from meldingskontroll.release.decide import hash_inputs

ODD = ("hidden", "tilde", "partial", "partial in capitals", "folder", "link to nothing", "pipe")


def _lay(folder: Path, kind: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "folder":
        (folder / "responses_x.csv").mkdir()
    elif kind == "link to nothing":
        (folder / "responses_x.csv").symlink_to(folder / "nothing")
    elif kind == "pipe":
        os.mkfifo(folder / "responses_x.csv")
    else:
        names = {"hidden": ".x.csv", "tilde": "~x.csv", "partial": "x.csv.part", "partial in capitals": "x.csv.PART"}
        write_text(folder / names[kind], "x")


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_input_is_neither_hashed_nor_read(kind: str, tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    for folder in (work.followup, work.survey, work.portal):
        _lay(folder, kind)
        assert inputs_in(folder) == inputs_in(folder, "*.csv") == []
    assert hash_inputs(work) == {}


def test_a_link_among_our_own_files_is_the_file_it_leads_to_and_is_hashed(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "work")
    write_text(tmp_path / "shared.csv", "one")
    work.portal.mkdir(parents=True)
    (work.portal / "messages.csv").symlink_to(tmp_path / "shared.csv")
    assert inputs_in(work.portal, "messages*.csv") == [work.portal / "messages.csv"]
    assert hash_inputs(work) == {"portal/messages.csv": sha256_of(tmp_path / "shared.csv")}
    before = hash_inputs(work)
    write_text(tmp_path / "shared.csv", "another")
    assert hash_inputs(work) != before


def test_a_link_in_an_inbox_is_never_followed(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "work")
    write_text(tmp_path / "elsewhere.csv", "x")
    work.inbox("0301").mkdir(parents=True)
    (work.inbox("0301") / "log.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert work.input_files() == []


@pytest.mark.parametrize("name", ["log.csv.PART", "log.csv.Tmp", "log.csv.MANIFEST.JSON", "~log.csv", ".log.csv"])
def test_what_the_intake_leaves_alone_is_missed_by_no_check(name: str, tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    write_text(work.inbox("0301") / name, "x")
    assert is_left_alone(name)
    assert _files(work).num_rows == 0
    write_text(work.inbox("0301") / "log.csv", "x")
    assert _files(work).num_rows == 1


def test_two_names_that_are_no_text_are_two_inputs(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    inbox = work.inbox("0301")
    inbox.mkdir(parents=True)
    names = [b"a\xe9.csv", b"a\xe8.csv", rb"a\xe9.csv", rb"a\udce9.csv", "aé.csv".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_bytes(name)
    found = hash_inputs(work)
    assert len(found) == len(names)
    assert {"drop/0301/inbox/aé.csv", "drop/0301/inbox/a\\xe9.csv"} < set(found)
