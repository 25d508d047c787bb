"""The release page in a browser: it can be read by everyone, stands alone, and never goes on saying RELEASE."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page

from browser.test_overview_pages import CONTRAST
from support.released import AS_OF, Released, serving

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>{{ 7*7 }}'
BLOCKING = [
    {"municipality_no": "9901", "district_no": "", "reasons": ["LOG_COVERED", "FIX_INSTALLED"]},
    {"municipality_no": "9902", "district_no": "05", "reasons": ["SURVEY_ANSWERED"]},
    {"municipality_no": "9903", "district_no": "", "reasons": ["LOG_COVERED"]},
    {"municipality_no": "9904", "district_no": "", "reasons": ["LOG_COVERED"]},
    {"municipality_no": HOSTILE, "district_no": HOSTILE, "reasons": [HOSTILE, "LOG_COVERED", "SURVEY_ANSWERED"]},
]


def place_names(folder: Released) -> None:
    entries = {"9901": "Ærlingvåg", "9902-05": "Prøvevik", "9903": "Guovdageaidnu – Kautokeino", "9904": HOSTILE}
    table = folder.work.table("roster__entries")
    table.parent.mkdir(parents=True)
    rows = {"entry_id": list(entries), "name": list(entries.values()), "district_name": ["", "Øvre bydel", "", ""]}
    pq.write_table(pa.table(rows), table)


@contextmanager
def opened(browser: Browser, address: str, width: int = 1280) -> Iterator[Page]:
    """The page; asking for anything else, a dialog or an error in the console fails the test."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(f"{address}/")
    try:
        yield page
        assert [url for url in asked if url != f"{address}/" and not url.startswith("data:")] == []
        assert said == []
    finally:
        page.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Released:
    made = Released(tmp_path_factory.mktemp("page") / "work")
    place_names(made)
    return made


@pytest.fixture(scope="module")
def address(folder: Released) -> Iterator[str]:
    with serving(folder.work, at=AS_OF) as served:
        yield served


@pytest.fixture(params=["hold", "release", "nothing"])
def state(request: pytest.FixtureRequest, folder: Released) -> str:
    folder.hold(blocking=BLOCKING, roster_size=40, verified=35)
    if request.param == "release":
        folder.release()
    if request.param == "nothing":
        folder.work.decision.unlink()
    return str(request.param)


def test_the_page_can_be_read_on_every_width_by_everyone_and_asks_for_nothing(
    browser: Browser, address: str, state: str
) -> None:
    for width in (1280, 390, 320):
        with opened(browser, address, width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CONTRAST) == []
    with opened(browser, address) as page:
        assert page.get_attribute("html", "lang") == "nb"
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].filter(h => h.checkVisibility())"
                               ".map(h => Number(h.tagName[1]))")  # fmt: skip
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert page.locator("main").count() == 1
        assert page.evaluate("[...document.querySelectorAll('th')].filter(t => !t.scope).length") == 0
        heading = page.locator("h1:visible")
        said = {"release": "Sletting er frigitt"}.get(state, "Sletting holdes tilbake")
        assert heading.inner_text() == said
        one_line = page.evaluate("h => h.getBoundingClientRect().height", heading.element_handle())
        assert one_line < 1.5 * page.evaluate("h => parseFloat(getComputedStyle(h).fontSize)", heading.element_handle())
        assert said.split()[-1] in page.title().lower()


def test_what_would_unblock_most_stands_first_and_so_does_who_lacks_least(
    browser: Browser, address: str, folder: Released
) -> None:
    folder.hold(blocking=BLOCKING, roster_size=40, verified=35)
    with opened(browser, address) as page:
        needs, who = (table.locator("tbody tr") for table in page.locator("table").all())
        shown = [row.locator("td").all_inner_texts()[:2] for row in needs.all()]
        assert shown[:2] == [["2", "4"], ["1", "2"]]
        assert needs.first.locator("th").inner_text() == "Fagsystemets logg dekker hele perioden"
        places = who.locator("th").all_inner_texts()
        assert places[0] == "Prøvevik Øvre bydel"
        assert places[3] == "Ærlingvåg"
        assert "35 av 40 oppføringer" in page.inner_text("main")


def test_a_name_from_a_register_is_text_and_nothing_else(browser: Browser, address: str, folder: Released) -> None:
    folder.hold(blocking=BLOCKING, roster_size=40, verified=35, global_reasons=[HOSTILE], ruleset_version=HOSTILE)
    with opened(browser, address) as page:
        assert page.inner_text("main").count(HOSTILE) >= 5
        assert page.locator("main img, main script").count() == 0


def test_a_page_that_is_left_open_stops_saying_release_when_its_time_is_up(browser: Browser, tmp_path: Path) -> None:
    folder = Released(tmp_path / "work")
    folder.release(datetime.now(UTC).replace(microsecond=0))
    with serving(folder.work) as served:
        page = browser.new_page()
        page.clock.install()
        page.goto(f"{served}/")
        assert page.locator("h1:visible").inner_text() == "Sletting er frigitt"
        page.clock.fast_forward("20:00:00")
        assert page.locator("h1:visible").inner_text() == "Sletting er frigitt"
        page.clock.fast_forward("05:00:00")
        assert page.locator("h1:visible").inner_text() == "Sletting holdes tilbake"
        assert "holdes tilbake" in page.title().lower()
        page.close()


def ends(page: Page) -> None:
    """Let half a minute pass in the page, and wait until it no longer says that deletion is released."""
    page.clock.fast_forward("00:31")
    page.locator("h1:visible", has_text="Sletting holdes tilbake").wait_for()
    assert "holdes tilbake" in page.title().lower()
    assert page.get_by_text("Sletting er frigitt", exact=True).is_hidden()


def test_a_page_that_is_left_open_stops_saying_release_when_it_is_taken_back_or_nobody_answers(
    browser: Browser, tmp_path: Path
) -> None:
    folder = Released(tmp_path / "work")
    folder.release(datetime.now(UTC).replace(microsecond=0))
    pages = [browser.new_page() for _ in range(3)]
    with serving(folder.work) as served:
        for page in pages:
            page.clock.install()
            page.goto(f"{served}/")
            with page.expect_response(f"{served}/"):
                page.clock.fast_forward("00:31")
            assert page.locator("h1:visible").inner_text() == "Sletting er frigitt"
        taken_back, unanswered, refused = pages
        refused.route(
            "**/*", lambda route: route.fulfill(status=503, body='<div id="beslutning" class="decision release">')
        )
        ends(refused)
        folder.hold()
        ends(taken_back)
    ends(unanswered)
    for page in pages:
        page.close()


def test_without_scripts_the_page_says_that_it_cannot_see_when_it_is_taken_back(
    browser: Browser, address: str, folder: Released
) -> None:
    folder.release()
    for scripts in (False, True):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{address}/")
        assert ("Last den på nytt" in page.inner_text("#beslutning")) is not scripts
        context.close()
