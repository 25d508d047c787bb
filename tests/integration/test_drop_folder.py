"""The drop folder: at any address the same answers, uploads in progress left alone, two tasks at a time, and faults."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from meldingskontroll import audit, orchestration
from meldingskontroll.domain import AuditInputError
from meldingskontroll.intake import collect as collecting
from meldingskontroll.intake import drop_folder
from meldingskontroll.intake.collect import collect, compile_intake
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings, current
from support.inbox import CLOCK, FIRST, HEADER, PERIOD, SECOND, Inboxes, codes

TESTS = Path(__file__).resolve().parents[1]
LOG = f"{PERIOD}{HEADER}\n{FIRST};2022-02-01 08:30;;;privat;;;\n"
OTHER = f"{PERIOD}{HEADER}\n{SECOND};2022-02-02 09:30;;;offentlig;;;\n"
fault = pytest.mark.fault


class Address:
    """A drop folder at an fsspec address, as municipalities fill it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files, self.root = fsspec.core.url_to_fs(url)

    def put(self, name: str, content: str, number: str = "4601") -> None:
        self.files.makedirs(f"{self.root}/{number}/inbox", exist_ok=True)
        self.files.pipe_file(f"{self.root}/{number}/inbox/{name}", content.encode())

    def remove(self, name: str, number: str = "4601") -> None:
        self.files.rm(f"{self.root}/{number}/inbox/{name}")

    def receipts(self, number: str = "4601") -> dict[str, bytes]:
        found = self.files.ls(f"{self.root}/{number}/receipts", detail=False)
        return {path.rsplit("/", 1)[1]: self.files.cat_file(path) for path in found}


@pytest.fixture(params=["memory", "file"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    url = f"memory://drop-{uuid.uuid4().hex}" if request.param == "memory" else f"file://{tmp_path / 'elsewhere'}"
    there = Address(url)
    there.files.makedirs(there.root, exist_ok=True)
    yield there
    there.files.rm(there.root, recursive=True)


def settings_for(address: Address, **changes: Any) -> Settings:
    return Settings.model_validate({"drop_url": address.url, "drop_settle_seconds": 0} | changes)


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    (tmp_path / "work").mkdir()
    return WorkFolder(tmp_path / "work")


def read(work: WorkFolder, settings: Settings) -> list[Any]:
    drop_folder.fetch(work, settings)
    found = collect(work, CLOCK, settings)
    compile_intake(work)
    drop_folder.send_receipts(work, settings)
    return found


def test_no_address_and_an_empty_address_change_nothing(work: WorkFolder, address: Address) -> None:
    assert drop_folder.fetch(work, Settings()) == []
    assert drop_folder.send_receipts(work, Settings()) == 0
    assert drop_folder.fetch(work, settings_for(address)) == []
    assert list(work.root.glob("drop/*")) == []


def test_an_address_gives_the_receipts_that_a_local_folder_gives_and_changes_nothing_twice(
    work: WorkFolder, address: Address, tmp_path: Path
) -> None:
    settings = settings_for(address)
    address.put("logg.csv", LOG)
    address.put("navn.csv", "mottatt;navn\n2022-02-01;Kari\n", "0301")
    address.put("halv.csv.part", LOG)
    assert sorted(outcome.file_name for outcome in read(work, settings)) == ["logg.csv", "navn.csv"]
    local = Inboxes(tmp_path / "local")
    local.put("logg.csv", LOG)
    local.put("navn.csv", "mottatt;navn\n2022-02-01;Kari\n", "0301")
    for number in ("4601", "0301"):
        stamp = (work.inbox(number) / ("logg.csv" if number == "4601" else "navn.csv")).stat().st_mtime_ns
        own = next(local.work.inbox(number).iterdir())
        os.utime(own, ns=(stamp, stamp))
    local.read()
    for number in ("4601", "0301"):
        here = {path.name: path.read_bytes() for path in local.work.receipts(number).iterdir()}
        assert address.receipts(number) == here
    assert drop_folder.fetch(work, settings) == []
    assert drop_folder.send_receipts(work, settings) == 0


def test_a_file_taken_back_at_the_address_is_gone_here_and_a_corrected_one_replaces_the_first(
    work: WorkFolder, address: Address
) -> None:
    settings = settings_for(address)
    address.put("logg.csv", LOG)
    address.put("annen.csv", OTHER)
    assert len(read(work, settings)) == 2
    address.put("logg.csv", OTHER + "# eksportert: 2023-06-01\n")
    address.remove("annen.csv")
    assert [outcome.file_name for outcome in read(work, settings)] == ["logg.csv"]
    assert [path.name for path in work.inbox("4601").iterdir()] == ["logg.csv"]
    assert len(list(address.receipts())) == 6


def test_what_someone_put_in_the_copy_by_hand_is_not_removed(work: WorkFolder, address: Address) -> None:
    settings = settings_for(address)
    address.put("logg.csv", LOG)
    read(work, settings)
    (work.inbox("4601") / "egen.csv").write_text(OTHER)
    address.put("ny.csv", OTHER)
    read(work, settings)
    assert {path.name for path in work.inbox("4601").iterdir()} == {"logg.csv", "egen.csv", "ny.csv"}


@fault("a municipality's drop folder is gone from the address", "a sentence with its number; what was read stands")
def test_a_folder_that_is_gone_is_an_error_and_not_an_empty_inbox(work: WorkFolder, address: Address) -> None:
    settings = settings_for(address)
    address.put("logg.csv", LOG)
    read(work, settings)
    address.files.rm(f"{address.root}/4601", recursive=True)
    with pytest.raises(AuditInputError, match="4601 is gone"):
        drop_folder.fetch(work, settings)
    assert (work.inbox("4601") / "logg.csv").read_text() == LOG


@fault("an upload still grows when it is looked at", "left alone with what was there before; read the next time")
def test_a_file_that_grows_between_two_looks_is_left_for_the_next_time(
    work: WorkFolder, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(address)
    address.put("ferdig.csv", OTHER)
    address.put("logg.csv", LOG[:60])
    with monkeypatch.context() as patched:
        patched.setattr(drop_folder.time, "sleep", lambda seconds: address.put("logg.csv", LOG[:90]))
        assert drop_folder.fetch(work, settings) == ["4601"]
    assert [path.name for path in work.inbox("4601").iterdir()] == ["ferdig.csv"]
    address.put("logg.csv", LOG)
    assert drop_folder.fetch(work, settings) == ["4601"]
    assert (work.inbox("4601") / "logg.csv").read_text() == LOG


@fault("an upload to a local drop folder still grows", "its municipality has no task until it stands still")
def test_a_municipality_whose_upload_grows_has_no_task_until_it_stands_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Inboxes(tmp_path)
    monkeypatch.setenv("MELDINGSKONTROLL_WORK", str(tmp_path))
    current.cache_clear()
    try:
        growing = folders.put("logg.csv", LOG[:60])
        folders.put("logg.csv", OTHER, "0301")
        with monkeypatch.context() as patched:
            patched.setattr(orchestration.time, "sleep", lambda seconds: growing.write_text(LOG[:90]))
            assert [found["municipality_no"] for found in orchestration.municipalities_with_news()] == ["0301"]
            patched.setattr(orchestration.time, "sleep", lambda seconds: None)
            found = [entry["municipality_no"] for entry in orchestration.municipalities_with_news()]
        assert found == ["0301", "4601"]
    finally:
        current.cache_clear()


@fault("a file changes while it is fetched", "the earlier copy stands; it is fetched the next time")
def test_a_file_that_changes_while_it_is_fetched_leaves_the_earlier_copy(
    work: WorkFolder, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(address)
    address.put("logg.csv", LOG)
    read(work, settings)
    address.put("logg.csv", OTHER + "\n")
    info = type(address.files).info

    def later(files: Any, path: str, **options: Any) -> Any:
        found = dict(info(files, path, **options))
        return found | {"size": found["size"] + 1} if os.fspath(path).endswith("logg.csv") else found

    with monkeypatch.context() as patched:
        patched.setattr(type(address.files), "info", later)
        assert drop_folder.fetch(work, settings) == []
    assert (work.inbox("4601") / "logg.csv").read_text() == LOG
    assert drop_folder.fetch(work, settings) == ["4601"]
    assert (work.inbox("4601") / "logg.csv").read_text() == OTHER + "\n"


@fault("an upload larger than is read lies at the address", "no more than is needed to refuse it is fetched")
def test_a_file_that_is_too_large_is_fetched_no_further_than_needed_to_refuse_it(
    work: WorkFolder, address: Address
) -> None:
    address.put("logg.csv", "x" * 3_000_000)
    outcome = read(work, settings_for(address, max_upload_megabytes=1))[0]
    assert codes(outcome) == ["TOO_LARGE"]
    assert (work.inbox("4601") / "logg.csv").stat().st_size == 1_000_001


def test_an_address_with_a_password_or_without_a_key_is_refused(work: WorkFolder, tmp_path: Path) -> None:
    for changes, words in (
        ({"drop_url": "sftp://audit:hemmelig@127.0.0.1/"}, "holds a password"),
        ({"drop_url": "sftp://audit@127.0.0.1/"}, "DROP_KEY must name a file"),
        ({"drop_url": "sftp://audit@127.0.0.1/", "drop_key": TESTS / "unit"}, "DROP_KEY must name a file"),
        ({"drop_url": "sftp://audit@127.0.0.1/", "drop_key": Path(__file__)}, "KNOWN_HOSTS must name a file"),
    ):
        with pytest.raises(AuditInputError, match=words) as raised:
            drop_folder.fetch(work, Settings.model_validate(changes))
        assert "hemmelig" not in str(raised.value)


def test_the_tasks_and_the_audit_fetch_before_they_look_and_send_what_they_answer(
    work: WorkFolder, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(address, work=work.root)
    monkeypatch.setattr(orchestration, "current", lambda: settings)
    address.put("logg.csv", LOG)
    found = orchestration.municipalities_with_news()
    assert [entry["municipality_no"] for entry in found] == ["4601"]
    record = orchestration.collect_municipality("4601", {"data_interval_end": CLOCK.as_of})
    assert record["files"] == {"accepted": 1}
    assert len(address.receipts()) == 2
    assert orchestration.municipalities_with_news() == []
    address.put("ny.csv", OTHER)
    audit.STEPS["inputs"](work, CLOCK, settings)
    noted = json.loads(work.inputs_seen.read_text())
    assert {"drop/4601/inbox/logg.csv", "drop/4601/inbox/ny.csv"} <= set(noted["inputs"])


def test_two_processes_over_one_folder_leave_what_one_leaves(tmp_path: Path) -> None:
    def filled(name: str) -> Inboxes:
        folders = Inboxes(tmp_path / name)
        for number in ("4601", "0301", "1103"):
            for place in range(4):
                os.utime(
                    folders.put(f"logg{place}.csv", LOG + f"\n;2022-03-0{place + 1} 10:00;;;;;;\n", number), (1, 1)
                )
        return folders

    together, alone = filled("together"), filled("alone")
    program = (
        "import sys; from pathlib import Path; from support.inbox import Inboxes; sys.stdin.read(1); "
        "[Inboxes(Path(sys.argv[1])).read() for _ in range(3)]"
    )
    tasks = [
        subprocess.Popen([sys.executable, "-c", program, str(together.root)], cwd=TESTS, stdin=subprocess.PIPE)
        for _ in range(2)
    ]
    for task in tasks:
        assert task.stdin is not None
        task.stdin.write(b"!")
        task.stdin.close()
    assert [task.wait() for task in tasks] == [0, 0]
    alone.read()

    def tree(root: Path) -> dict[str, bytes]:
        files = [path for path in root.rglob("*") if path.is_file() and "locks" not in path.parts]
        return {str(path.relative_to(root)): path.read_bytes() for path in files}

    assert tree(together.root) == tree(alone.root)


@fault(
    "a file is deleted from the inbox while it is read", "the others are answered; nothing of it is left but a refusal"
)
def test_a_file_deleted_under_our_hands_is_refused_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Inboxes(tmp_path)
    gone = folders.put("a.csv", LOG)
    folders.put("b.csv", OTHER)
    listed = collecting.source.listed

    def then_deleted(inbox: Path) -> Any:
        found = listed(inbox)
        gone.unlink(missing_ok=True)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(collecting.source, "listed", then_deleted)
        statuses = {outcome.file_name: outcome.status for outcome in folders.read()}
    assert statuses == {"a.csv": "rejected", "b.csv": "accepted"}
    assert [outcome.file_name for outcome in folders.read()] == ["b.csv"]


@fault("the disk is full while intake writes", "an error; earlier files stand, and the next run completes")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_takes_no_more_leaves_what_stood_and_the_next_run_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    from meldingskontroll import files

    folders = Inboxes(tmp_path)
    folders.put("a.csv", LOG)
    folders.read()
    before = {path: path.read_bytes() for path in folders.work.receipts("4601").iterdir()}
    folders.put("b.csv", OTHER)
    mkstemp, lock, calls = files.tempfile.mkstemp, threading.Lock(), [0]

    def full(*arguments: Any, **options: Any) -> Any:
        with lock:
            calls[0] += 1
            if calls[0] > 2:
                raise OSError(number, os.strerror(number))
        return mkstemp(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(files.tempfile, "mkstemp", full)
        with pytest.raises(OSError, match=os.strerror(number)):
            folders.read()
    assert {path: path.read_bytes() for path in before} == before
    assert {outcome.status for outcome in folders.read()} == {"accepted"}
    assert len(folders.receipts()) == 2
