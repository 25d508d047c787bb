"""The comparison with the truth counts each planted loss once, and each alarm about nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meldingskontroll.domain import AuditInputError
from meldingskontroll.lake import WorkFolder, write_text
from meldingskontroll.simulation import truth
from meldingskontroll.sql import connect, write_parquet

IDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(10)]
WHEN = "2022-03-01 10:00:00"


def work_folder(tmp_path: Path, lost: list[int], findings: list[str], entries: list[str]) -> Path:
    work = WorkFolder(tmp_path)
    lines = [f"{IDS[number]};3048;" for number in lost]
    write_text(work.truth / "losses.csv", "\n".join(["message_id;municipality_no;district_no", *lines]) + "\n")
    with connect() as connection:
        connection.execute(
            "CREATE TABLE findings (message_id UUID, municipality_no VARCHAR, district_no VARCHAR, "
            "sent_at_utc TIMESTAMP, outcome VARCHAR, candidate_group VARCHAR, loss_probability DOUBLE)"
        )
        connection.execute(
            "CREATE TABLE municipalities (municipality_no VARCHAR, district_no VARCHAR, lost BIGINT, lost_low BIGINT, "
            "lost_high BIGINT, coverage_from_utc TIMESTAMP, coverage_to_utc TIMESTAMP, coverage_share DOUBLE)"
        )
        for table, values in (("findings", findings), ("municipalities", entries)):
            for row in values:
                connection.execute(f"INSERT INTO {table} VALUES {row}")  # noqa: S608 - the test's own rows
        write_parquet(connection, "findings", work.findings)
        write_parquet(connection, "municipalities", work.municipalities)
    return tmp_path


def finding(number: int, outcome: str, group: str | None = None, probability: float = 0.0, at: str = WHEN) -> str:
    shown = f"'{group}'" if group else "NULL"
    return f"('{IDS[number]}', '3048', '', '{at}', '{outcome}', {shown}, {probability})"


def entry(lost: int, low: int, high: int, share: float = 1.0, no: str = "3048") -> str:
    covered = "'2021-01-01', '2023-06-24'" if share else "NULL, NULL"
    return f"('{no}', '', {lost}, {low}, {high}, {covered}, {share})"


def test_each_loss_is_named_in_a_group_missed_or_unknowable(tmp_path: Path) -> None:
    work = work_folder(
        tmp_path,
        [0, 1, 2, 3, 4],
        [
            finding(0, "lost", probability=1.0),
            finding(1, "registered", "g", 0.4),
            finding(5, "lost", "g", 0.6),
            finding(2, "registered"),
            finding(3, "unknown"),
            finding(4, "registered", at="2020-10-01 00:00:00"),
            finding(6, "registered"),
        ],
        [entry(2, 2, 3)],
    )
    result = truth.measure(work)
    assert result.named == [IDS[0]]
    assert result.in_group == [IDS[1]]
    assert result.missed == [IDS[2]]
    assert sorted(result.cannot_be_known) == [IDS[3], IDS[4]]
    assert result.false_alarms == []
    assert result.planted == 5


def test_an_alarm_about_nothing_is_false_whether_named_or_in_a_group(tmp_path: Path) -> None:
    findings = [finding(0, "lost", probability=1.0), finding(1, "lost", "g", 0.5), finding(2, "registered", "g", 0.5)]
    result = truth.measure(work_folder(tmp_path, [], findings, [entry(2, 2, 2)]))
    assert sorted(result.false_alarms) == sorted([IDS[0], "g"])
    assert [count.exact for count in result.entries] == [False]


def test_a_group_answers_for_no_more_losses_than_it_promises(tmp_path: Path) -> None:
    findings = [finding(0, "lost", "g", 0.5), finding(1, "registered", "g", 0.5)]
    result = truth.measure(work_folder(tmp_path, [0, 1], findings, [entry(1, 1, 1)]))
    assert (len(result.in_group), len(result.missed)) == (1, 1)
    assert [(count.exact, count.inside) for count in result.entries] == [(False, False)]


def test_a_loss_that_is_in_no_finding_is_missed(tmp_path: Path) -> None:
    result = truth.measure(work_folder(tmp_path, [0], [finding(1, "registered")], [entry(0, 0, 0)]))
    assert result.missed == [IDS[0]]


def test_entries_without_proof_are_counted_apart(tmp_path: Path) -> None:
    entries = [entry(0, 0, 0, 0.0), entry(0, 0, 1, 0.5, "3031")]
    result = truth.measure(work_folder(tmp_path, [], [finding(1, "registered")], entries))
    assert result.without_proof == 1
    assert [count.entry_id for count in result.entries] == ["3031"]


@pytest.mark.parametrize("missing", ["truth/losses.csv", "out/findings.parquet"])
def test_without_truth_or_audit_there_is_a_sentence_and_no_comparison(tmp_path: Path, missing: str) -> None:
    work = work_folder(tmp_path, [], [finding(1, "registered")], [entry(0, 0, 0)])
    (work / missing).unlink()
    with pytest.raises(AuditInputError):
        truth.measure(work)


def test_the_comparison_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[Any]) -> None:
    work = work_folder(tmp_path, [0], [finding(0, "lost", probability=1.0)], [entry(1, 1, 1)])
    truth.compare(work)
    printed = capsys.readouterr().out
    assert "named exactly" in printed
