"""Each folder is written and audited once a session, two at a time, and shared by all tests that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from contract.answer import Answer, audit
from contract.folder import Folder

Builder = Callable[[Folder], None]


class Audits:
    """The answers, by folder name; asking waits until that folder's audit is done."""

    def __init__(self, root: Path, builders: dict[str, Builder], pool: ThreadPoolExecutor) -> None:
        self._futures: dict[str, Future[Answer]] = {
            name: pool.submit(self._run, root / name, builder) for name, builder in builders.items()
        }

    def __getitem__(self, name: str) -> Answer:
        return self._futures[name].result()

    @staticmethod
    def _run(root: Path, builder: Builder) -> Answer:
        folder = Folder(root)
        builder(folder)
        folder.write()
        return Answer(folder, audit(root))


@pytest.fixture(scope="session")
def audits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audits]:
    """The audits of every folder that a selected test module declares in `FOLDERS`."""
    builders: dict[str, Builder] = {}
    for item in request.session.items:
        builders |= getattr(getattr(item, "module", None), "FOLDERS", {})
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield Audits(tmp_path_factory.mktemp("contract"), builders, pool)
