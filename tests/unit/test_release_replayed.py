"""What is taken back stays so: where its lines are written again, and where a killed run took it and another ran."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from meldingskontroll import audit as auditing
from meldingskontroll import publishing
from meldingskontroll.domain import RefusedError
from meldingskontroll.release import ledger
from meldingskontroll.release.decide import decide
from meldingskontroll.release.ledger_check import check_ledger
from support.approved import KARI, LOG, OLA, Case


def write_again(case: Case, event: str) -> None:
    """Add the first line of a kind to the ledger once more, chained to its end as one does who knows how."""
    told: list[dict[str, Any]] = [json.loads(line) for line in case.work.ledger.read_bytes().splitlines()]
    again = next(line for line in told if line["event"] == event and line.get("decision") != "HOLD")
    line = {name: value for name, value in again.items() if name != "hash"}
    line |= {"seq": told[-1]["seq"] + 1, "previous": told[-1]["hash"]}
    line["hash"] = hashlib.sha256(ledger.canonical(line)).hexdigest()
    with case.work.ledger.open("ab") as stream:
        stream.write(ledger.canonical(line) + b"\n")
    with pytest.raises(RefusedError, match=f"linje {line['seq']} er ikke signert"):
        check_ledger(case.work)


def lapse(case: Case, hour: float) -> None:
    """An input changes, which an audit sees, and is as it was again."""
    case.log.write_text(LOG.replace("a,", "c,"))
    case.audit(hour)
    case.log.write_text(LOG)
    assert case.history().active == ()


def test_an_approval_that_lapsed_does_not_count_because_it_is_written_again(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.approve(KARI)
    lapse(case, 1)
    write_again(case, "approval")
    assert case.history().active == ()
    case.approve(OLA, 2)
    assert case.document["decision"] == "HOLD"
    assert [approval.name for approval in case.history().active] == [OLA]
    assert "Hovedboken holder" in check_ledger(case.work)


def test_a_release_that_lapsed_does_not_come_back_line_by_line(tmp_path: Path) -> None:
    case = Case.released(tmp_path)
    lapse(case, 2)
    for hour, event in enumerate(("approval", "approval", "decision"), start=3):
        write_again(case, event)
        assert case.audit(hour)["decision"] == "HOLD"
        assert case.history().active == ()
    assert not case.work.certificate.exists()


def taken_back(root: Path) -> Case:
    """A release of which a run had removed the certificate when it was killed, before it wrote why."""
    case = Case.released(root)
    publishing.withdraw(case.work)
    return case


def test_a_fault_of_ours_after_a_kill_does_not_give_back_what_the_killed_run_had_taken(tmp_path: Path) -> None:
    case = taken_back(tmp_path)
    with patch.dict(auditing.STEPS, {"portal": faulty}), pytest.raises(ZeroDivisionError):
        auditing.audit(case.work, case.clock(2), case.settings)
    assert case.history().active == ()
    assert case.audit(3)["global_reasons"] == ["APPROVALS_LAPSED"]


def test_a_run_of_an_earlier_moment_does_not_give_it_back_either(tmp_path: Path) -> None:
    case = taken_back(tmp_path)
    case.audit(0.5)
    assert case.history().active == ()
    assert case.audit(3)["global_reasons"] == ["APPROVALS_LAPSED"]


def test_nor_does_a_run_under_which_an_input_changed(tmp_path: Path) -> None:
    case = taken_back(tmp_path)
    staged = case.begin(2)
    case.log.write_text(LOG + "c,2023-01-03T10:00:00\n")
    assert decide(staged, case.clock(2), case.settings)["decision"] == "HOLD"
    publishing.publish(case.work)
    assert case.history().active == ()


def faulty(*_: Any) -> None:
    raise ZeroDivisionError
