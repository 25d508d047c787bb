"""The overview: its figures, its files, and what it says when something is missing."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from meldingskontroll import sql, survey
from meldingskontroll.lake import WorkFolder, write_text
from meldingskontroll.overview import build as builder
from meldingskontroll.overview import problems
from meldingskontroll.overview.build import build
from meldingskontroll.overview.figures import COUNTS, gather
from meldingskontroll.overview.front import not_known
from meldingskontroll.settings import Settings
from support.lake_fixtures import write_table
from support.overview_lake import CLOCK, HOSTILE_NAME, make_overview_lake

KEYS = {"as_of_utc", "roster_size", "verified", "totals", "survey", "municipalities"}
SURVEY_KEYS = {
    "received", "answers", "discarded", "could_be_affected", "with_losses", "losses_stated", "losses", "overlaps",
    "case_systems", "missing", "routines", "deviation", "informed", "other_missing",
}  # fmt: skip


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> WorkFolder:
    work = make_overview_lake(tmp_path_factory.mktemp("work"))
    build(work, CLOCK, Settings())
    return work


def overview(work: WorkFolder) -> dict:
    return json.loads((work.overview / "overview.json").read_text())


def page(work: WorkFolder, name: str = "index.html") -> str:
    return (work.overview / name).read_text()


def test_the_figures_have_exactly_the_keys_of_the_contract(work: WorkFolder) -> None:
    found = overview(work)
    assert found.keys() == KEYS
    assert found["survey"].keys() == SURVEY_KEYS
    assert found["totals"].keys() == set(COUNTS)
    assert found["as_of_utc"] == "2023-07-01T06:00:00Z"
    assert (found["roster_size"], found["verified"]) == (5, 2)


def test_every_total_is_the_sum_of_the_rows_and_is_conserved(work: WorkFolder) -> None:
    found = overview(work)
    for name in COUNTS:
        assert found["totals"][name] == sum(row[name] for row in found["municipalities"])
    totals = found["totals"]
    parts = ("registered", "printed", "not_delivered", "in_transit", "lost", "unknown")
    assert totals["sent"] == sum(totals[name] for name in parts) == 451


def test_the_survey_counts_answers_that_were_neither_discarded_nor_superseded(work: WorkFolder) -> None:
    survey = overview(work)["survey"]
    assert (survey["received"], survey["answers"], survey["discarded"]) == (5, 3, 1)
    assert survey["case_systems"]["VISMA_FAMILIA"] == {"integrated": 3, "not_integrated": 0}
    assert survey["case_systems"]["DIPS_BARNEVERN"] == {"integrated": 0, "not_integrated": 3}
    assert survey["missing"] == {"ja_kjent": 2, "ja_ukjent": 0, "nei": 1, "vet_ikke": 0}
    assert survey["overlaps"] == [{"service_id": "oslo-12", "responses": 2, "counted": 2, "stated": 4}]
    assert survey["other_missing"] == 1


def test_every_municipality_of_the_roster_has_its_page_and_no_other(work: WorkFolder) -> None:
    pages = sorted(file.name for file in (work.overview / "kommuner").iterdir())
    assert pages == ["0301.html", "3005.html", "4601.html", "5444.html"]
    assert "Frogner" in page(work, "kommuner/0301.html")
    assert "Søndre Nordstrand" in page(work, "kommuner/0301.html")


def test_the_same_inputs_give_byte_identical_files(work: WorkFolder) -> None:
    before = {file: file.read_bytes() for file in work.overview.rglob("*") if file.is_file()}
    build(work, CLOCK, Settings())
    assert {file: file.read_bytes() for file in work.overview.rglob("*") if file.is_file()} == before


def test_an_empty_roster_is_said_to_be_empty_and_holds(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path, empty=True)
    build(work, CLOCK, Settings())
    assert overview(work)["roster_size"] == 0
    assert "Sletting holdes tilbake" in page(work)
    assert "Omfanget er tomt" in page(work)
    assert "Ingen svar på spørreundersøkelsen" in page(work)


UNREADABLE = [
    None,
    "",
    "{",
    "[]",
    '{"decision": "DELETE", "global_reasons": [], "valid_until_utc": null}',
    '{"decision": "RELEASE"}',
    '{"decision": "RELEASE", "global_reasons": [], "valid_until_utc": null}',
    '{"decision": "RELEASE", "global_reasons": ["CHECK_FAILED"], "valid_until_utc": "2023-07-02T06:00:00Z"}',
    '{"decision": "RELEASE", "global_reasons": [], "valid_until_utc": 7}',
]


@pytest.mark.parametrize("content", UNREADABLE)
def test_a_decision_that_cannot_be_read_is_hold(tmp_path: Path, content: str | None) -> None:
    work = make_overview_lake(tmp_path)
    release = work.out / "release.json"
    release.unlink() if content is None else write_text(release, content)
    build(work, CLOCK, Settings())
    assert "Sletting holdes tilbake" in page(work)
    assert "Beslutningen kan ikke leses" in page(work)
    assert "Sletting er frigitt" not in page(work)
    assert "kan ikke lese om kontrollprøven" in page(work)


@pytest.mark.parametrize(("until", "released"), [("2023-07-01T06:00:00Z", False), ("2023-07-01T06:00:01Z", True)])
def test_a_release_is_shown_until_it_runs_out_and_no_longer(tmp_path: Path, until: str, released: bool) -> None:
    work = make_overview_lake(tmp_path)
    write_text(work.decision, json.dumps({"decision": "RELEASE", "global_reasons": [], "valid_until_utc": until}))
    build(work, CLOCK, Settings())
    assert ("Sletting er frigitt" in page(work)) is released
    assert ("Sletting holdes tilbake" in page(work)) is not released


def test_counts_of_checks_that_are_not_whole_are_not_shown(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path)
    release = json.loads(work.decision.read_text()) | {"checks": {"run": 3}, "drill": None}
    write_text(work.decision, json.dumps(release))
    build(work, CLOCK, Settings())
    assert "kan ikke lese om kontrollene" in page(work)
    assert "kan ikke lese om kontrollprøven" in page(work)


def test_a_published_row_that_is_missing_stops_the_build_and_leaves_the_old_pages(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path)
    build(work, CLOCK, Settings())
    before = page(work)
    rows = (work.out / "municipalities.csv").read_text().splitlines(keepends=True)
    write_text(work.out / "municipalities.csv", "".join(rows[:-1]))
    with pytest.raises(RuntimeError, match="same entries"):
        build(work, CLOCK, Settings())
    assert page(work) == before


def test_a_fault_while_rendering_leaves_the_old_pages_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = make_overview_lake(tmp_path)
    build(work, CLOCK, Settings())
    before = {file: file.read_bytes() for file in work.out.rglob("*") if file.is_file()}

    def fail(_: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(builder, "make_workbook", fail)
    with pytest.raises(OSError, match="disk full"):
        build(work, CLOCK, Settings())
    assert {file: file.read_bytes() for file in work.out.rglob("*") if file.is_file()} == before


def test_the_page_of_a_municipality_that_left_the_roster_goes_away(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path)
    build(work, CLOCK, Settings())
    make_overview_lake(tmp_path, empty=True)
    build(work, CLOCK, Settings())
    assert not (work.overview / "kommuner").exists()
    assert [p.name for p in work.out.iterdir() if p.name.startswith(".")] == []


def test_names_from_the_registry_cannot_run_in_a_page(work: WorkFolder) -> None:
    for name in ("index.html", "kommuner/5444.html"):
        assert "<script>alert" not in page(work, name)
        assert "&lt;script&gt;alert" in page(work, name)


def test_no_cell_of_the_workbook_can_run_as_a_formula(work: WorkFolder) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO((work.overview / "oversikt.xlsx").read_bytes()))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
        if isinstance(cell, str)
    ]
    assert any(HOSTILE_NAME in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_the_workbook_holds_every_entry_requirement_and_loss(work: WorkFolder) -> None:
    book = CalamineWorkbook.from_path(work.overview / "oversikt.xlsx")
    sizes = {name: len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names}
    assert sizes["Kommuner og bydeler"] == 5
    assert sizes["Krav"] == 5 * 9
    assert sizes["Tapte meldinger"] == 4


def test_the_name_of_a_rejected_file_is_never_shown(work: WorkFolder) -> None:
    everything = "".join(file.read_text() for file in work.overview.rglob("*.html"))
    assert "11111111111" not in everything
    assert "Avvist" in page(work, "kommuner/4601.html")
    assert "logg.csv" in page(work, "kommuner/4601.html")


def test_pages_refer_to_nothing_outside_of_themselves(work: WorkFolder) -> None:
    for file in work.overview.rglob("*.html"):
        text = file.read_text()
        assert "http" not in text
        assert not re.search(r"\bsrc=|@import", text)
        assert set(re.findall(r"url\(([^)]{2})", text)) <= {"#p", "#k"}
        links = set(re.findall(r'href="([^"]+)"', text))
        assert all(
            link.startswith(("#", "data:,")) or (file.parent / link).is_file() for link in links if "#" not in link
        )


@pytest.mark.parametrize("synthetic", [True, False])
def test_made_up_data_say_so_on_every_page_and_real_data_do_not(tmp_path: Path, synthetic: bool) -> None:
    work = make_overview_lake(tmp_path, synthetic=synthetic)
    build(work, CLOCK, Settings())
    pages = [file.read_text() for file in work.overview.rglob("*.html")]
    assert len(pages) == 5
    assert [("Syntetiske data" in text) for text in pages] == [synthetic] * 5


def test_what_is_not_known_is_said_with_its_numbers(work: WorkFolder) -> None:
    text = page(work).replace("\u00a0", " ")
    assert "1 oppføring har ingen bevist tid" in text
    assert "2 oppføringer har hull i dokumentasjonen" in text
    assert "21 meldinger hos 3 oppføringer har ukjent utfall. Årsak: ikke dekket av noen logg." in text
    assert "12 meldinger i portalens logg gikk til mottakere utenfor omfanget" in text
    assert "For 2 oppføringer har ingen svart" in text
    assert "1 fil fra 1 kommune er avvist" in text


def test_answers_that_could_not_be_used_are_shown_with_file_and_row(work: WorkFolder, tmp_path: Path) -> None:
    page = (work.overview / "index.html").read_text()
    assert "Svar og oppfølging som ikke kunne brukes" in page and "Rollen er ukjent, og svaret teller ikke." in page
    assert '<td class="n">2</td><td>7, 9</td>' in page
    assert "hele filen" in page and "11111111111" not in page
    assert any("steder i filene med svar" in sentence for sentence in not_known(gather(work, CLOCK, Settings())))
    empty = make_overview_lake(tmp_path, empty=True)
    build(empty, CLOCK, Settings())
    assert "som ikke kunne brukes" not in (empty.overview / "index.html").read_text()


def test_every_code_of_the_survey_has_its_words() -> None:
    room = Path(survey.__path__[0])
    sources = "".join(file.read_text() for file in room.glob("*.py"))
    sources += (sql.sql_root() / "survey" / "60_problems.sql").read_text()
    codes = set(re.findall(r"[\"']([A-Z]+(?:_[A-Z]+)+)[\"']", sources))
    assert len(codes) > 20
    assert sorted(code for code in codes if shown_problem(code)["text"] == code) == []


def shown_problem(code: str) -> dict[str, object]:
    return problems.shown({"source_file": "x.csv", "code": code, "problems": 1, "first_rows": [1]})


def test_every_unknown_message_is_said_to_be_unknown_also_the_newest(work: WorkFolder) -> None:
    figures = gather(work, CLOCK, Settings())
    assert not any("så nye" in sentence for sentence in not_known(figures))
    newer = dataclasses.replace(figures, totals=figures.totals | {"unknown": 24})
    assert any(sentence.startswith("3\u00a0meldinger er så nye") for sentence in not_known(newer))


def test_an_undeclared_extract_is_said_to_prove_nothing(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path)
    write_table(work, "portal__extract", [{"declared": False, "problem": "missing"}])
    build(work, CLOCK, Settings())
    assert "Portalens uttrekk er ikke bevist fullstendig" in page(work)


def test_losses_are_listed_with_norwegian_time_kind_and_what_was_done(work: WorkFolder) -> None:
    text = page(work, "kommuner/4601.html").replace("\u00a0", " ")
    assert text.count("<code>3ab82fbd-cd31-5ee9-be76-6e506a563160</code>") == 1
    assert "Meldt på nytt" in text
    assert "Ikke fulgt opp" in text
    assert "er tapt blant disse" in text
    assert "Følg opp hver melding i listen over tapte meldinger" in text
