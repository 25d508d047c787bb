"""Reading again changes nothing; the audit adds what only it knows; what left the inbox leaves the tables."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meldingskontroll.domain import Requirement
from meldingskontroll.intake import collect as collect_room
from meldingskontroll.intake.receipts import finish_receipts
from meldingskontroll.settings import Settings
from support.inbox import CLOCK, FIRST, HEADER, PERIOD, Inboxes, codes

GOOD = f"{PERIOD}{HEADER}\n{FIRST};2022-03-01T09:24:45;;bekymringsmelding;privat;portal;4601;05\n"


@pytest.fixture
def inboxes(tmp_path: Path) -> Inboxes:
    return Inboxes(tmp_path)


def stamps(inboxes: Inboxes) -> dict[str, int]:
    tables = {"uploads.parquet", "registrations.parquet"}
    files = [path for path in inboxes.root.rglob("*") if path.is_file() and path.name not in tables]
    return {str(path): path.stat().st_mtime_ns for path in files}


def table(inboxes: Inboxes, relation: str, rows: list[dict[str, Any]]) -> None:
    target = inboxes.work.table(relation)
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), target)


def finish(inboxes: Inboxes) -> None:
    finish_receipts(inboxes.work, CLOCK, Settings())


def silence(inboxes: Inboxes, sha256: str, entry: str = "4601-05") -> None:
    stretch = {"from_utc": dt.datetime(2022, 2, 1, 8), "to_utc": dt.datetime(2022, 2, 20, 6, 30), "messages": 9}
    table(inboxes, "reconcile__silences", [{"entry_id": entry, **stretch, "upload_sha256s": [sha256]}])


def test_reading_again_writes_nothing(inboxes: Inboxes) -> None:
    inboxes.put("logg.csv", GOOD)
    inboxes.put("tom.csv", "")
    first = inboxes.read()
    finish(inboxes)
    before, tables = stamps(inboxes), [inboxes.rows(), inboxes.uploads()]
    second = inboxes.read()
    finish(inboxes)
    assert stamps(inboxes) == before
    assert [o.as_dict() for o in first] == [o.as_dict() for o in second]
    assert [inboxes.rows(), inboxes.uploads()] == tables


def test_an_earlier_reading_is_not_repeated(inboxes: Inboxes, monkeypatch: pytest.MonkeyPatch) -> None:
    inboxes.put("logg.csv", GOOD)
    inboxes.read()
    asked: list[str] = []
    real = collect_room.examine
    monkeypatch.setattr(collect_room, "examine", lambda f, i, *rest: asked.append(i.name) or real(f, i, *rest))
    inboxes.read()
    assert asked == []
    inboxes.put("ny.csv", GOOD + "\n;2022-03-02;;;;;;\n")
    inboxes.read()
    assert asked == ["ny.csv"]
    (inboxes.work.inbox("4601") / "logg.csv.manifest.json").write_text('{"periode_fra": "2022-02-01"}')
    inboxes.read()
    assert asked == ["ny.csv", "logg.csv"]


def test_lost_registrations_are_read_again(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD)
    inboxes.work.intake_registrations("4601", outcome.sha256).unlink()
    inboxes.work.intake_outcomes("4601").write_text("{ half")
    inboxes.read()
    assert len(inboxes.rows()) == 1


def test_the_original_is_kept_under_its_hash(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD)
    assert inboxes.work.raw(outcome.sha256).read_text() == GOOD


def test_what_leaves_the_inbox_leaves_the_tables(inboxes: Inboxes) -> None:
    path = inboxes.put("logg.csv", GOOD)
    inboxes.read()
    path.unlink()
    assert inboxes.read() == []
    assert inboxes.rows() == [] and inboxes.uploads() == []
    assert len(inboxes.receipts()) == 1


def test_only_the_municipalities_asked_for_are_read(inboxes: Inboxes) -> None:
    inboxes.put("logg.csv", GOOD, "4601")
    inboxes.put("logg.csv", GOOD.replace("4601", "0301"), "0301")
    done: list[str] = []
    outcomes = collect_room.collect(inboxes.work, CLOCK, Settings(), ["0301"], done.append)
    assert [outcome.folder_no for outcome in outcomes] == done == ["0301"]
    assert inboxes.receipts("4601") == []


def test_the_same_bytes_twice_count_once(inboxes: Inboxes) -> None:
    for name, arrival in (("b.csv", 1_000), ("a.csv", 2_000)):
        path = inboxes.put(name, GOOD)
        os.utime(path, (arrival, arrival))
    first, second = inboxes.read()
    assert (first.file_name, first.same_bytes_as) == ("b.csv", None)
    assert (second.file_name, second.same_bytes_as, codes(second)) == ("a.csv", "b.csv", ["SAME_BYTES"])
    assert second.status == "accepted"
    assert len(inboxes.rows()) == 1 and len(inboxes.receipts()) == 2


def test_the_copy_that_declares_its_period_is_the_one_that_counts(inboxes: Inboxes) -> None:
    bare = GOOD.removeprefix(PERIOD)
    for name, arrival, manifest in (
        ("a.csv", 1_000, None),
        ("b.csv", 2_000, {"periode_fra": "2022-01-01", "periode_til": "2022-02-01"}),
    ):
        os.utime(inboxes.put(name, bare, manifest=manifest), (arrival, arrival))
    first, second = inboxes.read()
    assert (first.same_bytes_as, second.same_bytes_as) == ("b.csv", None)
    assert second.period_is_proof and len(inboxes.rows()) == 1


def test_the_same_bytes_in_two_folders_are_two_uploads(inboxes: Inboxes) -> None:
    inboxes.put("logg.csv", f"{HEADER}\n;2022-03-02;;;;;;\n", "4601")
    inboxes.put("logg.csv", f"{HEADER}\n;2022-03-02;;;;;;\n", "0301")
    inboxes.read()
    assert sorted(row["folder_no"] for row in inboxes.rows()) == ["0301", "4601"]


def test_a_silent_stretch_comes_into_the_receipt_and_goes_again(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD)
    assert inboxes.receipts()[0]["status"] == "accepted"
    silence(inboxes, outcome.sha256)
    finish(inboxes)
    (receipt,) = inboxes.receipts()
    assert receipt["status"] == "accepted_with_warnings"
    (message,) = receipt["messages"]
    assert (message["code"], message["severity"], message["row"]) == ("SILENT", "warning", None)
    assert "01.02.2022 kl. 09.00" in message["text"] and "20.02.2022 kl. 07.30" in message["text"]
    (page,) = inboxes.work.receipts("4601").glob("*.html")
    assert "Loggen er taus" in page.read_text()
    inboxes.read()
    assert inboxes.receipts()[0]["status"] == "accepted_with_warnings"
    silence(inboxes, "0" * 64)
    finish(inboxes)
    assert inboxes.receipts()[0]["status"] == "accepted"


def test_another_places_silence_is_not_told_though_the_bytes_are_the_same(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD)
    silence(inboxes, outcome.sha256, "0301-05")
    finish(inboxes)
    assert inboxes.receipts()[0]["messages"] == []


def test_rows_that_are_gone_are_counted_in_the_later_receipt(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD)
    gone = [("4601", 2), ("4601", 3), ("0301", 9)]
    rows = [{"later_sha256": outcome.sha256, "earlier_sha256": "x", "folder_no": no, "rows": n} for no, n in gone]
    table(inboxes, "reconcile__rows_gone", rows)
    finish(inboxes)
    (message,) = inboxes.receipts()[0]["messages"]
    assert message["code"] == "ROWS_GONE" and "Antall: 5." in message["text"]


def test_a_refused_files_receipt_stays_as_it_is(inboxes: Inboxes) -> None:
    outcome = inboxes.one("tom.csv", "")
    silence(inboxes, outcome.sha256)
    finish(inboxes)
    assert [message["code"] for message in inboxes.receipts()[0]["messages"]] == ["EMPTY_FILE"]


def test_the_receipt_says_what_the_municipality_still_lacks(inboxes: Inboxes) -> None:
    inboxes.one("logg.csv", GOOD)
    (page,) = inboxes.work.receipts("4601").glob("*.html")
    finish(inboxes)
    assert "Dette mangler" not in page.read_text()
    table(inboxes, "reconcile__entries", [{"entry_id": "4601-05", "coverage_share": 0.873, "lost": 2}])
    finish(inboxes)
    assert "Loggene dekker 87 % av tiden som må dekkes. Send logger for resten. (bydel 05)" in page.read_text()
    requirements = [("FIX_INSTALLED", "NO_FIX_REPORTED", False), ("SURVEY_ANSWERED", "MET", True)]
    rows = [{"entry_id": "4601", "requirement": name, "reason": why, "met": met} for name, why, met in requirements]
    table(inboxes, "verification__requirements", rows)
    finish(inboxes)
    assert "Ingen versjon er oppgitt. Installer versjon 23.2 eller nyere" in page.read_text()
    assert "87 %" not in page.read_text() and "Spørreundersøkelsen" not in page.read_text()
    table(inboxes, "verification__requirements", [row | {"met": True} for row in rows])
    finish(inboxes)
    assert "Dette mangler" not in page.read_text()
    met = [{"entry_id": "4601-05", "requirement": str(name), "reason": "MET", "met": True} for name in Requirement]
    table(inboxes, "verification__requirements", met)
    finish(inboxes)
    assert "Ingenting.</strong> Ved siste kontroll var alle krav til kommunen oppfylt." in page.read_text()
    entries = inboxes.work.table("reconcile__entries")
    later = inboxes.work.table("verification__requirements").stat().st_mtime + 5
    os.utime(entries, (later, later))
    finish(inboxes)
    assert "87 %" in page.read_text()


def test_the_receipt_says_which_stretches_are_still_missing(inboxes: Inboxes) -> None:
    inboxes.one("logg.csv", GOOD)
    (page,) = inboxes.work.receipts("4601").glob("*.html")
    year, days = dt.datetime(2022, 1, 1), [dt.timedelta(days=n) for n in (0, 10, 30, 50, 60, 80, 90, 110, 200)]
    begin, *cuts, end = [year + day for day in days]
    proven = [{"entry_id": "4601", "from_utc": a, "to_utc": b} for a, b in zip(cuts[:-1:2], cuts[1::2], strict=False)]
    table(inboxes, "roster__periods", [{"entry_id": "4601", "from_utc": begin, "to_utc": end + dt.timedelta(days=9)}])
    table(inboxes, "reconcile__proven", proven)
    table(
        inboxes, "reconcile__entries", [{"entry_id": "4601", "coverage_share": 0.4, "lost": 0, "required_to_utc": end}]
    )
    unmet = {"entry_id": "4601", "requirement": "LOG_COVERED", "reason": "NOT_ALL_PROVEN", "met": False}
    table(inboxes, "verification__requirements", [unmet])
    finish(inboxes)
    text = page.read_text()
    assert "Deler av perioden er ikke dekket. Last opp logg" in text
    assert "Ikke vist ennå: 01.01.2022 kl. 01.00 til 11.01.2022 kl. 01.00; 31.01.2022" in text and "; og 1 til." in text


def test_nothing_to_finish_is_no_error(inboxes: Inboxes) -> None:
    finish(inboxes)
    inboxes.put("logg.csv", GOOD)
    finish(inboxes)
    assert inboxes.receipts() == []


def test_the_page_of_a_synthetic_folders_receipt_says_that_it_is_synthetic(inboxes: Inboxes) -> None:
    inboxes.put("logg.csv", f"{PERIOD}{HEADER}\n;2022-02-01T10:00:00;;;;;;\n")
    collect_room.collect(inboxes.work, CLOCK, Settings())
    (page,) = inboxes.work.receipts("4601").glob("*.html")
    assert "Syntetiske data" not in page.read_text()
    inboxes.work.synthetic_notice.write_text("x")
    page.unlink()
    collect_room.collect(inboxes.work, CLOCK, Settings())
    assert "Syntetiske data" in page.read_text()
