"""Each folder is written and audited once a session, two at a time, and shared by all tests that ask for it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from contract.answer import Answer, audit
from contract.folder import Folder

Builder = Callable[[Folder], None]
PATIENCE_S = 800


class Audits:
    """The answers, by folder name; asking waits until that folder's audit is done.

    Test processes that run side by side share the folders under `root`: whoever makes a folder's claim first audits
    it, the others read the answer.
    """

    def __init__(self, root: Path, builders: dict[str, list[Builder]], pool: ThreadPoolExecutor) -> None:
        self._root = root
        self._builders = builders
        self._answers: dict[str, Answer] = {}
        root.mkdir(parents=True, exist_ok=True)
        for name in builders:
            pool.submit(self._audit_unless_claimed, name)

    def __getitem__(self, name: str) -> Answer:
        if name not in self._answers:
            result = self._wait(self._root / f"{name}.result")
            # The literals are put together again for their names and ids; what was audited stands under the root.
            with tempfile.TemporaryDirectory() as scratch:
                folder = self._build(name, Path(scratch))
            folder.root = self._root / name
            process = subprocess.CompletedProcess(["audit"], result["code"], result["stdout"], result["stderr"])
            self._answers[name] = Answer(folder, process)
        return self._answers[name]

    def _build(self, name: str, root: Path) -> Folder:
        folder = Folder(root / name)
        for builder in self._builders[name]:
            builder(folder)
        return folder.write()

    def _audit_unless_claimed(self, name: str) -> None:
        try:
            (self._root / f"{name}.claim").mkdir()
        except FileExistsError:
            return
        try:
            done = audit(self._build(name, self._root).root)
            result = {"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
        except Exception:  # noqa: BLE001 - whatever went wrong belongs to the tests that wait for it
            result = {"code": -1, "stdout": "", "stderr": traceback.format_exc()}
        aside = self._root / f"{name}.aside"
        aside.write_text(json.dumps(result), encoding="utf-8")
        aside.rename(self._root / f"{name}.result")

    @staticmethod
    def _wait(result: Path) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE_S
        while not result.exists():
            assert time.monotonic() < until, f"no {result.name} within {PATIENCE_S} s"
            time.sleep(0.05)
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="session")
def audits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audits]:
    """The audits of every folder that a selected test module declares in `FOLDERS`.

    Modules that name the same folder put their cases in it together: an audit costs seconds, a case next to nothing.
    """
    builders: dict[str, list[Builder]] = {}
    for item in request.session.items:
        for name, builder in getattr(getattr(item, "module", None), "FOLDERS", {}).items():
            parts = builders.setdefault(name, [])
            if builder not in parts:
                parts.append(builder)
    together = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    with ThreadPoolExecutor(max_workers=1 if together else 2) as pool:
        yield Audits((base.parent if together else base) / "contract", builders, pool)
