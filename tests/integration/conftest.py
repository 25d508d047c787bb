"""The portal that answers as it is told, and what is fetched from it; a test file may have its own instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from integration.scripted_portal import ScriptedPortal, message, serving, settings_for, write_key
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    rows = [message(datetime(2022, 3, 2) + timedelta(days=3 * i), i) for i in range(9)]
    with serving(ScriptedPortal(rows)) as portal:
        yield portal


@pytest.fixture
def settings(portal: ScriptedPortal, key: Path) -> Settings:
    return settings_for(portal.address, key)


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path / "work")
