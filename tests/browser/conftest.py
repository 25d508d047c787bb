"""A browser over the pages of the hand-made nation, read from files as a person would open them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from meldingskontroll.overview.build import build
from meldingskontroll.settings import Settings
from support.overview_lake import CLOCK, make_overview_lake

CHROMIUM = Path("/usr/bin/chromium")


# Not for the session: while it is open a loop runs in this thread, in which no other test could run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM if CHROMIUM.exists() else None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def overview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = make_overview_lake(tmp_path_factory.mktemp("browser"), synthetic=True)
    build(work, CLOCK, Settings())
    return work.overview
