"""The drop folders over SFTP: OpenSSH's own server and client, the cluster's settings, two municipalities."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.intake import drop_folder
from meldingskontroll.intake.collect import collect
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
from support.sshd import ONE, OTHER, DropServer, serving

CLOCK = Clock.parse("2023-07-01T06:00:00Z")
LOG = "# periode_fra: 2022-01-01\n# periode_til: 2022-04-01\nmottatt;type\n2022-02-01 08:30;bekymringsmelding\n"


@pytest.fixture(scope="module")
def server() -> Iterator[DropServer]:
    with serving() as running:
        yield running


@pytest.fixture
def folders(server: DropServer) -> DropServer:
    """The server with empty folders."""
    for number in (ONE, OTHER):
        for file in [*(server.folder / number / "inbox").iterdir(), *(server.folder / number / "receipts").iterdir()]:
            file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
    return server


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "logg.csv"
    file.write_text(LOG)
    return file


def settings_for(server: DropServer, **changes: object) -> Settings:
    given: dict[str, object] = {
        "drop_url": server.url(),
        "drop_key": server.keys / "audit",
        "drop_known_hosts": server.keys / "known_hosts",
        "drop_settle_seconds": 0,
    }
    return Settings.model_validate(given | changes)


def test_a_municipality_uploads_under_a_part_name_renames_and_fetches_its_receipt(
    folders: DropServer, log: Path, tmp_path: Path
) -> None:
    work, settings = WorkFolder(tmp_path / "work"), settings_for(folders)
    assert folders.sftp(ONE, f"put {log} inbox/logg.csv.part").returncode == 0
    assert drop_folder.fetch(work, settings) == []
    assert collect(work, CLOCK, settings) == []

    assert folders.sftp(ONE, "rename inbox/logg.csv.part inbox/logg.csv").returncode == 0
    assert drop_folder.fetch(work, settings) == [ONE]
    assert [outcome.status for outcome in collect(work, CLOCK, settings)] == ["accepted"]
    assert drop_folder.send_receipts(work, settings) == 2

    fetched = tmp_path / "fetched"
    fetched.mkdir()
    assert folders.sftp(ONE, f"get receipts/* {fetched}").returncode == 0
    receipt = json.loads(next(fetched.glob("logg.csv.*.json")).read_text())
    assert (receipt["status"], receipt["rows_accepted"]) == ("accepted", 1)
    assert list(fetched.glob("logg.csv.*.html"))
    assert drop_folder.fetch(work, settings) == []
    assert drop_folder.send_receipts(work, settings) == 0


def test_what_a_municipality_uploads_is_for_the_audit_and_for_no_other_account(folders: DropServer, log: Path) -> None:
    assert folders.sftp(ONE, f"put {log} inbox/logg.csv").returncode == 0
    state = (folders.folder / ONE / "inbox" / "logg.csv").stat()
    audit = (folders.folder / ONE / "receipts").stat().st_gid
    assert (state.st_gid, state.st_mode & 0o777) == (audit, 0o640)


@pytest.mark.parametrize(
    "attempt",
    [
        f"get ../{OTHER}/inbox/logg.csv",
        f"get /../{OTHER}/inbox/logg.csv",
        "get {drop}/" + f"{OTHER}/inbox/logg.csv",
        f"ls ../{OTHER}",
        f"cd /{OTHER}",
        f"put {{log}} ../{OTHER}/inbox/inn.csv",
        "put {log} {drop}/" + f"{OTHER}/inbox/inn.csv",
        f"rename inbox/egen.csv ../{OTHER}/inbox/inn.csv",
        "rename inbox/egen.csv {drop}/" + f"{OTHER}/inbox/inn.csv",
        f"ln -s ../../{OTHER}/inbox inbox/lenke",
        "ln -s {drop}/" + f"{OTHER}/inbox/logg.csv inbox/lenke.csv",
        f"ln ../{OTHER}/inbox/logg.csv inbox/samme.csv",
        "put {log} receipts/svar.json",
        "rm receipts/kvittering.json",
        "rename receipts/kvittering.json inbox/kvittering.json",
        "rename inbox innboks",
        "mkdir ny",
        "put {log} /logg.csv",
        "get /etc/passwd",
    ],
)
def test_an_account_reaches_nothing_but_its_own_inbox_and_the_reading_of_its_receipts(
    folders: DropServer, log: Path, tmp_path: Path, attempt: str
) -> None:
    assert folders.sftp(OTHER, f"put {log} inbox/logg.csv").returncode == 0
    assert folders.sftp(ONE, f"put {log} inbox/egen.csv").returncode == 0
    (folders.folder / ONE / "receipts" / "kvittering.json").write_text("{}")
    before = {str(file.relative_to(folders.folder)) for file in folders.folder.rglob("*")}
    command = attempt.format(log=log, drop=folders.folder)
    tried = folders.sftp(ONE, f"lcd {tmp_path}", command)
    assert tried.returncode != 0, tried.stdout
    assert {str(file.relative_to(folders.folder)) for file in folders.folder.rglob("*")} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["logg.csv"]


def test_the_same_attempts_are_seen_to_succeed_in_ones_own_folder(folders: DropServer, log: Path) -> None:
    done = folders.sftp(
        ONE, f"put {log} inbox/a.csv", "rename inbox/a.csv inbox/b.csv", "ls receipts", "rm inbox/b.csv"
    )
    assert done.returncode == 0


def test_another_municipalitys_key_opens_no_folder(folders: DropServer) -> None:
    assert folders.sftp(ONE, "ls").returncode == 0
    for wrong in (OTHER, "stranger", "audit"):
        assert folders.sftp(ONE, "ls", key=wrong).returncode != 0


def test_a_folder_put_in_an_inbox_is_answered_and_a_removed_file_is_gone_here_too(
    folders: DropServer, log: Path, tmp_path: Path
) -> None:
    work, settings = WorkFolder(tmp_path / "work"), settings_for(folders)
    folders.sftp(ONE, "mkdir inbox/logger", f"put {log} inbox/logg.csv")
    drop_folder.fetch(work, settings)
    codes = {outcome.file_name: [m.code for m in outcome.messages] for outcome in collect(work, CLOCK, settings)}
    assert codes["logger"] == ["NOT_A_FILE"]
    folders.sftp(ONE, "rm inbox/logg.csv")
    assert drop_folder.fetch(work, settings) == [ONE]
    assert [path.name for path in work.inbox(ONE).iterdir()] == ["logger"]


def test_a_server_with_another_key_is_refused_and_nothing_is_changed(
    folders: DropServer, log: Path, tmp_path: Path
) -> None:
    work, settings = WorkFolder(tmp_path / "work"), settings_for(folders)
    folders.sftp(ONE, f"put {log} inbox/logg.csv")
    drop_folder.fetch(work, settings)
    strange = tmp_path / "known_hosts"
    strange.write_text(
        f"[127.0.0.1]:{folders.port} {' '.join((folders.keys / f'{ONE}.pub').read_text().split()[:2])}\n"
    )
    for changes in ({"drop_known_hosts": strange}, {"drop_key": folders.keys / ONE}):
        with pytest.raises(AuditInputError, match="cannot be reached or read"):
            drop_folder.fetch(work, settings_for(folders, **changes))
    assert [path.name for path in work.inbox(ONE).iterdir()] == ["logg.csv"]
    assert settings.drop_key is not None


def test_a_server_that_is_gone_is_one_sentence_and_never_an_empty_inbox(
    folders: DropServer, log: Path, tmp_path: Path
) -> None:
    work = WorkFolder(tmp_path / "work")
    folders.sftp(ONE, f"put {log} inbox/logg.csv")
    drop_folder.fetch(work, settings_for(folders))
    with pytest.raises(AuditInputError, match=r"127\.0\.0\.1 cannot be reached"):
        drop_folder.fetch(work, settings_for(folders, drop_url="sftp://audit@127.0.0.1:1/"))
    assert work.inbox(ONE).joinpath("logg.csv").read_text() == LOG


@pytest.mark.fault(
    "a municipality closes its inbox, or a file in it, to the audit", "named, and the others are fetched"
)
def test_a_closed_inbox_or_file_is_named_and_does_not_stop_the_others(
    folders: DropServer, log: Path, tmp_path: Path
) -> None:
    work, settings = WorkFolder(tmp_path / "work"), settings_for(folders)
    folders.sftp(ONE, f"put {log} inbox/logg.csv", "chmod 000 inbox/logg.csv")
    folders.sftp(OTHER, f"put {log} inbox/logg.csv")
    assert drop_folder.fetch(work, settings) == [OTHER]
    statuses = {outcome.folder_no: outcome.status for outcome in collect(work, CLOCK, settings)}
    assert statuses == {ONE: "rejected", OTHER: "accepted"}
    folders.sftp(ONE, "chmod 640 inbox/logg.csv")
    assert drop_folder.fetch(work, settings) == [ONE]
    assert {outcome.status for outcome in collect(work, CLOCK, settings)} == {"accepted"}

    folders.sftp(ONE, "chmod 000 inbox")
    folders.sftp(OTHER, f"put {log} inbox/ny.csv")
    with pytest.raises(drop_folder.InboxClosed, match=f"inboxes of {ONE} are closed"):
        drop_folder.fetch(work, settings)
    folders.sftp(ONE, "chmod 2750 inbox")
    assert sorted(path.name for path in work.inbox(OTHER).iterdir()) == ["logg.csv", "ny.csv"]
    assert (work.inbox(ONE) / "logg.csv").read_text() == LOG
