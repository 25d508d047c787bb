"""The pages in a browser: they fit, stand alone, work, and can be read by everyone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

PAGES = ("index.html", "kommuner/0301.html", "kommuner/4601.html", "kommuner/5444.html")

CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const backdrop = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) { return colour; }
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility() || node.closest("svg, script, style")) { continue; }
    const a = light(rgb(getComputedStyle(node).color)), b = light(backdrop(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) { poor.push([text.data.trim().slice(0, 40), ratio.toFixed(2)]); }
  }
  return poor;
}"""


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1280, *, scripts: bool = True) -> Iterator[Page]:
    """A page opened from its file; asking for anything else, or an error in the console, fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    try:
        yield page
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert said == []
    finally:
        context.close()


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_window_and_asks_for_nothing_else(
    browser: Browser, overview: Path, name: str, width: int
) -> None:
    with opened(browser, overview / name, width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        wide = page.evaluate(
            "w => [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && !e.closest('.scroll')"
            " && !e.closest('thead') && e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 80))",
            width,
        )
        assert wide == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_a_screen_reader(browser: Browser, overview: Path, name: str) -> None:
    with opened(browser, overview / name) as page:
        assert page.get_attribute("html", "lang") == "nb"
        assert page.title()
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4,[role=heading]')]"
            ".map(h => Number(h.getAttribute('aria-level') || h.tagName[1]))"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert page.locator("main").count() == 1
        unnamed = "[...document.querySelectorAll('svg')].filter(s => s.getAttribute('aria-hidden') !== 'true'"
        assert (
            page.evaluate(f"{unnamed} && !(s.getAttribute('role') === 'img' && s.querySelector('title'))).length") == 0
        )
        assert page.evaluate("[...document.querySelectorAll('input,select')].filter(i => !i.labels.length).length") == 0
        assert page.evaluate("[...document.querySelectorAll('th')].filter(t => !t.scope).length") == 0
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))
        named = page.evaluate(
            "[...document.querySelectorAll('[aria-labelledby]')].map(e => e.getAttribute('aria-labelledby'))"
        )
        assert {one for names in named for one in names.split()} <= set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_from_its_ground(browser: Browser, overview: Path, name: str) -> None:
    with opened(browser, overview / name) as page:
        assert page.evaluate(CONTRAST) == []


def test_the_check_of_contrast_finds_poor_contrast(browser: Browser, overview: Path) -> None:
    with opened(browser, overview / "index.html") as page:
        page.add_style_tag(content="h1 { color: #bbb }")
        assert [text for text, _ in page.evaluate(CONTRAST)] == ["Bekymringsmeldinger: nasjonal oversikt"]


def test_the_table_can_be_searched_filtered_and_sorted(browser: Browser, overview: Path) -> None:
    with opened(browser, overview / "index.html") as page:
        rows = page.locator("#tabell tbody tr:visible")
        assert rows.count() == 5
        page.get_by_label("Søk etter sted").fill("oslo")
        assert rows.count() == 2
        page.locator("#velg").select_option("lost")
        assert rows.count() == 1
        assert "Viser 1 av 5" in page.inner_text("#antall")
        page.get_by_label("Søk etter sted").fill("")
        page.locator("#velg").select_option("")
        page.get_by_role("button", name="Sendt").click()
        page.get_by_role("button", name="Sendt").click()
        assert rows.first.inner_text().startswith("Bergen")
        assert page.locator("th[aria-sort=descending]").inner_text() == "Sendt"
        page.get_by_role("button", name="Sted").click()
        assert rows.nth(1).inner_text().startswith("Bergen")


def test_a_place_on_the_map_leads_to_its_page(browser: Browser, overview: Path) -> None:
    with opened(browser, overview / "index.html") as page:
        page.locator('.map [data-page="4601"]').dispatch_event("click")
        page.wait_for_url("**/kommuner/4601.html")
        assert page.locator("h1").inner_text().startswith("Bergen")


def test_everything_is_there_without_scripts(browser: Browser, overview: Path) -> None:
    with opened(browser, overview / "index.html", scripts=False) as page:
        assert page.locator("#tabell tbody tr").count() == 5
        assert page.locator(".tools").is_hidden()
        assert page.get_by_text("Sletting holdes tilbake").is_visible()


def test_a_status_is_never_a_colour_alone(browser: Browser, overview: Path) -> None:
    with opened(browser, overview / "index.html") as page:
        texts = page.locator("#tabell .status").all_inner_texts()
        assert {text.split()[0] for text in texts} == {"✓", "▲", "?"}
        fills = page.evaluate("[...document.querySelectorAll('.legend rect')].map(r => getComputedStyle(r).fill)")
        assert len(set(fills)) == 5
        assert sum("url" in fill for fill in fills) == 3
