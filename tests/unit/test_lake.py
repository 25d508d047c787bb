"""Files are written aside and renamed, kept byte for byte, and found where the contract says."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from meldingskontroll.lake import (
    WorkFolder,
    publish_folder,
    sha256_of,
    write_json,
    write_text,
    written_aside,
)


def test_a_write_that_breaks_off_leaves_the_old_content_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    write_text(target, "old")
    with pytest.raises(OSError), written_aside(target) as aside:
        aside.write_text("half")
        raise OSError("no space left")
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["result.json"]


def test_a_write_replaces_the_old_content_whole_and_can_be_read_by_others(tmp_path: Path) -> None:
    target = tmp_path / "new" / "result.txt"
    write_text(target, "old")
    write_text(target, "blåbærsyltetøy")
    assert target.read_text(encoding="utf-8") == "blåbærsyltetøy"
    assert target.stat().st_mode & 0o777 == 0o644


def test_json_keeps_norwegian_letters_and_its_order(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"ø": 1, "a": [True, None]})
    assert (tmp_path / "a.json").read_text() == '{\n  "ø": 1,\n  "a": [\n    true,\n    null\n  ]\n}\n'


def test_a_published_folder_is_the_new_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "overview"
    publish_folder(target, {"index.html": b"one", "kommuner/0301.html": b"x"})
    publish_folder(target, {"index.html": b"two"})
    assert sorted(str(file.relative_to(target)) for file in target.rglob("*")) == ["index.html"]
    assert (target / "index.html").read_bytes() == b"two"
    assert [folder.name for folder in tmp_path.iterdir()] == ["overview"]


def test_raw_inputs_are_kept_under_their_hash_byte_for_byte_and_once(tmp_path: Path) -> None:
    source, work = tmp_path / "log.csv", WorkFolder(tmp_path / "work")
    source.write_bytes(b"\xff\xfe\r\n")
    sha = sha256_of(source)
    kept = work.keep_raw(source, sha)
    assert sha == hashlib.sha256(b"\xff\xfe\r\n").hexdigest()
    assert kept == work.raw(sha) and kept.read_bytes() == b"\xff\xfe\r\n"
    before = kept.stat().st_mtime_ns
    assert work.keep_raw(source, sha).stat().st_mtime_ns == before


def test_building_a_path_never_touches_the_disk(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path / "nothing")
    paths = [
        work.findings,
        work.table("roster__entries"),
        work.receipt("0301", "log.csv", "0" * 64),
        work.inbox("0301"),
    ]
    paths.append(work.portal_file("messages", datetime(2023, 1, 1), datetime(2023, 1, 2)))
    assert len(set(paths)) == 5 and not (tmp_path / "nothing").exists()
    assert work.municipality_folders() == [] and work.input_files() == []


def test_a_table_stands_in_its_rooms_folder(tmp_path: Path) -> None:
    assert WorkFolder(tmp_path).table("roster__entry_recipients") == (
        tmp_path / "out" / "lake" / "roster" / "entry_recipients.parquet"
    )


def test_a_receipt_is_named_for_the_file_and_its_hash_or_hides_the_name(tmp_path: Path) -> None:
    work, sha = WorkFolder(tmp_path), "abcdef0123456789" * 4
    assert work.receipt("0301", "logg.csv", sha) == tmp_path / "drop/0301/receipts/logg.csv.abcdef012345.json"
    long = work.receipt("0301", "å" * 150 + ".csv", sha).name
    assert len(long.encode()) <= 200 + len(".abcdef012345.json") and long.endswith(".abcdef012345.json")
    hidden = work.receipt("0301", "navn navnesen.csv", sha, hide_name=True).name
    assert "navn" not in hidden and hidden.endswith(".abcdef012345.json")


def test_inputs_are_every_file_that_counts_and_neither_hidden_nor_partial_ones_nor_links(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    names = [
        "registry/case_systems.csv", "registry/approvers.json", "portal/messages_1.csv", "survey/responses.csv",
        "followup/a.csv", "drop/0301/inbox/log.csv", "drop/0301/inbox/log.csv.part", "drop/0301/inbox/.hidden.csv",
        "drop/0301/inbox/~lock.xlsx", "drop/0301/receipts/log.json", "drop/abc/inbox/log.csv", "out/findings.parquet",
        "elsewhere.csv",
    ]  # fmt: skip
    for name in names:
        write_text(tmp_path / name, "x")
    (tmp_path / "drop/0301/inbox/link.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert {str(path.relative_to(tmp_path)) for path in work.input_files()} == {
        "registry/case_systems.csv", "portal/messages_1.csv", "survey/responses.csv", "followup/a.csv",
        "drop/0301/inbox/log.csv",
    }  # fmt: skip
    assert work.municipality_folders() == ["0301"]


def test_results_in_the_making_stand_apart_from_those_that_others_read(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    assert work.staging().findings != work.findings
    assert work.staging().inbox("0301") == work.inbox("0301")
