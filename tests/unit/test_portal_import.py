"""The portal's extract as files: read whole or refused with a sentence, and a doubtful manifest declares nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.portal.extract_import import MESSAGE_COLUMNS, import_extract
from meldingskontroll.settings import Settings
from support.lake_fixtures import read_table

CLOCK = Clock(datetime(2023, 7, 1, 12, tzinfo=UTC))
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
MANIFEST = {
    "fraDato": "2020-09-01T00:00:00", "tilDato": "2023-07-01T14:00:00", "totaltAntallTreff": 1,
    "uttrekkstidspunkt": "2023-07-01T14:00:00",
}  # fmt: skip


def line(message_id: str = ONE, name: str = "Sentrum") -> str:
    return f'{message_id},org,{ONE},2022-03-01T09:24:45,"{name}",false,PRIVAT,FIKS_IO,2022-03-01T09:24:50\n'


HEADER = ",".join(MESSAGE_COLUMNS) + "\n"


def imported(root: Path, content: str | bytes = HEADER + line(), manifest: Any = MANIFEST) -> dict[str, Any]:
    """The row of `portal__extract` after an import."""
    work = WorkFolder(root)
    work.portal.mkdir(parents=True)
    data = content.encode() if isinstance(content, str) else content
    (work.portal / "messages_1.csv").write_bytes(data)
    if manifest is not None:
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        work.portal_manifest.write_text(text)
    import_extract(work, CLOCK, Settings())
    (row,) = read_table(work, "portal__extract")
    return row


def test_a_good_extract_is_read_whole_and_kept_byte_for_byte(tmp_path: Path) -> None:
    row = imported(tmp_path)
    assert (row["declared"], row["unique_ids"], row["declared_total"], row["invalid_rows"]) == (True, 1, 1, 0)
    work = WorkFolder(tmp_path)
    source = work.portal / "messages_1.csv"
    assert work.raw(sha256_of(source)).read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        (None, "MISSING"),
        ("{", "UNREADABLE"),
        ("[]", "KEY_MISSING"),
        (MANIFEST | {"tilDato": None}, "KEY_MISSING"),
        (MANIFEST | {"totaltAntallTreff": "mange"}, "VALUE_UNREADABLE"),
        (MANIFEST | {"totaltAntallTreff": True}, "VALUE_UNREADABLE"),
        (MANIFEST | {"fraDato": "i fjor"}, "VALUE_UNREADABLE"),
    ],
)
def test_a_manifest_that_is_not_sound_declares_nothing(tmp_path: Path, manifest: Any, problem: str) -> None:
    row = imported(tmp_path, manifest=manifest)
    assert (row["declared"], row["problem"], row["declared_total"]) == (False, problem, None)


def test_columns_may_stand_in_another_order_and_unneeded_ones_be_left_out(tmp_path: Path) -> None:
    names = "kanal,bekreftet,innsendt,bydelRessursId,bekymringsmeldingId,ny"
    row = imported(tmp_path, f"\ufeff{names}\r\nFIKS_IO,,2022-03-01T09:24:45,{ONE},{TWO},x\r\n")
    assert (row["unique_ids"], row["invalid_rows"]) == (1, 0)


def test_a_row_that_cannot_be_read_is_counted_and_never_left_out_in_silence(tmp_path: Path) -> None:
    row = imported(tmp_path, HEADER + line() + "half a row\n" + line(TWO))
    assert row["invalid_rows"] >= 1 and row["rows_read"] == 3


def test_a_name_with_a_comma_a_quote_or_a_line_break_is_one_field(tmp_path: Path) -> None:
    row = imported(tmp_path, HEADER + line(name='Grünerløkka, ""sør""') + line(TWO, name="Frogner\nvest"))
    assert (row["unique_ids"], row["invalid_rows"]) == (2, 0)


def test_an_extract_with_a_header_only_is_empty_and_no_error(tmp_path: Path) -> None:
    assert imported(tmp_path, HEADER)["unique_ids"] == 0


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "header lacks"),
        ("a,b\n1,2\n", "header lacks"),
        (HEADER.strip() + ",kanal\n", "twice"),
        (HEADER.encode() + b"\xff\xfe,\xe6\n" * 3, "UTF-8"),
    ],
)
def test_a_file_that_is_not_the_portals_log_is_refused_with_its_name(
    tmp_path: Path, content: str | bytes, named: str
) -> None:
    with pytest.raises(AuditInputError) as refused:
        imported(tmp_path, content)
    assert "messages_1.csv" in str(refused.value) and named in str(refused.value)


def test_without_a_log_there_is_nothing_to_audit(tmp_path: Path) -> None:
    with pytest.raises(AuditInputError, match="messages"):
        import_extract(WorkFolder(tmp_path), CLOCK, Settings())


def test_a_row_below_unreadable_ones_keeps_its_number_in_the_file(tmp_path: Path) -> None:
    imported(tmp_path, HEADER + line() + "too,short\n" + "also,short\n" + line(TWO))
    found = {str(row["message_id"]): row["source_row"] for row in read_table(WorkFolder(tmp_path), "portal__messages")}
    assert found == {ONE: 2, TWO: 5}
