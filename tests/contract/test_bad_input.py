"""An input that cannot be audited: exit status 2 and a sentence that names the file (contract §1)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.answer import audit
from contract.folder import Folder


def small(root: Path) -> Folder:
    folder = Folder(root)
    place = folder.place("one")
    place.send_each("a b c d")
    place.log(place.rows("a b c d"))
    return folder.write()


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / name
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new), encoding="utf-8")

    return change


def removed(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


BROKEN = {
    "case_systems": removed("registry/case_systems.csv"),
    "recipients": removed("portal/recipients.csv"),
    "messages": removed("portal/messages_1.csv"),
    "case_systems.csv": replaced("registry/case_systems.csv", "2023-01-01", "i fjor"),
    "messages_1.csv": replaced("portal/messages_1.csv", "bydelRessursId", "ressurs"),
}


@pytest.mark.parametrize("named", list(BROKEN))
def test_what_cannot_be_audited_is_exit_2_and_a_sentence_with_the_file(tmp_path: Path, named: str) -> None:
    folder = small(tmp_path)
    BROKEN[named](folder.root)
    result = audit(folder.root)
    assert result.returncode == 2, result.stderr
    assert named in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    result = audit(tmp_path / "finnes ikke")
    assert result.returncode == 2
    assert result.stderr.strip() and "Traceback" not in result.stderr
    assert not (tmp_path / "finnes ikke").exists()


def test_a_clock_that_is_none_is_exit_2(tmp_path: Path) -> None:
    result = audit(small(tmp_path).root, "i morgen")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
