"""A run that does not come to an answer: no release is left standing on it, and a fault of ours costs no approval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from meldingskontroll import audit as auditing
from meldingskontroll import orchestration, publishing
from meldingskontroll.audit import audit, run_step
from meldingskontroll.domain import AuditInputError
from meldingskontroll.release.ledger_check import check_ledger
from support.approved import Case

HELD = ("HOLD", ["CHECK_FAILED"])


class OursError(Exception):
    """A fault that no input explains."""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.released(tmp_path)


def faulty(*_: Any) -> None:
    raise OursError("a fault of ours")


def deletable(case: Case) -> list[str]:
    table = pq.read_table(case.work.clearance)
    return [str(one["message_id"]) for one in table.to_pylist() if one["clearance"] == "delete"]


@pytest.mark.parametrize("step", ["inputs", "intake", "quality", "decision", "overview", "publish"])
def test_a_fault_in_a_step_holds_the_release_and_the_next_whole_run_gives_it_back(step: str, case: Case) -> None:
    case.begin(2)
    with patch.dict(auditing.STEPS, {step: faulty}), pytest.raises(OursError) as told:
        run_step(step, case.work, case.clock(2), case.settings)
    assert "held" in told.value.__notes__[0]
    assert case.said == HELD
    assert not case.work.certificate.exists() and deletable(case) == []
    assert "Siste beslutning er HOLD" in check_ledger(case.work)
    case.audit(3)
    assert case.said == ("RELEASE", []) and len(case.document["approvals"]) == 2
    assert deletable(case)


def test_a_fault_in_the_audit_as_a_whole_holds_the_release(case: Case) -> None:
    with patch.dict(auditing.STEPS, {"portal": faulty}), pytest.raises(OursError):
        audit(case.work, case.clock(2), case.settings)
    assert case.said == HELD


def test_buckets_that_cannot_be_planned_or_gathered_hold_the_release(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELDINGSKONTROLL_WORK", str(case.work.root))
    monkeypatch.setenv("MELDINGSKONTROLL_AS_OF", case.clock(2).as_of.isoformat())
    orchestration.current.cache_clear()
    for name, given in (("plan_buckets", None), ("gather_buckets", [{"plan": "x", "plan_seconds": 0.0}])):
        case.begin(2)
        with patch.object(orchestration, "_buckets", faulty), pytest.raises(OursError):
            orchestration.run_step(name, {}, given)
        assert case.said == HELD
        case.audit(3)
        assert case.said == ("RELEASE", [])
    orchestration.current.cache_clear()


def test_a_fault_leaves_a_hold_as_it_was(tmp_path: Path) -> None:
    case = Case(tmp_path)
    case.audit()
    before = case.work.decision.read_bytes()
    with patch.dict(auditing.STEPS, {"portal": faulty}), pytest.raises(OursError) as told:
        audit(case.work, case.clock(2), case.settings)
    assert case.work.decision.read_bytes() == before and not hasattr(told.value, "__notes__")


def test_a_release_that_was_ready_and_not_yet_published_is_held_as_well(case: Case) -> None:
    """A run was killed while it published; the next meets inputs that cannot be audited, the one after completes."""
    staged = case.begin(2)
    publishing.withdraw(case.work)
    case.work.decision.write_text(json.dumps(case.document | {"decision": "HOLD"}))
    (staged.out / "release.json").write_text(json.dumps({"decision": "RELEASE"}))
    staged.certificate.write_text("x.y.z")
    (staged.out / "READY").write_text(json.dumps(["release.json", "release.jws"]))
    case.log.unlink()
    with pytest.raises(AuditInputError):
        audit(case.work, case.clock(3), case.settings)
    publishing.complete(case.work)
    assert case.document["decision"] == "HOLD" and not case.work.certificate.exists()
