"""An override in a browser: whoever opens a page that rests on one sees it before anything that it carries."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page

from browser.test_overview_pages import CONTRAST
from browser.test_overview_pages import opened as opened_file
from browser.test_release_page import HOSTILE, opened, place_names
from meldingskontroll.overview.build import build
from meldingskontroll.settings import Settings
from support.overview_lake import CLOCK, make_overview_lake
from support.released import AS_OF, Released, serving

GIVEN = {"municipality_no": "9901", "district_no": "", "requirement": "LOG_COVERED", "decided_by": "Kari Ås",
         "decided_on": "2023-06-09", "reason": "loggen er ødelagt", "original_reason": "NO_LOG"}  # fmt: skip
SAID = "Bestemt av Kari Ås 9.\u00a0juni 2023: «loggen er ødelagt». Det bevisene sier: Ingen logg er mottatt."
HEADINGS = {"release": "Sletting er frigitt", "hold": "Sletting holdes tilbake"}
LINE = f"Ærlingvåg: Fagsystemets logg dekker hele perioden. {SAID}"


def place_of(page: Page, heading: str) -> float:
    """How far down the page a heading stands."""
    found = page.get_by_role("heading", name=heading).bounding_box()
    assert found is not None
    return found["y"]


@pytest.mark.parametrize("decision", ["release", "hold"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_for_ks_says_who_overrode_what_before_it_says_what_it_rests_on(
    browser: Browser, tmp_path: Path, decision: str, width: int
) -> None:
    folder = Released(tmp_path / "work")
    place_names(folder)
    getattr(folder, decision)(overrides=[GIVEN])
    with serving(folder.work, at=AS_OF) as address, opened(browser, address, width) as page:
        assert page.locator("h1:visible").inner_text() == HEADINGS[decision]
        assert page.get_by_role("heading", name="1 krav er overstyrt").is_visible()
        assert page.locator(".override li").all_inner_texts() == [LINE]
        assert place_of(page, "1 krav er overstyrt") < place_of(page, "Grunnlaget")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CONTRAST) == []


def test_an_override_that_says_nothing_or_too_much_is_shown_as_text_and_as_unknown(
    browser: Browser, tmp_path: Path
) -> None:
    folder = Released(tmp_path / "work")
    folder.hold(overrides=[{}, {name: HOSTILE for name in GIVEN}])
    with serving(folder.work, at=AS_OF) as address, opened(browser, address) as page:
        empty, hostile = page.locator(".override li").all_inner_texts()
        assert empty.count("ukjent") >= 4
        assert hostile.count(HOSTILE) >= 5
        assert page.locator("main img, main script").count() == 0


def test_without_an_override_no_page_speaks_of_one(browser: Browser, overview: Path, tmp_path: Path) -> None:
    folder = Released(tmp_path / "work")
    folder.release()
    with serving(folder.work, at=AS_OF) as address, opened(browser, address) as page:
        assert "overstyr" not in page.inner_text("body").lower()
    for name in ("index.html", "kommuner/3005.html"):
        with opened_file(browser, overview / name) as page:
            assert "overstyr" not in page.inner_text("body").lower()


@pytest.fixture(scope="module")
def overridden_overview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made nation, where Drammen's log counts as covering by an override only."""
    work = make_overview_lake(tmp_path_factory.mktemp("overridden"), synthetic=True)
    file = work.table("verification__requirements")
    rows = pq.read_table(file)
    said = "decided_by=Kari Ås, decided_on=2023-06-09, because=loggen er ødelagt, instead_of=NO_LOG (files=0)"
    changed = [
        row | {"reason": "OVERRIDDEN", "evidence": said}
        if (row["municipality_no"], row["requirement"]) == ("3005", "LOG_COVERED")
        else row
        for row in rows.to_pylist()
    ]
    pq.write_table(pa.Table.from_pylist(changed, rows.schema), file)
    build(work, CLOCK, Settings())
    return work.overview


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["index.html", "kommuner/3005.html"])
def test_the_municipality_and_the_nation_are_told_of_it_before_any_figure(
    browser: Browser, overridden_overview: Path, name: str, width: int
) -> None:
    with opened_file(browser, overridden_overview / name, width) as page:
        said = page.locator("section[aria-labelledby=overstyrt]")
        assert said.get_by_role("heading").inner_text() == "⚠ 1\u00a0krav er overstyrt"
        (line,) = said.locator("li").all_inner_texts()
        assert line.startswith("Drammen: Fagsystemets logg dekker hele perioden. Bestemt av Kari Ås 9.")
        assert "«loggen er ødelagt». Det bevisene sier: Ingen logg er mottatt." in line
        figures = page.locator("main table:visible").first.bounding_box()
        assert figures is not None
        assert place_of(page, "krav er overstyrt") < figures["y"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CONTRAST) == []


def test_a_municipality_that_an_override_verifies_is_not_told_that_all_is_met(
    browser: Browser, overridden_overview: Path
) -> None:
    with opened_file(browser, overridden_overview / "kommuner/3005.html") as page:
        said = page.inner_text("body").replace("\u00a0", " ")
        assert "Verifisert, men ikke av bevisene alene: 1 krav er overstyrt av en navngitt person." in said
        assert "Alle krav teller som oppfylt, 1 av dem bare fordi det er overstyrt." in said
        assert "8 av 9 krav er oppfylt, 1 er overstyrt:" in said
        assert "Alle krav er oppfylt" not in said


def test_another_municipality_is_not_told_of_it(browser: Browser, overridden_overview: Path) -> None:
    with opened_file(browser, overridden_overview / "kommuner/4601.html") as page:
        assert page.locator("section[aria-labelledby=overstyrt]").count() == 0
