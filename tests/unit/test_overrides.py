"""An override: a named person's, for one requirement, loud wherever it counts, never one person's way out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from meldingskontroll.cli import app
from meldingskontroll.domain import AuditInputError, Clock, RefusedError
from meldingskontroll.overview.build import build
from meldingskontroll.overview.figures import gather
from meldingskontroll.overview.overridden import overridden_in
from meldingskontroll.release import ledger_check
from meldingskontroll.release.ledger_check import check_ledger
from meldingskontroll.release.overrides import add_override
from meldingskontroll.release.service.page import overridden_of
from meldingskontroll.release.statement import as_request, read_request, what_to_state
from meldingskontroll.release.verify import verify_files
from meldingskontroll.settings import Settings
from meldingskontroll.verification.overrides import file_of, read_given
from support.approved import KARI, OLA, Case
from support.healthy import CLOCK, FOLLOWUP
from support.lake_fixtures import write_table
from support.overridden import HEADER, SAID, write_overrides
from support.overview_lake import make_overview_lake

WHY = "tapt for godt"
DAY = CLOCK.as_of.date()
LINE = f"3805;;LOSSES_FOLLOWED_UP;{SAID}"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A folder in which one loss is not followed up, and cannot be: the requirement waits for an override."""
    found = Case(tmp_path / "case")
    found.follow(*FOLLOWUP[1:])
    assert found.audit()["global_reasons"] == ["REQUIREMENTS_UNMET"]
    return found


def add(case: Case, **changes: Any) -> str:
    asked = {
        "municipality_no": "3805",
        "district_no": "",
        "requirement": "LOSSES_FOLLOWED_UP",
        "reason": WHY,
    }
    return add_override(case.work, **{**asked, "name": KARI, "on": DAY, **changes})


def test_with_an_override_and_two_approvals_deletion_is_released_and_says_so(case: Case) -> None:
    assert "overrides" not in case.document
    assert add(case) == KARI
    case.judge()
    assert case.audit()["global_reasons"] == ["AWAITING_APPROVAL"]
    found = case.release()
    assert found["overrides"] == [
        {
            "municipality_no": "3805", "district_no": "", "requirement": "LOSSES_FOLLOWED_UP", "reason": WHY,
            "decided_by": KARI, "decided_on": "2023-07-01", "original_reason": "NOT_FOLLOWED_UP",
        }
    ]  # fmt: skip
    assert "registry/overrides.csv" in found["inputs"]
    at = case.clock(2).as_of.isoformat()
    certificate = verify_files(case.work.certificate, case.work.jwks, at)
    assert certificate.document["overrides"] == found["overrides"]
    assert "1 krav er OVERSTYRT" in certificate.sentence
    assert [approval.overrides for approval in case.history().active] == [1, 1]


def test_the_ledger_says_which_overrides_count_before_anyone_approves_them_and_when_they_no_longer_do(
    case: Case,
) -> None:
    add(case)
    case.judge()
    found = case.release()
    events = [line["event"] for line in case.ledger().lines]
    (noted,) = case.ledger().of("overrides")
    assert noted["overrides"] == found["overrides"]
    assert events.index("overrides") < events.index("approval")
    file_of(case.work).unlink()
    case.judge()
    case.audit(3)
    assert [line["overrides"] for line in case.ledger().of("overrides")] == [found["overrides"], []]


def test_a_release_with_other_overrides_than_the_ledger_knows_is_refused_by_it(case: Case) -> None:
    add(case)
    case.judge()
    case.release()
    assert "Siste beslutning er RELEASE" in check_ledger(case.work)
    found = case.ledger()
    lines = tuple(line for line in found.lines if line["event"] != "overrides")
    with (
        patch.object(ledger_check, "read_ledger", lambda *_: replace(found, lines=lines)),
        pytest.raises(RefusedError, match="andre overstyringer"),
    ):
        check_ledger(case.work)


def test_what_is_lost_stays_although_its_requirement_is_overridden(case: Case) -> None:
    add(case)
    case.judge()
    case.release()
    cleared = pq.read_table(case.work.clearance).to_pylist()
    assert [row["reason"] for row in cleared if row["clearance"] == "keep"] == ["LOST"]
    assert any(row["clearance"] == "delete" for row in cleared)


def test_an_override_that_comes_after_the_release_takes_it_back_until_two_have_approved_it(tmp_path: Path) -> None:
    case = Case(tmp_path / "case")
    case.release()
    case.follow(*FOLLOWUP[1:])
    add(case)
    case.judge()
    found = case.audit(2)
    assert found["decision"] == "HOLD"
    assert found["global_reasons"] == ["APPROVALS_LAPSED"]
    (lapse,) = (line for line in case.ledger().lines if line["event"] == "lapse")
    assert "OVERRIDES_ADDED" in lapse["causes"]


def test_one_that_was_only_added_and_is_not_needed_counts_for_nothing(tmp_path: Path) -> None:
    case = Case(tmp_path / "case")
    case.release()
    add(case)
    case.judge()
    found = case.audit(2)
    assert (found["decision"], "overrides" in found) == ("RELEASE", False)


def test_a_certificate_with_more_overrides_than_were_approved_is_refused(case: Case, tmp_path: Path) -> None:
    from meldingskontroll.release import jose, service_key

    add(case)
    case.judge()
    document = case.release()
    more = document | {"overrides": document["overrides"] * 2}
    key = service_key.read_service_key(case.work, case.settings)
    assert key
    forged = tmp_path / "forged.jws"
    forged.write_text(jose.sign(json.dumps(more).encode(), key, jose.CERTIFICATE))
    with pytest.raises(RefusedError, match="gjelder ikke det som er frigitt"):
        verify_files(forged, case.work.jwks, case.clock(2).as_of.isoformat())


def test_what_an_approver_signs_elsewhere_counts_the_overrides(case: Case) -> None:
    add(case)
    case.judge()
    case.audit()
    asked = what_to_state(case.work)
    assert read_request(as_request(asked)) == asked
    assert asked["overrides"] == 1
    for wrong in (0, -1, True, "1", None):
        with pytest.raises(RefusedError):
            read_request(as_request(asked | {"overrides": wrong}))


REFUSED: dict[str, dict[str, Any]] = {
    "a stranger": {"name": "Per Spelmann"},
    "a requirement that does not exist": {"requirement": "EVERYTHING"},
    "the whole extract": {"requirement": "PORTAL_COVERED"},
    "a reason for all": {"requirement": "ROSTER_EMPTY"},
    "no reason": {"reason": " "},
    "two lines": {"reason": "en\nto"},
    "a national id": {"reason": "gjelder 15861095042 og ingen annen"},
    "too long": {"reason": "x" * 501},
    "no municipality": {"municipality_no": "Oslo"},
    "no district": {"district_no": "Gamle"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_an_override_is_refused_and_leaves_no_file(case: Case, changes: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        add(case, **changes)
    assert "15861095042" not in str(refused.value)
    assert not file_of(case.work).exists()


def test_a_second_one_is_a_row_of_its_own_and_a_damaged_file_is_left_as_it_is(case: Case) -> None:
    add(case)
    add(case, name=OLA, reason="=1+1;«semikolon»")
    assert [row["reason"] for row in read_given(case.work).to_pylist()] == ["tapt for godt", "=1+1;«semikolon»"]
    write_overrides(case.work, "3805;;EVERYTHING;x;Kari Ås;2023-07-01")
    before = file_of(case.work).read_bytes()
    with pytest.raises(RefusedError, match="row 2"):
        add(case)
    assert file_of(case.work).read_bytes() == before


BAD_LINES = {
    "krav": "3805;;EVERYTHING;x;Kari Ås;2023-07-01",
    "begrunnelse": "3805;;LOG_COVERED;;Kari Ås;2023-07-01",
    "bestemt_av": "3805;;LOG_COVERED;x;;2023-07-01",
    "dato": "3805;;LOG_COVERED;x;Kari Ås;1. juli",
    "kommunenummer": "Oslo;;LOG_COVERED;x;Kari Ås;2023-07-01",
}


@pytest.mark.parametrize("column", BAD_LINES)
def test_a_row_written_by_hand_that_is_none_cannot_be_audited_and_is_named(tmp_path: Path, column: str) -> None:
    case = Case(tmp_path / "case")
    write_overrides(case.work, LINE, BAD_LINES[column])
    with pytest.raises(AuditInputError, match=f"registry/overrides.csv, row 3: {column} must"):
        read_given(case.work)


def test_a_reason_with_personal_data_is_refused_without_being_repeated(tmp_path: Path) -> None:
    case = Case(tmp_path / "case")
    write_overrides(case.work, "3805;;LOG_COVERED;gjelder 158610 95042;Kari Ås;2023-07-01")
    with pytest.raises(AuditInputError) as refused:
        read_given(case.work)
    assert "95042" not in str(refused.value)


def test_a_file_with_a_header_alone_is_as_no_file(tmp_path: Path) -> None:
    case = Case(tmp_path / "case")
    assert read_given(case.work).num_rows == 0
    write_overrides(case.work)
    assert file_of(case.work).read_text().strip() == HEADER
    assert read_given(case.work).num_rows == 0


def test_the_command_adds_it_and_refuses_with_status_3(case: Case) -> None:
    asked = ["release", "override", "--work", str(case.work.root), "--municipality", "3805", "--requirement"]
    why = ["--reason", "tapt for godt", "--as", KARI, "--as-of", "2023-07-01T22:30:00Z"]
    done = CliRunner().invoke(app, [*asked, "LOSSES_FOLLOWED_UP", *why])
    assert (done.exit_code, "Overstyringen er ført" in done.stdout) == (0, True)
    assert read_given(case.work)["decided_on"][0].as_py().isoformat() == "2023-07-02"
    assert Clock.parse("2023-07-01T22:30:00Z").as_of.day == 1


def test_the_page_for_people_says_it_whatever_is_lacking() -> None:
    whole = {
        "municipality_no": "3805",
        "district_no": "",
        "requirement": "LOG_COVERED",
        "reason": "<b>",
        "decided_by": "A",
    }
    (shown,) = overridden_of({"overrides": [whole]}, {"3805": "Larvik"})
    assert shown["place"] == "Larvik"
    assert shown["decided_on"] == "ukjent dag"
    assert len(overridden_of({"overrides": [{}, {}]}, {})) == 2
    assert overridden_of({}, {}) == overridden_of({"overrides": "x"}, {}) == []


def test_the_pages_and_the_workbook_say_it_loudly_and_only_where_there_is_one(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path)
    build(work, CLOCK, Settings())
    before = {file: file.read_bytes() for file in sorted(work.overview.rglob("*")) if file.is_file()}
    assert not any("overstyrt" in content.decode("utf-8", "ignore").lower() for content in before.values())
    table = pq.read_table(work.table("verification__requirements")).to_pylist()
    (row,) = (one for one in table if one["entry_id"] == "4601" and one["requirement"] == "LOG_COVERED")
    why = "decided_by=Kari Ås, decided_on=2023-06-20, because=<b>=1+1</b>, instead_of=NOT_COVERED (share=0.93)"
    row.update(met=True, reason="OVERRIDDEN", evidence=why)
    write_table(work, "verification__requirements", table)
    build(work, CLOCK, Settings())
    for name in ("index.html", "kommuner/4601.html"):
        text = (work.overview / name).read_text(encoding="utf-8")
        assert "er overstyrt</strong>" in text
        assert "Bestemt av Kari Ås 20.\u00a0juni 2023: «&lt;b&gt;=1+1&lt;/b&gt;»" in text
    other = work.overview / "kommuner" / "3005.html"
    assert other.read_bytes() == before[other]
    sheet = CalamineWorkbook.from_path(str(work.overview / "oversikt.xlsx")).get_sheet_by_index(0).to_python()
    assert ["Krav som er OVERSTYRT, ikke oppfylt", 1.0] in [row[:2] for row in sheet]


def test_an_override_whose_evidence_cannot_be_read_is_still_shown(tmp_path: Path) -> None:
    work = make_overview_lake(tmp_path)
    entries = gather(work, CLOCK, Settings()).entries
    entries[0].requirements[0].update(reason="OVERRIDDEN", evidence="x")
    (found,) = overridden_in(entries)
    assert (found.because, found.decided_by) == ("x", "ukjent")
