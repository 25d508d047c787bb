"""Nothing that a file may hold stops the intake: it is accepted or refused, and never raises."""

from __future__ import annotations

import io
import json
from pathlib import Path

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meldingskontroll.intake import source
from meldingskontroll.intake.examine import Examined, examine
from meldingskontroll.intake.outcome import receipt_of
from meldingskontroll.intake.scope import Folder

FOLDER = Folder("4601", "4601", frozenset({"4601"}))
CSV = (
    b"# periode_fra: 2022-01-01\n# periode_til: 2022-02-01\n"
    b"meldingsid;mottatt;registrert;type;melder;kanal;kommunenummer;bydelsnummer\n"
    b"3f2b0c1e-8a41-4a52-9a39-6d0a6a4b1c11;01.03.2022 09:24:45;;bekymringsmelding;privat;portal;4601;05\n"
    b";2022-03-01T09:24:45Z;;brev;offentlig;post;;\nTotalt;2\n"
)
IMPORTER = (
    b"2022-03-01 09:24:40;1 nye forsendelser\n2022-03-01 09:24:45;Importerte forsendelse med tittel A,"
    b"id 3f2b0c1e-8a41-4a52-9a39-6d0a6a4b1c11, saksnr: 2022/1 og journalpostnummer 2022/2.\n"
)
JSON = json.dumps({"periode_fra": "2022-01-01", "rader": [{"mottatt": "2022-03-01", "type": "brev"}, {}]}).encode()


def _workbook() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["mottatt", "type"])
        sheet.write_row(1, 0, [44621.392, "brev"])
    return buffer.getvalue()


SEEDS = [CSV, CSV.decode().encode("utf-16"), CSV.replace(b";", b"\t"), IMPORTER, JSON, _workbook()]
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run(data: bytes, manifest: bytes | None = None, name: str = "logg.csv") -> Examined:
    found = examine(FOLDER, source.Item(Path(name), name, 0, True), source.Content(data, "0" * 64), manifest)
    receipt = receipt_of(found.outcome)
    json.dumps(receipt, ensure_ascii=False).encode()
    assert receipt["rows_read"] == receipt["rows_accepted"] + receipt["rows_rejected"]
    assert (found.registrations is None) == (receipt["status"] == "rejected")
    return found


def test_every_seed_is_accepted_as_it_stands() -> None:
    assert all(run(seed).outcome.status != "rejected" for seed in SEEDS)


@FUZZ
@given(st.binary(max_size=3000))
def test_any_bytes_are_answered(data: bytes) -> None:
    run(data)


@FUZZ
@given(st.sampled_from(SEEDS), st.data())
def test_a_log_with_anything_done_to_it_is_answered(seed: bytes, data: st.DataObject) -> None:
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        removed = data.draw(st.integers(0, 12))
        content[at : at + removed] = data.draw(st.binary(max_size=12))
    run(bytes(content))


@FUZZ
@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=12), st.sampled_from(";\t,|"))
def test_any_cells_under_a_header_are_answered(rows: list[list[str]], delimiter: str) -> None:
    header = delimiter.join(["meldingsid", "mottatt", "type", "kanal", "kommunenummer", "bydelsnummer", "melder"])
    text = "\n".join([header, *(delimiter.join(row) for row in rows)])
    run(text.encode("utf-8", "replace"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["mottatt", "type", "rader", "x"]), inner)
    ),
    max_leaves=12,
)


@FUZZ
@given(json_values)
def test_any_json_is_answered_as_log_and_as_manifest(value: object) -> None:
    encoded = json.dumps(value).encode()
    run(encoded, name="logg.json")
    run(CSV, encoded)
    run(
        CSV,
        json.dumps(
            {"periode_fra": value, "antall_rader": value, "gjelder_kommuner": value, "eksportert": value}
        ).encode(),
    )


@FUZZ
@given(st.text(max_size=60))
def test_any_name_is_answered(name: str) -> None:
    run(CSV, name=name.replace("/", "").encode("utf-8", "replace").decode() + ".csv")
