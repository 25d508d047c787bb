"""The registry's files: what cannot be used is refused with file, row and remedy, and the value is not repeated."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder, write_text
from meldingskontroll.roster.compile import TABLES, compile_roster
from meldingskontroll.settings import Settings
from support.lake_fixtures import read_table, write_table

CLOCK = Clock(datetime(2023, 7, 1, 12, tzinfo=UTC))
ONE = "11111111-1111-4111-8111-111111111111"
SYSTEMS = "kommunenummer;bydelsnummer;fagsystem;integrert_fra;integrert_til;kilde\n"
RECIPIENTS = "bydelRessursId;kommunenummer;bydelsnummer;bydelsnavn;fiksOrgId;kontotype;fagsystem\n"
FILES = {
    "registry/case_systems.csv": SYSTEMS + "0301;;VISMA_FAMILIA;2021-01-01;;KS\n",
    "portal/recipients.csv": RECIPIENTS + f"{ONE};301;00;;;FIKS_IO;VISMA_FAMILIA\n",
}


def compiled(root: Path, **changed: str | None) -> WorkFolder:
    work = WorkFolder(root)
    files = FILES | {name.replace("__", "/") + ".csv": text for name, text in changed.items()}
    for name, text in files.items():
        if text is not None:
            write_text(root / name, text)
    write_table(work, "portal__messages")
    compile_roster(work, CLOCK, Settings())
    return work


def test_numbers_keep_their_zero_and_the_shipped_tables_stand_in(tmp_path: Path) -> None:
    work = compiled(tmp_path)
    (entry,) = read_table(work, "roster__entries")
    assert (entry["entry_id"], entry["municipality_no"], entry["name"]) == ("0301", "0301", "Oslo")
    assert len(read_table(work, "roster__entry_recipients")) == 1
    assert all(work.table(relation).is_file() for relation in TABLES)


def test_an_empty_registry_is_an_empty_roster_for_the_decision_to_hold_on(tmp_path: Path) -> None:
    work = compiled(tmp_path, registry__case_systems=SYSTEMS)
    assert read_table(work, "roster__entries") == []


def test_two_numbers_of_one_municipality_are_one_entry(tmp_path: Path) -> None:
    rows = SYSTEMS + "0101;;VISMA_FAMILIA;2019-01-01;2022-01-01;KS\n3001;;VISMA_FAMILIA;2022-01-01;;KS\n"
    work = compiled(tmp_path, registry__case_systems=rows)
    assert [entry["entry_id"] for entry in read_table(work, "roster__entries")] == ["3001"]
    assert len(read_table(work, "roster__periods")) == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("registry__case_systems", SYSTEMS + "0301;;HEMMELIG;2021-01-01;;KS\n", "row 2: fagsystem must be one of"),
        ("registry__case_systems", SYSTEMS + "0301;;UKJENT;snart;;KS\n", "row 2: integrert_fra must be a date"),
        (
            "registry__case_systems",
            SYSTEMS + "0301;;VISMA_FAMILIA;2022-01-01;2021-12-31;KS\n",
            "row 2: integrert_til is before integrert_fra",
        ),
        ("registry__case_systems", SYSTEMS + "\n\n3;x;UKJENT;;;KS\n", "row 4"),
        ("registry__case_systems", SYSTEMS + "Oslo;;UKJENT;;;KS\n", "row 2: kommunenummer must be four digits"),
        ("registry__case_systems", SYSTEMS + "0301;;UKJENT;;;KS;for;mange\n", "row 2: 8 fields"),
        ("registry__case_systems", "kommunenummer;fagsystem\n", "lacks integrert_fra"),
        ("registry__fixes", "kommunenummer;versjon;installert\n0301;23.2;snart\n", "row 2: installert must be a date"),
        ("registry__services", "tjeneste_id;navn;vert_kommunenummer\n;A;0301\n", "row 2: tjeneste_id is empty"),
        (
            "registry__services",
            "tjeneste_id;navn;vert_kommunenummer\nT;A;3001\nT;A;3101\nT;A;3002\n",
            "row 4: the same tjeneste_id has two hosts",
        ),
        ("portal__recipients", RECIPIENTS + "17;0301;;;;;\n", "row 2: bydelRessursId must be a UUID"),
        ("portal__recipients", RECIPIENTS + f"{ONE};0301;;;;;\n{ONE};1103;;;;;\n", "row 3: the same bydelRessursId"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_its_value_is_not_repeated(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(AuditInputError) as refused:
        compiled(tmp_path, **{name: text})
    assert said in str(refused.value) and name.split("__")[1] in str(refused.value)
    assert "HEMMELIG" not in str(refused.value) and "snart" not in str(refused.value)


@pytest.mark.parametrize("name", ["registry__case_systems", "portal__recipients"])
def test_without_the_registry_or_the_recipients_there_is_nothing_to_audit(tmp_path: Path, name: str) -> None:
    with pytest.raises(AuditInputError, match=name.split("__")[1]):
        compiled(tmp_path, **{name: None})


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "fixes.csv").write_bytes(
        "kommunenummer;versjon;installert;bekreftet_av\næ".encode("cp1252")
    )
    with pytest.raises(AuditInputError, match=r"registry/fixes.csv is not UTF-8"):
        compiled(tmp_path)


@pytest.mark.parametrize("begin", ["20210101", "2020-W53-5", "2021-01-01T00", "2020-12-31T23:00:00,000Z"])
def test_a_date_written_in_another_iso_way_is_the_same_date_and_keeps_the_place_in_scope(
    begin: str, tmp_path: Path
) -> None:
    work = compiled(tmp_path, registry__case_systems=SYSTEMS + f"0301;;VISMA_FAMILIA;{begin};;KS\n")
    (period,) = read_table(work, "roster__periods")
    assert period["from_utc"] == datetime(2020, 12, 31, 23)


def test_an_installation_on_a_date_counts_from_its_end_however_the_date_is_written(tmp_path: Path) -> None:
    fixes = "kommunenummer;versjon;installert\n0301;23.2;20230601\n0301;23.2;2023-06-01T00\n0301;23.2.99999999999;\n"
    work = compiled(tmp_path, registry__fixes=fixes)
    found = [
        (row["installed_utc"], row["version_parts"][:2]) for row in read_table(work, "roster__fixes", "source_row")
    ]
    assert [row[0] for row in found] == [datetime(2023, 6, 1, 22), datetime(2023, 5, 31, 22), None]
    assert all(row[1] == [23, 2] for row in found)


def test_overlapping_rows_under_an_old_and_a_new_number_are_one_entry_under_one_number(tmp_path: Path) -> None:
    """Both begin before the fault did, so that neither is later: the entry and its periods must still agree."""
    numbers = ("3001", "0101", "3101")
    rows = SYSTEMS + "".join(f"{number};;VISMA_FAMILIA;2019-01-01;;KS\n" for number in numbers)
    recipient = RECIPIENTS + f"{ONE};0101;;;;FIKS_IO;VISMA_FAMILIA\n"
    work = compiled(tmp_path, registry__case_systems=rows, portal__recipients=recipient)
    tables = ("roster__entries", "roster__periods", "roster__entry_recipients", "roster__entry_services")
    assert [[row["entry_id"] for row in read_table(work, table)] for table in tables] == [["3101"]] * 4
    assert read_table(work, "roster__entries")[0]["name"] == "Halden"
