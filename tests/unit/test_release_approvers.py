"""Approvers and their keys: a private half that nobody else reads, a public half under one name."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose
from meldingskontroll.release.approvers import enter_approver, read_approvers, the_approver


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    folder = WorkFolder(tmp_path / "work")
    folder.registry.mkdir(parents=True)
    return folder


def test_without_a_file_nobody_may_approve(work: WorkFolder) -> None:
    assert read_approvers(work) == ()
    with pytest.raises(RefusedError, match="står ikke i"):
        the_approver(read_approvers(work), "Kari Ås")


def test_a_new_key_is_private_to_its_owner_and_its_public_half_is_registered(work: WorkFolder, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "kari.json"
    entered = enter_approver(work, " Kari  Ås ", file)
    assert entered.name == "Kari Ås" and "Kari Ås" in file.read_text(encoding="utf-8"), "its owner can read whose it is"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private = jose.read_private_file(file)
    assert (private.kid, private.thumbprint()) == ("Kari Ås", entered.thumbprint)
    document = json.loads(work.approvers.read_text(encoding="utf-8"))
    assert [set(key) for key in document["keys"]] == [{"kty", "crv", "x", "kid", "use", "alg"}]
    assert document["keys"][0]["kid"] == "Kari Ås"
    assert the_approver(read_approvers(work), "Kari Ås").thumbprint == entered.thumbprint


@pytest.mark.parametrize("name", ["Kari Ås", "kari ås", "KARI  ÅS", "Kari A\u030as"])
def test_a_name_that_reads_as_one_that_is_taken_is_refused(name: str, work: WorkFolder, tmp_path: Path) -> None:
    enter_approver(work, "Kari Ås", tmp_path / "kari.json")
    before = work.approvers.read_bytes()
    with pytest.raises(RefusedError, match="har allerede en nøkkel"):
        enter_approver(work, name, tmp_path / "other.json")
    assert work.approvers.read_bytes() == before and not (tmp_path / "other.json").exists()


@pytest.mark.parametrize("name", ["", "  ", "\n", "a" * 101, "Kari\x00", "Kari\u202eås"])
def test_what_is_no_name_is_refused(name: str, work: WorkFolder, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="Navnet"):
        enter_approver(work, name, tmp_path / "key.json")
    assert not work.approvers.exists() and not (tmp_path / "key.json").exists()


def test_a_name_may_be_as_long_as_is_said(work: WorkFolder, tmp_path: Path) -> None:
    assert enter_approver(work, "a" * 100, tmp_path / "key.json").name == "a" * 100


def test_a_key_is_never_written_over(work: WorkFolder, tmp_path: Path) -> None:
    file, link = tmp_path / "kari.json", tmp_path / "link.json"
    enter_approver(work, "Kari Ås", file)
    before = (file.read_bytes(), work.approvers.read_bytes())
    link.symlink_to(file)
    for taken in (file, link):
        with pytest.raises(RefusedError, match="skrives aldri over"):
            enter_approver(work, "Ola Nordmann", taken)
    assert (file.read_bytes(), work.approvers.read_bytes()) == before


@pytest.mark.parametrize("place", ["out/key.json", "registry/key.json", "drop/0301/inbox/../key.json", "portal/k"])
def test_a_private_key_is_not_put_where_others_read(place: str, work: WorkFolder) -> None:
    with pytest.raises(RefusedError, match="andre leser"):
        enter_approver(work, "Kari Ås", work.root / place)
    assert not work.approvers.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"keys": [{"kty": "oct", "k": "AA", "kid": "a"}]}'])
def test_a_register_that_cannot_be_read_lets_nobody_approve_and_is_not_written_over(
    content: str, work: WorkFolder, tmp_path: Path
) -> None:
    work.approvers.write_text(content)
    with pytest.raises(RefusedError, match="kan ikke brukes"):
        read_approvers(work)
    with pytest.raises(RefusedError, match="kan ikke brukes"):
        enter_approver(work, "Kari Ås", tmp_path / "key.json")
    assert work.approvers.read_text() == content and not (tmp_path / "key.json").exists()


def test_a_name_with_two_keys_is_nobody(work: WorkFolder) -> None:
    keys = [jose.new_key("Kari Ås"), jose.new_key("kari ås")]
    work.approvers.write_text(json.dumps(jose.key_set(keys)))
    with pytest.raises(RefusedError, match="flere nøkler"):
        the_approver(read_approvers(work), "Kari Ås")
