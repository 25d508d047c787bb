"""What holds for every run: conservation, keys, totals, hashes, keep for all (contract §2)."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from contract.answer import CLASSES, Answer, read_parquet
from contract.conftest import Audits
from contract.coverage_cases import build as coverage
from contract.release_cases import build as all_met
from contract.test_refusals import NAMED, NOT_LOGS

FOLDERS = {"nation": coverage, "all met": all_met}
FINDINGS = (
    "message_id municipality_no district_no service_id sent_at_utc form_type outcome matched_by candidate_group "
    "loss_probability"
)
MUNICIPALITIES = (
    "municipality_no district_no service_id verdict sent registered printed not_delivered in_transit lost unknown "
    "lost_low lost_high coverage_from_utc coverage_to_utc coverage_share clock_offset_s reasons"
)
REQUIREMENTS = {
    "CASE_SYSTEM_KNOWN",
    "FIX_INSTALLED",
    "PORTAL_COVERED",
    "LOG_COVERED",
    "LOSSES_FOLLOWED_UP",
    "CLEAN_SINCE_FIX",
    "SURVEY_ANSWERED",
    "SURVEY_AGREES",
    "DEVIATION_REPORTED",
}
TOTALS = [*CLASSES, "lost_high", "lost_low", "sent"]


def key(row: dict[str, Any]) -> tuple[str, str]:
    """The roster entry of a row: (municipality, district)."""
    return row["municipality_no"], row["district_no"] or "00"


@pytest.fixture(scope="module", params=sorted(FOLDERS))
def answer(request: pytest.FixtureRequest, audits: Audits) -> Answer:
    return audits[request.param]


def test_every_outcome_is_conserved_in_every_entry(answer: Answer) -> None:
    """`sent` is the sum of the six classes, and the interval holds the estimate."""
    assert answer.municipalities
    for row in answer.municipalities:
        assert int(row["sent"]) == sum(int(row[name]) for name in CLASSES), row
        assert int(row["lost_low"]) <= int(row["lost"]) <= int(row["lost_high"]), row
        assert 0 <= float(row["coverage_share"]) <= 1
        assert row["verdict"] in {"verified", "not_verified"}


def test_times_are_utc_in_iso_8601(answer: Answer) -> None:
    for row in answer.municipalities:
        for name in ("coverage_from_utc", "coverage_to_utc"):
            assert re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)?", row[name])
        assert (row["coverage_from_utc"] == "") == (float(row["coverage_share"]) == 0), row
    for document in (answer.release, answer.overview):
        assert re.fullmatch(r"2023-07-01T12:00:00(\.0+)?Z", document["as_of_utc"])


def test_counts_of_an_entry_are_the_rows_of_findings(answer: Answer) -> None:
    counted: dict[tuple[str, str, str], int] = {}
    for row in answer.findings.values():
        one = (*key(row), row["outcome"])
        counted[one] = counted.get(one, 0) + 1
    for row in answer.municipalities:
        for name in CLASSES:
            assert int(row[name]) == counted.pop((*key(row), name), 0), (row, name)
    assert not counted


def test_findings_has_the_contracts_columns_and_values(answer: Answer) -> None:
    rows = list(answer.findings.values())
    assert set(rows[0]) == set(FINDINGS.split())
    for row in rows:
        assert row["outcome"] in CLASSES
        assert row["form_type"] in {"private", "public", "unknown"}
        assert (row["matched_by"] in {"id", "time"}) == (row["outcome"] == "registered")


def test_findings_tell_the_recipients_service(answer: Answer) -> None:
    services = {
        message.id: place.service
        for name, place in answer.folder.cases.items()
        if name != "unclaimed"
        for message in place.messages.values()
    }
    for number, row in answer.findings.items():
        assert row["service_id"] == services.get(number, row["service_id"])


def test_every_message_of_the_roster_is_in_findings_once(answer: Answer) -> None:
    """All but the one that was sent after its entry's integration ended."""
    expected = {message.id for message in answer.folder.messages}
    if "ended in March" in answer.folder.cases:
        expected.remove(answer.message("ended in March", "after the end").id)
    assert set(answer.findings) == expected
    assert len(read_parquet(answer.out / "findings.parquet")) == len(expected)


def test_every_entry_of_the_roster_is_a_row(answer: Answer) -> None:
    assert list(answer.municipalities[0]) == MUNICIPALITIES.split()
    cases = answer.folder.cases.items()
    expected = sorted((place.number, place.district or "00") for name, place in cases if name != "unclaimed")
    assert sorted(key(row) for row in answer.municipalities) == expected


def test_the_table_is_the_same_in_csv_and_parquet(answer: Answer) -> None:
    rows = read_parquet(answer.out / "municipalities.parquet")
    assert set(rows[0]) == set(MUNICIPALITIES.split())
    table = {key(row): row for row in rows}
    for row in answer.municipalities:
        other = table[key(row)]
        for name in ["sent", *CLASSES, "lost_low", "lost_high"]:
            assert int(row[name]) == other[name]
        assert row["verdict"] == other["verdict"]


def test_every_entry_has_every_requirement_once(answer: Answer) -> None:
    header = ["municipality_no", "district_no", "requirement", "met", "reason", "evidence"]
    assert list(answer.requirement_rows[0]) == header
    found = [(row["municipality_no"], row["district_no"], row["requirement"]) for row in answer.requirement_rows]
    entries = [(row["municipality_no"], row["district_no"]) for row in answer.municipalities]
    assert sorted(found) == sorted((*entry, name) for entry in entries for name in REQUIREMENTS)
    assert {row["met"] for row in answer.requirement_rows} <= {"true", "false"}


def test_reasons_are_the_unmet_requirements(answer: Answer) -> None:
    for row in answer.municipalities:
        unmet = {
            rule["requirement"] for rule in answer.requirement_rows if rule["met"] == "false" and key(rule) == key(row)
        }
        assert set(filter(None, row["reasons"].split("|"))) == unmet
        assert (row["verdict"] == "verified") == (not unmet)


def test_release_holds_with_every_entry_that_blocks(answer: Answer) -> None:
    release = answer.release
    assert set(release) >= {
        "decision",
        "as_of_utc",
        "valid_until_utc",
        "roster_size",
        "verified",
        "blocking",
        "global_reasons",
        "drill",
        "checks",
        "inputs",
        "ruleset_version",
        "approvals",
    }
    assert (release["decision"], release["valid_until_utc"]) == ("HOLD", None)
    assert release["as_of_utc"].startswith("2023-07-01T12:00:00") and release["as_of_utc"].endswith("Z")
    assert release["roster_size"] == len(answer.municipalities)
    assert release["verified"] == sum(row["verdict"] == "verified" for row in answer.municipalities)
    unverified = {
        key(row): set(row["reasons"].split("|")) for row in answer.municipalities if row["verdict"] != "verified"
    }
    assert {key(row): set(row["reasons"]) for row in release["blocking"]} == unverified
    assert release["global_reasons"] == (["REQUIREMENTS_UNMET"] if unverified else ["AWAITING_APPROVAL"])


def test_the_drill_found_what_was_planted_and_checks_were_run(answer: Answer) -> None:
    drill, checks = answer.release["drill"], answer.release["checks"]
    assert drill["planted"] > 0
    assert (drill["found"], drill["false_alarms"]) == (drill["planted"], 0)
    assert checks["expected"] == checks["run"] > 0
    assert not checks["failed"]


def has_personal_name(digest: str, answer: Answer) -> bool:
    """Whether the hash is that of the file whose own name holds a national id: its path is not ours to say."""
    files = answer.root.glob(f"drop/*/inbox/{NAMED}.csv")
    return digest in {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_inputs_names_every_file_with_its_hash(answer: Answer) -> None:
    """Everything in the registry (but approvers), the portal, the survey, the follow-up and the inboxes."""
    root = answer.root
    expected = {}
    for pattern in ("registry/*", "portal/*", "survey/*", "followup/*", "drop/*/inbox/*"):
        for path in root.glob(pattern):
            if path.is_file() and not path.is_symlink() and path.name not in {"approvers.json", *NOT_LOGS}:
                expected[path.relative_to(root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    found = {
        path: digest
        for path, digest in answer.release["inputs"].items()
        if not path.endswith("/lenke.csv") and not has_personal_name(digest, answer)
    }
    assert found == {path: digest for path, digest in expected.items() if NAMED not in path}


def test_everything_is_kept(answer: Answer) -> None:
    """Under HOLD no message may be deleted, and each has a reason."""
    assert set(answer.clearance) >= {message.id for message in answer.folder.messages}
    assert {row["clearance"] for row in answer.clearance.values()} == {"keep"}
    assert all(row["reason"] for row in answer.clearance.values())


def test_overview_totals_are_sums_of_its_rows(answer: Answer) -> None:
    overview = answer.overview
    assert overview["roster_size"] == len(answer.municipalities)
    assert overview["verified"] == answer.release["verified"]
    assert sorted(overview["totals"]) == sorted(TOTALS)
    for name in TOTALS:
        assert overview["totals"][name] == sum(int(row[name]) for row in answer.municipalities), name
    rows = [(str(row["municipality_no"]), int(row["lost"])) for row in overview["municipalities"]]
    assert rows == [(row["municipality_no"], int(row["lost"])) for row in answer.municipalities]
    assert set(overview["municipalities"][0]) == set(MUNICIPALITIES.split())


def test_the_pages_are_there_and_stand_alone(answer: Answer) -> None:
    folder = answer.out / "overview"
    page = (folder / "index.html").read_text(encoding="utf-8")
    for reference in ('src="http', "src='http", "url(http", "@import", '<link rel="stylesheet"', 'src="//'):
        assert reference not in page
    assert (folder / "oversikt.xlsx").read_bytes()[:2] == b"PK"
    for place in answer.folder.cases.values():
        assert (folder / "kommuner" / f"{place.number}.html").is_file()
