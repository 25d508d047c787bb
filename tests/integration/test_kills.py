"""`kill -9` at random points of intake and extraction: each file is the old or the new, and the next run completes.

Half of the kills strike at a call to the file system or the network, chosen by a seed; half at a random moment.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integration.scripted_portal import ScriptedPortal, message, serving, settings_for, write_key
from meldingskontroll.lake import WorkFolder
from support.inbox import FIRST, HEADER, PERIOD, SECOND, Inboxes

TESTS = Path(__file__).resolve().parents[1]
HOW_MANY = pytest.mark.parametrize("kills", [25, pytest.param(60, marks=pytest.mark.slow)])
Tree = dict[str, bytes]
Order = Callable[..., dict[str, Any]]
LOG = f"{PERIOD}{HEADER}\n{FIRST};2022-02-01 08:30;;;privat;;;\n"
LONGER = f"{LOG}{SECOND};2022-02-02 09:30;;;offentlig;;;\n"
IMPORTER = f"2022-02-03 10:00:00;Importerte forsendelse med tittel Sak,id {SECOND}, saksnr: 2022/1\n"


@pytest.fixture(scope="module")
def order() -> Iterator[Order]:
    process = subprocess.Popen(
        [sys.executable, "-m", "support.kill_server"],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    with process, process.stdin as orders, process.stdout as answers:

        def give(task: str, work: Path, settings: dict[str, Any], **strike: Any) -> dict[str, Any]:
            orders.write(json.dumps({"task": task, "work": str(work), "settings": settings, **strike}) + "\n")
            orders.flush()
            return dict(json.loads(answers.readline()))

        yield give
        orders.close()


def tree(root: Path) -> Tree:
    """Every file outside the inboxes by its path; what a killed process left half written is hidden, and no file."""
    files = [path for path in root.rglob("*") if path.is_file() and "inbox" not in path.parts]
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in files
        if not path.name.startswith(".") and "locks" not in path.parts
    }


def strikes(order: Order, task: str, begun: Path, settings: dict[str, Any], place: Path, seed: int, kills: int) -> None:
    """Kill `kills` runs that begin where `begun` stands, and after each let another run complete."""
    old = tree(begun)
    whole = shutil.copytree(begun, place / "whole", symlinks=True)
    length = order(task, whole, settings)
    assert not length["failed"] and length["events"] > 20
    new = tree(whole)
    assert new != old
    chance = random.Random(seed)
    struck = 0
    for number in range(kills):
        work = shutil.copytree(begun, place / f"{number}", symlinks=True)
        strike = {"event": chance.randint(1, length["events"])} if number % 2 else {"seconds": chance.uniform(0, 0.06)}
        struck += order(task, work, settings, **strike)["killed"]
        found = tree(work)
        assert [
            name
            for name, content in found.items()
            if content not in (old.get(name), new.get(name)) and "/pages/" not in name
        ] == [], strike
        assert set(old) <= set(found), strike
        assert not order(task, work, settings)["failed"], strike
        assert tree(work) == new, strike
        shutil.rmtree(work)
    assert struck >= kills // 2


@pytest.mark.fault(
    "`kill -9` at random calls and moments, first run and later", "old or new files; the next run completes"
)
@HOW_MANY
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_intake_that_is_killed_anywhere_leaves_old_or_new_files_and_the_next_run_completes_it(
    order: Order, tmp_path: Path, again: bool, kills: int
) -> None:
    folders = Inboxes(tmp_path / "begun")
    folders.put("logg.csv", LOG)
    folders.put("importlogg.log", IMPORTER, "0301")
    folders.put("navn.csv", "mottatt;navn\n2022-02-01;Kari\n", "0301")
    if again:
        assert not order("intake", folders.root, {})["failed"]
    folders.put("logg2.csv", LONGER, manifest={"eksportert": "2023-06-01T10:00:00"})
    folders.put("logg.csv", LOG)
    folders.put("rader.json", json.dumps([{"mottatt": "2022-05-01 10:00"}]), "1103")
    strikes(order, "intake", folders.root, {}, tmp_path, seed=kills + again, kills=kills)


@pytest.mark.fault(
    "`kill -9` while a drop folder elsewhere is mirrored and answered", "old or new files; the next run completes"
)
@pytest.mark.parametrize("kills", [12, pytest.param(60, marks=pytest.mark.slow)])
def test_a_mirroring_that_is_killed_anywhere_leaves_old_or_new_files_and_the_next_run_completes_it(
    order: Order, tmp_path: Path, kills: int
) -> None:
    root, settings = tmp_path / "begun", {"drop_settle_seconds": 0}
    inbox = root / "elsewhere" / "4601" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "logg.csv").write_text(LOG)
    (inbox / "borte.csv").write_text(IMPORTER)
    assert not order("mirrored", root, settings)["failed"]
    (inbox / "logg.csv").write_text(LONGER)
    (inbox / "ny.csv").write_text(LOG)
    (inbox / "borte.csv").unlink()
    strikes(order, "mirrored", root, settings, tmp_path, seed=kills, kills=kills)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key"))


@pytest.mark.fault(
    "`kill -9` at random calls and moments, first run and later", "old or new files; the next run completes"
)
@HOW_MANY
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_an_extraction_that_is_killed_anywhere_leaves_old_or_new_files_and_the_next_run_completes_it(
    order: Order, tmp_path: Path, key: Path, again: bool, kills: int
) -> None:
    rows = [message(datetime(2022, 3, 2) + timedelta(days=9 * i), i) for i in range(6)]
    rows[1] |= {"bekreftet": "", "skjemaType": "OFFENTLIG", "fraFagsystem": True}
    begun = tmp_path / "begun"
    begun.mkdir()
    with serving(ScriptedPortal(rows)) as portal:
        settings = settings_for(portal.address, key).model_dump(mode="json")
        if again:
            assert not order("extraction", begun, settings)["failed"]
            rows[1]["bekreftet"] = "2022-03-12T08:00:00"
            rows.insert(3, message(datetime(2022, 4, 1), 77))
        strikes(order, "extraction", begun, settings, tmp_path, seed=kills + again, kills=kills)
        assert WorkFolder(begun).root.is_dir()


@pytest.mark.fault(
    "the disk takes no file beyond some size (the kernel's limit)", "old or new files; the next run completes"
)
@pytest.mark.parametrize("limit", [0, 300, 700])
@pytest.mark.parametrize("task", ["intake", "extraction"])
def test_a_disk_that_takes_no_more_leaves_old_or_new_files_and_the_next_run_completes_it(
    order: Order, tmp_path: Path, key: Path, task: str, limit: int
) -> None:
    folders = Inboxes(tmp_path / "work")
    folders.put("logg.csv", LOG)
    rows = [message(datetime(2022, 3, 2) + timedelta(days=9 * i), i) for i in range(6)]
    with serving(ScriptedPortal(rows)) as portal:
        settings = settings_for(portal.address, key).model_dump(mode="json")
        assert not order(task, folders.root, settings)["failed"]
        old = tree(folders.root)
        folders.put("logg2.csv", LONGER)
        rows[2]["bekreftet"] = "2022-04-30T08:00:00"
        whole = shutil.copytree(folders.root, tmp_path / "whole", symlinks=True)
        assert not order(task, whole, settings)["failed"]
        new = tree(whole)
        assert order(task, folders.root, settings, file_limit=limit)["failed"]
        found = tree(folders.root)
        assert [
            n for n, content in found.items() if content not in (old.get(n), new.get(n)) and "/pages/" not in n
        ] == []
        assert set(old) <= set(found)
        assert not order(task, folders.root, settings)["failed"]
        assert tree(folders.root) == new
