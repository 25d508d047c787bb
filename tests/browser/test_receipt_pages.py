"""Receipts as a person meets them: on paper, on a phone, with poor sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page

from meldingskontroll.intake.collect import collect
from meldingskontroll.intake.receipts import finish_receipts
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings
from support.airflow_runs import SCRIPTS  # noqa: F401 - puts the scripts on the path

from pictures import CLOCK, receipt_pages  # isort: skip

KINDS = ("mottatt", "merknader", "avvist", "alt galt")
_CONTRAST = """
() => {
  const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }
  const rgba = text => text.match(/[\\d.]+/g).map(Number)
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2])
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor)
      if (c.length < 4 || c[3] > 0) return c
    }
    return [255, 255, 255]
  }
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    if (!node.textContent.trim()) continue
    const a = light(rgba(getComputedStyle(node.parentElement).color)), b = light(ground(node.parentElement))
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.textContent.trim()])
  }
  return found
}
"""


def everything_wrong(root: Path) -> Path:
    """A log with every kind of faulty row, more than twenty of each, in a municipality that lacks every requirement."""
    work = WorkFolder(root)
    header = "Melding-ID;Mottatt dato;Type;Meldt av;Mottatt via;Kommune;Bydel;Saksnr"
    faults = (
        ";i går;;;;;;", ";2022-03-02;telegram;;;;;", ";2022-03-02;;;brevdue;;;", ";2022-03-02;;nabo;;;;",
        "123;2022-03-02;;;;;;", ";2022-03-02;;;;Andeby;;", ";2022-03-02;;;;0301;nord;", ";2022-03-02;;;;5001;;",
        ";2022-03-02;;;;;;;x",
    )  # fmt: skip
    declared = "# periode_fra: 2020-09-01\n# periode_til: 2023-07-01\n# eksportert: snart\n# antall_rader: 7\n"
    (inbox := work.inbox("0301")).mkdir(parents=True)
    (inbox / f"{'uttrekk-fra-fagsystemet-' * 4}.csv").write_text(declared + header + "\n" + "\n".join(faults * 40))
    collect(work, CLOCK, Settings())
    unmet = {
        "CASE_SYSTEM_KNOWN": "CASE_SYSTEM_CONFLICT", "FIX_INSTALLED": "NOT_CONFIRMED", "LOG_COVERED": "LOG_SILENT",
        "LOSSES_FOLLOWED_UP": "NOT_FOLLOWED_UP", "CLEAN_SINCE_FIX": "LOSS_AFTER_FIX", "SURVEY_ANSWERED": "NO_SERVICE",
        "SURVEY_AGREES": "ANSWERS_DISAGREE", "DEVIATION_REPORTED": "NOT_REPORTED", "PORTAL_COVERED": "TOTAL_DIFFERS",
    }  # fmt: skip
    entries = [f"0301-{district:02d}" for district in range(1, 16)]
    rows = [{"entry_id": e, "requirement": n, "reason": w, "met": False} for e in entries for n, w in unmet.items()]
    for relation, content in (
        ("reconcile__entries", [{"entry_id": e, "coverage_share": 0.5, "lost": 1} for e in entries]),
        ("verification__requirements", rows),
    ):
        work.table(relation).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(content), work.table(relation))
    finish_receipts(work, CLOCK, Settings())
    (page,) = work.receipts("0301").glob("*.html")
    return page


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("receipts")
    return receipt_pages(root) | {"alt galt": everything_wrong(root / "wrong")}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_receipt_prints_on_one_page(page: Page, receipts: dict[str, Path], kind: str) -> None:
    page.goto(receipts[kind].as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_two_pages_would_be_seen(page: Page) -> None:
    page.set_content("<p style='break-after: page'>1</p><p>2</p>")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_receipt_fits_a_phone_and_all_its_text_can_be_told_from_its_ground(
    page: Page, receipts: dict[str, Path], kind: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(receipts[kind].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    ratios = page.evaluate(_CONTRAST)
    assert len(ratios) > 15
    assert [pair for pair in ratios if pair[0] < 4.5] == []


def test_text_that_is_too_pale_would_be_seen(page: Page) -> None:
    page.set_content("<body style='background: #fff'><p style='color: #999'>x</p><p style='color: #444'>y</p></body>")
    assert [ratio < 4.5 for ratio, _ in page.evaluate(_CONTRAST)] == [True, False]


def test_a_receipt_tells_first_what_became_of_the_file_and_what_to_do(page: Page, receipts: dict[str, Path]) -> None:
    for kind, title in (("mottatt", "Mottatt"), ("merknader", "Mottatt med merknader"), ("avvist", "Avvist")):
        page.goto(receipts[kind].as_uri())
        assert page.title().startswith(f"Kvittering: {title} – ")
        assert page.locator("html").get_attribute("lang") == "nb"
        assert page.locator(".status strong").inner_text() == title
        assert page.locator("h1").count() == 1


def test_a_faulty_row_is_told_with_its_column_and_only_the_first_twenty(page: Page, receipts: dict[str, Path]) -> None:
    page.goto(receipts["merknader"].as_uri())
    text = page.locator("main").inner_text()
    assert "kolonnen «Mottatt dato» kan ikke leses" in text
    assert "Gjelder radene 186–205 … og 14 til av samme slag." in text
    assert "«Meldt av» → melder" in text


def test_nothing_of_a_receipt_is_fetched_from_elsewhere(page: Page, receipts: dict[str, Path]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for file in receipts.values():
        page.goto(file.as_uri())
    assert all(url.startswith("file:") for url in asked) and len(asked) == len(receipts)
