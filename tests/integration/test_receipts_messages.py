"""Each message of a receipt is given for what it says, and not without it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.domain import AuditInputError
from meldingskontroll.intake.check import check_file, examined, print_receipt
from meldingskontroll.intake.messages import catalogue
from meldingskontroll.settings import Settings
from support.inbox import FIRST, HEADER, PERIOD, SECOND, Inboxes, codes

ROW = f"{FIRST};2022-03-01T09:24:45;;bekymringsmelding;privat;portal;4601;05"
GOOD = f"{HEADER}\n{ROW}\n"
DECLARED = {"periode_fra": "2022-01-01", "periode_til": "2022-04-01"}


@pytest.fixture
def inboxes(tmp_path: Path) -> Inboxes:
    return Inboxes(tmp_path)


def test_a_good_file_has_no_message_at_all(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD, manifest=DECLARED)
    assert (outcome.status, codes(outcome), outcome.period_is_proof) == ("accepted", [], True)


@pytest.mark.parametrize(
    ("change", "code", "period"),
    [
        ({"periode_fra": None, "periode_til": None}, "PERIOD_MISSING", False),
        ({"periode_fra": None}, "PERIOD_UNREADABLE", False),
        ({"periode_til": "snart"}, "PERIOD_UNREADABLE", False),
        ({"periode_til": "03/04/2022"}, "PERIOD_UNREADABLE", False),
        ({"periode_til": "2021-12-31"}, "PERIOD_BACKWARDS", False),
        ({"periode_til": "2022-01-01"}, "PERIOD_BACKWARDS", False),
        ({"antall_rader": 2}, "ROW_COUNT_DIFFERS", True),
        ({"antall_rader": "mange"}, "ROW_COUNT_UNREADABLE", True),
        ({"eksportert": "nylig"}, "EXPORT_UNREADABLE", True),
    ],
)
def test_a_faulty_declaration_is_a_warning(inboxes: Inboxes, change: dict[str, Any], code: str, period: bool) -> None:
    manifest = {key: value for key, value in (DECLARED | change).items() if value is not None}
    outcome = inboxes.one("logg.csv", GOOD, manifest=manifest)
    assert (outcome.status, codes(outcome)) == ("accepted_with_warnings", [code])
    assert (outcome.period_from is not None) == period
    assert outcome.period_is_proof == (code == "EXPORT_UNREADABLE")
    assert len(inboxes.rows()) == 1


def test_an_unreadable_manifest_is_no_declaration(inboxes: Inboxes) -> None:
    for content in (b"{", b"[]", b"\xff\xff", b"[" * 100_000):
        path = inboxes.put("logg.csv", PERIOD + GOOD)
        path.with_name("logg.csv.manifest.json").write_bytes(content)
        (outcome,) = inboxes.read()
        assert "MANIFEST_UNREADABLE" in codes(outcome) and not outcome.period_is_proof


def test_a_linked_manifest_is_not_followed(inboxes: Inboxes, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text(json.dumps(DECLARED))
    path = inboxes.put("logg.csv", GOOD)
    path.with_name("logg.csv.manifest.json").symlink_to(tmp_path / "elsewhere.json")
    (outcome,) = inboxes.read()
    assert "MANIFEST_UNREADABLE" in codes(outcome) and outcome.period_from is None


def test_two_declarations_that_differ_are_no_proof(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", PERIOD + GOOD, manifest=DECLARED | {"periode_til": "2022-05-01"})
    assert codes(outcome) == ["MANIFEST_CONFLICT"] and not outcome.period_is_proof
    agreeing = inboxes.one("enig.csv", PERIOD + GOOD, manifest=DECLARED)
    assert codes(agreeing)[:1] != ["MANIFEST_CONFLICT"] and agreeing.period_is_proof


def test_the_declared_count_is_of_data_rows_alone(inboxes: Inboxes) -> None:
    text = f"Uttrekk\n# antall_rader: 2\n{PERIOD}\n{GOOD}\n;ugyldig;;;;;;\n\nTotalt;2;;;;;;\n"
    outcome = inboxes.one("logg.csv", text)
    assert (outcome.rows_read, outcome.rows_rejected) == (2, 1)
    assert [(m.code, m.row) for m in outcome.messages] == [("BAD_TIME", 9)]
    assert outcome.period_is_proof


def test_times_of_the_declaration_are_norwegian_unless_they_have_a_zone(inboxes: Inboxes) -> None:
    manifest = {"periode_fra": "2022-07-01T12:00:00", "periode_til": "2022-08-01T00:00:00Z", "eksportert": "2022-08-02"}
    inboxes.one("logg.csv", GOOD, manifest=manifest)
    (upload,) = inboxes.uploads()
    assert upload["period_from_utc"] == dt.datetime(2022, 7, 1, 10)
    assert upload["period_to_utc"] == dt.datetime(2022, 8, 1)
    assert upload["exported_utc"] == dt.datetime(2022, 8, 1, 22)
    assert upload["exported_until_utc"] == dt.datetime(2022, 8, 2, 21, 59, 59)


@pytest.mark.parametrize(
    ("cells", "code", "accepted"),
    [
        (";i går;;;;;;", "BAD_TIME", 0),
        (";;;brev;;;;", "BAD_TIME", 0),
        (";2022-03-02;;telegram;;;;", "BAD_VALUE", 0),
        (";2022-03-02;;;;brevdue;;", "BAD_VALUE", 0),
        (";2022-03-02;;;nabo;;;", "BAD_REPORTER", 1),
        ("123;2022-03-02;;;;;;", "BAD_ID", 1),
        (";2022-03-02;;;;;Andeby;", "BAD_PLACE", 1),
        (";2022-03-02;;;;;4601;nord", "BAD_PLACE", 1),
        (";2022-03-02;;;;;5001;", "ROW_OTHER_MUNICIPALITY", 1),
        (";2022-03-02;;;;;;;x", "BAD_ROW", 0),
    ],
)
def test_a_faulty_row_is_named_and_the_others_stand(inboxes: Inboxes, cells: str, code: str, accepted: int) -> None:
    outcome = inboxes.one("logg.csv", GOOD + cells + "\n", manifest=DECLARED)
    assert [(m.code, m.row) for m in outcome.messages] == [(code, 3)]
    assert (outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (2, 1 + accepted, 1 - accepted)
    assert len(inboxes.rows()) == 1 + accepted
    assert "telegram" not in outcome.messages[0].text and "nabo" not in outcome.messages[0].text


def test_rows_of_another_municipality_among_others_are_a_warning(inboxes: Inboxes) -> None:
    """An id answers wherever it was registered, so one such row does not make the file another's."""
    text = f"{HEADER}\n;2022-03-02;;;;;;\n{ROW.replace('4601', '5001')}\n"
    assert codes(inboxes.one("logg.csv", text, manifest=DECLARED)) == ["ROW_OTHER_MUNICIPALITY"]


def test_places_are_read_by_number_or_name(inboxes: Inboxes) -> None:
    cells = [("301", "5"), ("0301.0", "5.0"), ("Oslo kommune", "Bydel Alna"), ("Oslo", "030105"), ("", "00"), ("-", "")]
    text = "mottatt;kommune;bydel\n" + "".join(f"2022-03-01;{place};{district}\n" for place, district in cells)
    outcome = inboxes.one("logg.csv", text, "0301", manifest=DECLARED)
    assert outcome.status == "accepted"
    rows = [(row["municipality_no"], row["district_no"]) for row in inboxes.rows()]
    assert rows == [("0301", "05"), ("0301", "05"), ("0301", "12"), ("0301", "05"), (None, None), (None, None)]


def test_a_time_of_day_beside_midnight_is_joined(inboxes: Inboxes) -> None:
    inboxes.one("logg.csv", "Dato mottatt;Klokkeslett\n01.03.2022 00:00:00;09:24\n", manifest=DECLARED)
    inboxes.one("tid.csv", "Meldingsid;Tid\n;01.03.2022 09:24\n", manifest=DECLARED)
    assert {(row["received_local"], row["resolution_s"]) for row in inboxes.rows()} == {
        (dt.datetime(2022, 3, 1, 9, 24), 60)
    }


def test_only_twenty_of_a_kind_are_shown_and_then_how_many_more(inboxes: Inboxes) -> None:
    outcome = inboxes.one("logg.csv", GOOD + ";feil;;;;;;\n" * 27, manifest=DECLARED)
    bad = [m for m in outcome.messages if m.code == "BAD_TIME"]
    assert [m.row for m in bad] == [*range(3, 23), None]
    assert "7 til" in bad[-1].text and outcome.rows_rejected == 27


def test_how_the_file_was_read_is_said(inboxes: Inboxes) -> None:
    text = PERIOD + HEADER + ";saksnr;Kommunenavn\n" + ROW.replace("2022-03-01T09:24:45", "25/03/2022") + ";å;Bergen\n"
    outcome = inboxes.one("logg.csv", text.encode("cp1252"))
    assert outcome.status == "accepted"
    assert set(codes(outcome)) == {"ENCODING_GUESSED", "EXTRA_COLUMNS"}
    both = inboxes.one("to.csv", (PERIOD + "mottatt\n25/03/2022\n03/04/2022\n"))
    assert codes(both) == ["DATE_ORDER_DECIDED"]
    assert inboxes.uploads()[0]["messages_json"].startswith("[{")


def test_a_renumbered_municipality_is_the_same_with_a_warning(inboxes: Inboxes) -> None:
    for number, declared in (("3001", "0101"), ("3101", "3001"), ("3001", "3101")):
        inboxes.put(f"{declared}.csv", f"{PERIOD}# kommunenummer: {declared}\n{GOOD.replace('4601', declared)}", number)
    outcomes = inboxes.read()
    assert [codes(outcome) for outcome in outcomes] == [["RENUMBERED"]] * 3
    assert {tuple(outcome.speaks_municipalities) for outcome in outcomes} == {("3001",)}
    assert {row["municipality_no"] for row in inboxes.rows()} == {"3001"}


def registry(inboxes: Inboxes) -> None:
    inboxes.work.registry.mkdir(parents=True)
    (inboxes.work.registry / "services.csv").write_text("tjeneste_id;navn;vert_kommunenummer\nS;Felles;4601\n")
    (inboxes.work.registry / "service_members.csv").write_text(
        "tjeneste_id;kommunenummer;bydelsnummer;gyldig_fra;gyldig_til\n"
        "S;4601;;2020-01-01;\nS;4626;;2020-01-01;\nS;4627;;2012-01-01;2020-01-01\nS;5001;;2024-01-01;\n"
    )


@pytest.mark.parametrize(
    ("declared", "speaks"),
    [
        ({}, ["4601"]),
        ({"kommunenummer": "4626"}, ["4626"]),
        ({"gjelder_kommuner": ["4626", "4601"]}, ["4601", "4626"]),
        ({"gjelder_kommuner": "4626|4601"}, ["4601", "4626"]),
        ({"gjelder_kommuner": ["4627"]}, None),
        ({"gjelder_kommuner": ["5001"]}, None),
    ],
)
def test_a_host_speaks_for_those_that_it_hosts(inboxes: Inboxes, declared: Any, speaks: list[str] | None) -> None:
    registry(inboxes)
    outcome = inboxes.one("logg.csv", GOOD, manifest=DECLARED | declared)
    assert (outcome.status == "rejected") == (speaks is None)
    assert outcome.speaks_municipalities == (speaks or [])


def test_a_file_speaks_for_the_districts_that_all_its_rows_name(inboxes: Inboxes) -> None:
    two = GOOD + ROW.replace(FIRST, SECOND).replace(";05", ";7") + "\n"
    assert inboxes.one("alle.csv", two).speaks_districts == ["05", "07"]
    assert inboxes.one("en.csv", two + ";2022-03-02;;;;;;\n").speaks_districts == []
    assert inboxes.one("null.csv", two + ";2022-03-02;;;;;;00\n").speaks_districts == []
    assert inboxes.one("sagt.csv", two, manifest={"gjelder_bydeler": ["9", "05"]}).speaks_districts == ["05", "09"]
    assert inboxes.one("tom.csv", HEADER + "\n").speaks_districts == []


def test_the_case_system_is_named_alike_however_it_is_written(inboxes: Inboxes) -> None:
    names = {"a.csv": "Visma Familia", "b.csv": "dips-barnevern", "c.csv": None}
    for name, system in names.items():
        inboxes.put(name, PERIOD + (f"# fagsystem: {system}\n" if system else "") + GOOD)
    assert [o.case_system for o in inboxes.read()] == ["VISMA_FAMILIA", "DIPS_BARNEVERN", "VISMA_FAMILIA"]


def test_every_message_of_the_catalogue_can_be_given() -> None:
    given = {name.split('"')[1] for path in _sources() for name in path.read_text().split("\n") if _gives(name)}
    used = {code for code in catalogue() if any(f'"{code}"' in path.read_text() for path in _sources())}
    assert given <= set(catalogue())
    assert used == set(catalogue())


def _sources() -> list[Path]:
    import meldingskontroll.intake

    return sorted(Path(meldingskontroll.intake.__path__[0]).rglob("*.py"))


def _gives(line: str) -> bool:
    return 'Refused("' in line or 'notes.add("' in line


def test_check_says_what_the_receipt_says_and_writes_nothing(
    inboxes: Inboxes, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = GOOD + ";feil;;;;;;\n"
    for name, content in (("logg.csv", bad), ("tom.csv", ""), ("logg.pdf", "x"), ("15861095042.csv", GOOD)):
        path = inboxes.put(name, content, manifest=DECLARED)
        before = sorted(inboxes.root.rglob("*"))
        receipt = check_file(path, "4601", Settings())
        assert sorted(inboxes.root.rglob("*")) == before
        print_receipt(examined(path, "4601", Settings()))
        print_receipt(examined(path, "4601", Settings()), as_json=True)
    printed = capsys.readouterr().out
    assert "BAD_TIME" in printed and "AVVIST" in printed and "15861095042" not in printed
    inboxes.read()
    assert (
        receipt in inboxes.receipts()
        and check_file(path.with_name("logg.csv"), "4601", Settings()) in inboxes.receipts()
    )


def test_check_needs_a_file_and_a_municipality(tmp_path: Path) -> None:
    with pytest.raises(AuditInputError):
        check_file(tmp_path / "mangler.csv", "4601", Settings())
    with pytest.raises(AuditInputError):
        check_file(tmp_path, "Bergen", Settings())
    assert check_file(tmp_path, "4601", Settings())["messages"][0]["code"] == "NOT_A_FILE"
