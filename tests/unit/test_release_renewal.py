"""What counts as the approved inputs still: unchanged, or extended as the contract allows, and no new loss."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from meldingskontroll import sql
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.release import renewal
from meldingskontroll.release.ledger import state_of
from meldingskontroll.settings import Settings

LOG = "bekymringsmeldingId,innsendt\na,2023-01-01T10:00:00\nb,\n"
MANIFEST = {"fraDato": "2020-09-01", "tilDato": "2023-07-01", "totaltAntallTreff": 10, "uttrekkstidspunkt": "2023-07-01T06:00:00"}  # fmt: skip  # noqa: E501


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with sql.connect(Settings()) as made:
        yield made


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path / "work")


def keep(work: WorkFolder, content: str | bytes) -> str:
    """Put a content among what is kept. Returns its hash."""
    raw = content.encode() if isinstance(content, str) else content
    digest = hashlib.sha256(raw).hexdigest()
    work.raw(digest).parent.mkdir(parents=True, exist_ok=True)
    work.raw(digest).write_bytes(raw)
    return digest


def test_a_state_is_kept_once_and_read_back_only_as_what_its_hash_says(work: WorkFolder) -> None:
    inputs = {"b": "2", "a": "1"}
    state = renewal.keep_state(work, inputs)
    assert state == state_of(inputs)
    assert renewal.read_state(work, state) == inputs
    before = work.ledger_state(state).stat().st_mtime_ns
    assert renewal.keep_state(work, inputs) == state and work.ledger_state(state).stat().st_mtime_ns == before
    assert renewal.read_state(work, "0" * 64) is None
    for content in (b'{"a": "1"}', b"[]", b"{", b"\xff"):
        work.ledger_state(state).write_bytes(content)
        assert renewal.read_state(work, state) is None


def test_the_difference_names_each_path_once_in_order() -> None:
    before, now = {"a": "1", "b": "1", "c": "1", "d": "1"}, {"d": "2", "c": "2", "b": "1", "f": "1", "e": "1"}
    assert renewal.difference(before, now) == {"added": ["e", "f"], "removed": ["a"], "changed": ["c", "d"]}


def test_nothing_approved_is_extended_by_nothing(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> None:
    """A state without inputs carries no release, whatever stands there now; nor does one that is not kept."""
    assert not renewal.is_extension(connection, work, renewal.keep_state(work, {}), {"a": "1"})
    assert not renewal.is_extension(connection, work, state_of({"a": "1"}), {"a": "1"})


@pytest.mark.parametrize(
    ("path", "stands"),
    [
        ("portal/messages.csv", True),
        ("portal/messages_2.csv", True),
        ("portal/history.csv", False),
        ("portal/recipients.csv", False),
        ("portal/messages.txt", False),
        ("drop/0301/inbox/messages.csv", False),
        ("portal/manifest.json.csv", False),
    ],
)
def test_only_a_delivery_log_may_be_replaced_by_one_that_holds_more(
    path: str, stands: bool, connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    approved, longer = keep(work, LOG), keep(work, LOG + "c,2023-02-01\n")
    state = renewal.keep_state(work, {path: approved, "registry/fixes.csv": "f"})
    assert renewal.is_extension(connection, work, state, {path: approved, "registry/fixes.csv": "f", "new": "x"})
    assert renewal.is_extension(connection, work, state, {path: longer, "registry/fixes.csv": "f"}) is stands
    assert not renewal.is_extension(connection, work, state, {path: longer, "registry/fixes.csv": "g"})
    assert not renewal.is_extension(connection, work, state, {path: longer})
    assert not renewal.is_extension(connection, work, state, {"registry/fixes.csv": "f"})


def test_a_manifest_may_be_replaced_by_one_that_covers_more_and_by_no_other(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    path, more, less = "portal/manifest.json", {"tilDato": "2023-07-02"}, {"tilDato": "2023-06-30"}
    state = renewal.keep_state(work, {path: keep(work, json.dumps(MANIFEST))})
    for changed, stands in ((more, True), (less, False)):
        now = {path: keep(work, json.dumps(MANIFEST | changed))}
        assert renewal.is_extension(connection, work, state, now) is stands
    elsewhere = renewal.keep_state(work, {"registry/manifest.json": keep(work, json.dumps(MANIFEST))})
    moved = {"registry/manifest.json": keep(work, json.dumps(MANIFEST | more))}
    assert not renewal.is_extension(connection, work, elsewhere, moved)


@pytest.mark.parametrize("damage", ["approved gone", "present gone", "approved altered", "present altered"])
def test_what_is_compared_is_what_was_kept_under_its_hash(
    damage: str, connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    approved, longer = keep(work, LOG), keep(work, LOG + "c,2023-02-01\n")
    state = renewal.keep_state(work, {"portal/messages.csv": approved})
    which, how = damage.split()
    file = work.raw(approved if which == "approved" else longer)
    assert renewal.is_extension(connection, work, state, {"portal/messages.csv": longer})
    if how == "gone":
        file.unlink()
    else:
        file.write_text(LOG + "c,2023-02-01\nd,\n" if which == "present" else "bekymringsmeldingId,innsendt\n")
    assert not renewal.is_extension(connection, work, state, {"portal/messages.csv": longer})


def covers(work: WorkFolder, before: Any, now: Any) -> bool:
    files = [work.raw(keep(work, json.dumps(one) if isinstance(one, dict) else one)) for one in (before, now)]
    return renewal.covers_more(files[0], files[1])


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"fraDato": "2020-08-31"},
        {"tilDato": "2023-07-01T00:00:01"},
        {"totaltAntallTreff": 11},
        {"totaltAntallTreff": "10"},
        {"uttrekkstidspunkt": "2023-07-01T06:00:01"},
    ],
)
def test_a_manifest_that_covers_as_much_or_more_does(more: dict[str, Any], work: WorkFolder) -> None:
    assert covers(work, MANIFEST, MANIFEST | more)
    assert covers(work, MANIFEST, b"\xef\xbb\xbf" + json.dumps(MANIFEST | more).encode())


@pytest.mark.parametrize(
    "less",
    [
        {"fraDato": "2020-09-02"},
        {"tilDato": "2023-06-30"},
        {"totaltAntallTreff": 9},
        {"uttrekkstidspunkt": "2023-07-01T05:59:59"},
        {"uttrekkstidspunkt": "2023-07-01T06:00:00+02:00"},
        {"fraDato": "2020-08-01Z"},
        {"fraDato": None},
        {"tilDato": 7},
        {"totaltAntallTreff": 11.5},
        {"totaltAntallTreff": True},
        {"totaltAntallTreff": None},
    ],
)
def test_a_manifest_that_covers_less_or_cannot_be_compared_does_not(less: dict[str, Any], work: WorkFolder) -> None:
    assert not covers(work, MANIFEST, MANIFEST | less)
    lacking = {name: value for name, value in MANIFEST.items() if name not in less}
    assert not covers(work, MANIFEST, lacking) and not covers(work, lacking, MANIFEST)


@pytest.mark.parametrize("content", ["", "{", "[]", b"\xff"])
def test_what_is_no_manifest_covers_nothing(content: Any, work: WorkFolder) -> None:
    assert not covers(work, MANIFEST, content) and not covers(work, content, MANIFEST)
    assert not renewal.covers_more(work.raw("0" * 64), work.raw("0" * 64))


@pytest.mark.parametrize(
    ("before", "now", "holds"),
    [
        (LOG, LOG, True),
        (LOG, LOG.replace("\n", "\r\n"), True),
        (LOG, "\ufeff" + LOG, True),
        ("\ufeff" + LOG, LOG, True),
        (LOG, LOG + "c,\n", True),
        (LOG, "innsendt,mer,bekymringsmeldingId\n2023-01-01T10:00:00,x,a\n,y,b\n", True),
        (LOG, 'bekymringsmeldingId,innsendt\n"a","2023-01-01T10:00:00"\nb,""\n', True),
        ('bekymringsmeldingId,na"vn\na,"x ""y"", z"\n', 'bekymringsmeldingId,na"vn\na,"x ""y"", z"\n', True),
        (" bekymringsmeldingId , innsendt\na,x\n", "bekymringsmeldingId,innsendt\na,x\n", True),
        (LOG, "bekymringsmeldingId,innsendt\na,2023-01-01T10:00:00\n", False),
        (LOG, LOG.replace("10:00", "10:01"), False),
        (LOG, "bekymringsmeldingId\na\nb\n", False),
        (LOG, LOG + "c\n", False),
        (LOG, "", False),
        ("", LOG, False),
        (LOG, b"bekymringsmeldingId,innsendt\n\xff,\n", False),
        (b"\xff,\n", LOG, False),
    ],
)
def test_a_log_holds_all_rows_where_every_row_stands_in_it_whatever_its_form(
    before: Any, now: Any, holds: bool, connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    files = [work.raw(keep(work, content)) for content in (before, now)]
    assert renewal.holds_all_rows(connection, files[0], files[1]) is holds


def test_a_log_that_is_not_there_holds_nothing(connection: duckdb.DuckDBPyConnection, work: WorkFolder) -> None:
    there, gone = work.raw(keep(work, LOG)), work.raw("0" * 64)
    assert not renewal.holds_all_rows(connection, there, gone)
    assert not renewal.holds_all_rows(connection, gone, there)


def findings(connection: duckdb.DuckDBPyConnection, file: Path, *lost: int) -> str:
    """Findings of four messages of which some are lost. Returns the file's hash."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = connection.sql(
        "SELECT format('b0000000-0000-4000-8000-{:012d}', i)::UUID AS message_id, NULL::VARCHAR AS candidate_group,"
        " if(list_contains($lost, i), 'lost', 'registered') AS outcome FROM range(4) AS r(i)",
        params={"lost": list(lost)},
    )
    rows.write_parquet(str(file))
    return sha256_of(file)


def test_new_losses_are_counted_against_the_findings_that_were_approved(
    connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    approved = findings(connection, work.findings, 1)
    assert renewal.count_new_losses(connection, work, approved) is None, "the approved findings are not kept"
    work.keep_raw(work.findings, approved)
    assert renewal.count_new_losses(connection, work, approved) == 0
    findings(connection, work.findings, 1, 2, 3)
    assert renewal.count_new_losses(connection, work, approved) == 3, "two by id, and one for their number"
    findings(connection, work.findings)
    assert renewal.count_new_losses(connection, work, approved) == 0
    findings(connection, work.findings, 2)
    assert renewal.count_new_losses(connection, work, approved) == 1


@pytest.mark.parametrize("damage", ["no findings", "no Parquet", "other approved findings"])
def test_where_losses_cannot_be_compared_nothing_is_known(
    damage: str, connection: duckdb.DuckDBPyConnection, work: WorkFolder
) -> None:
    approved = findings(connection, work.findings, 1)
    work.keep_raw(work.findings, approved)
    if damage == "no findings":
        work.findings.unlink()
    elif damage == "no Parquet":
        work.findings.write_text("no Parquet")
    else:
        findings(connection, work.raw(approved), 1, 2)
    assert renewal.count_new_losses(connection, work, approved) is None
