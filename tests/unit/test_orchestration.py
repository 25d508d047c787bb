"""What Airflow's tasks call, without Airflow."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from meldingskontroll import orchestration
from meldingskontroll.domain import AuditInputError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import current

JULY = datetime(2023, 7, 1, 6, tzinfo=UTC)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkFolder]:
    monkeypatch.setenv("MELDINGSKONTROLL_WORK", str(tmp_path))
    current.cache_clear()
    yield WorkFolder(tmp_path)
    current.cache_clear()


def context(conf: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    return {"dag_run": SimpleNamespace(conf=conf or {}, run_after=JULY), "params": {}, **values}


def test_the_moment_given_to_a_run_comes_before_its_interval(work: WorkFolder) -> None:
    given = context({"as_of": "2023-06-01"}, data_interval_end=JULY)
    assert orchestration.clock_of(given).as_of == datetime(2023, 6, 1, tzinfo=UTC)
    assert orchestration.clock_of(context(data_interval_end=datetime(2023, 6, 2, tzinfo=UTC))).as_of.day == 2


def test_every_task_of_a_run_without_an_interval_has_the_same_moment(work: WorkFolder) -> None:
    assert orchestration.clock_of(context()) == orchestration.clock_of(context())
    assert orchestration.clock_of(context()).as_of == JULY


def test_a_run_without_any_moment_does_not_take_the_machines(work: WorkFolder) -> None:
    with pytest.raises(AuditInputError, match="as_of"):
        orchestration.clock_of({"dag_run": None, "params": {}})


@pytest.mark.parametrize("conf", [{"from": "2023-01-01"}, {"to": "2023-01-01"}])
def test_half_an_interval_is_not_guessed_at(work: WorkFolder, conf: dict[str, str]) -> None:
    with pytest.raises(AuditInputError, match="neither"):
        orchestration.portal_intervals(context(conf))


def test_an_empty_interval_is_not_a_finished_extract(work: WorkFolder) -> None:
    with pytest.raises(AuditInputError, match="empty"):
        orchestration.portal_intervals(context({"from": "2023-02-01", "to": "2023-01-01"}))


def test_a_daily_run_fetches_its_day_and_the_days_whose_acknowledgements_may_have_come(work: WorkFolder) -> None:
    found = orchestration.portal_intervals(context(data_interval_end=datetime(2023, 6, 30, 22, tzinfo=UTC)))
    assert len(found) == current().portal_days_again + 1
    assert found[-1] == {"from_utc": "2023-06-29T22:00:00Z", "to_utc": "2023-06-30T22:00:00Z"}


def test_a_municipality_without_an_outcome_does_not_vanish(work: WorkFolder) -> None:
    found = [{"municipality_no": "0301", "name": "Oslo"}, {"municipality_no": "4601", "name": "Bergen"}]
    with pytest.raises(AuditInputError, match="4601"):
        orchestration.gather_municipalities(found, [{"municipality_no": "0301", "files": {}, "seconds": 0.1}])
    with pytest.raises(AuditInputError, match="0301, 4601"):
        orchestration.gather_municipalities(found, [])


def test_no_municipality_with_news_is_an_answer(work: WorkFolder) -> None:
    assert orchestration.municipalities_with_news() == []
    assert orchestration.gather_municipalities([], [])["municipalities"] == 0


def test_an_inbox_that_its_owner_has_closed_has_a_task_that_fails_and_the_others_are_read(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("0301", "4601"):
        work.inbox(number).mkdir(parents=True)
    (work.inbox("4601") / "logg.csv").write_text("mottatt\n2023-03-01T10:00:00\n")
    listed, scanned = Path.iterdir, os.scandir

    def closed(path: Path) -> Any:
        if path == work.inbox("0301"):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", lambda path: closed(path) or listed(path))
    monkeypatch.setattr(os, "scandir", lambda path=".": closed(Path(path)) or scanned(path))
    found = [entry["municipality_no"] for entry in orchestration.municipalities_with_news()]
    assert found == ["0301", "4601"]
    with pytest.raises(PermissionError):
        orchestration.collect_municipality("0301", context())
    assert orchestration.collect_municipality("4601", context())["files"]
    assert [entry["municipality_no"] for entry in orchestration.municipalities_with_news()] == ["0301"]


def test_a_municipality_has_news_until_its_inbox_was_read_and_again_when_it_changes(work: WorkFolder) -> None:
    log = work.inbox("4601") / "logg.csv"
    log.parent.mkdir(parents=True)
    assert orchestration.municipalities_with_news() == []
    log.with_name("logg.csv.part").write_text("mottatt\n2023-")
    assert orchestration.municipalities_with_news() == []
    log.write_text("mottatt\n2023-03-01T10:00:00\n")
    assert orchestration.municipalities_with_news() == [{"municipality_no": "4601", "name": "Bergen"}]
    outcome = orchestration.collect_municipality("4601", context())
    assert sum(outcome["files"].values()) == 1
    assert orchestration.municipalities_with_news() == []
    log.unlink()
    assert [entry["municipality_no"] for entry in orchestration.municipalities_with_news()] == ["4601"]
    log.write_text("mottatt\n2023-03-01T10:00:00\n")
    orchestration.collect_municipality("4601", context())
    work.seen_inbox("4601").write_text("{ half")
    assert [entry["municipality_no"] for entry in orchestration.municipalities_with_news()] == ["4601"]
    orchestration.collect_municipality("4601", context())
    (work.inbox("4601") / "logg.csv.manifest.json").write_text("{}")
    assert [entry["municipality_no"] for entry in orchestration.municipalities_with_news()] == ["4601"]


def test_what_the_operator_sees_is_what_the_receipts_say_and_nothing_of_the_files(work: WorkFolder) -> None:
    inbox = work.inbox("4601")
    inbox.mkdir(parents=True)
    period = "# periode_fra: 2023-01-01\n# periode_til: 2023-06-01\n"
    (inbox / "god.csv").write_text(f"{period}mottatt\n2023-03-01T10:00:00\n")
    (inbox / "dårlig.csv").write_text("mottatt;navn\n2023-03-01T10:00:00;Kvitrefugl\n")
    (inbox / "15861095042.csv").write_text("mottatt\n2023-03-01T10:00:00\n")
    outcome = orchestration.collect_municipality("4601", context())
    assert outcome["shown"] == "1 mottatt, 2 avvist"
    short = {entry["file"]: entry for entry in outcome["receipts"]}
    assert short["god.csv"]["period"] == "01.01.2023 kl. 00.00 – 01.06.2023 kl. 00.00"
    assert short["dårlig.csv"]["said"] == {"PERSONAL_COLUMN": 1}
    assert all((work.root / entry["receipt"]).is_file() for entry in outcome["receipts"])
    assert "Kvitrefugl" not in json.dumps(outcome) and "15861095042" not in json.dumps(outcome)
    gathered = orchestration.gather_municipalities([{"municipality_no": "4601", "name": "Bergen"}], [outcome])
    assert (gathered["municipalities"], gathered["shown"]) == (1, "1 mottatt, 2 avvist")
    assert orchestration.gather_municipalities([], [])["shown"] == "ingen filer"


def decision(work: WorkFolder, **changes: Any) -> None:
    made = {
        "decision": "HOLD",
        "as_of_utc": "2023-07-01T06:00:00Z",
        "global_reasons": ["AWAITING_APPROVAL"],
        "blocking": [],
        "roster_size": 2,
        "verified": 2,
        **changes,
    }
    work.out.mkdir(exist_ok=True)
    work.decision.write_text(json.dumps(made))


def test_a_decision_that_lacks_only_approvals_is_ready_for_them(work: WorkFolder) -> None:
    decision(work)
    assert orchestration.ready_for_approval(context())["decision"] == "HOLD"


@pytest.mark.parametrize(
    "changes",
    [
        {"roster_size": 0, "verified": 0},
        {"global_reasons": []},
        {"global_reasons": ["AWAITING_APPROVAL", "DRILL_FAILED"]},
        {"global_reasons": ["REQUIREMENTS_UNMET"], "blocking": [{"municipality_no": "0301"}]},
        {"blocking": [{"municipality_no": "0301"}]},
        {"as_of_utc": "2023-06-30T06:00:00Z"},
    ],
)
def test_anything_else_that_is_missing_holds(work: WorkFolder, changes: dict[str, Any]) -> None:
    decision(work, **changes)
    with pytest.raises(AuditInputError, match=r"HOLD|not of this run"):
        orchestration.ready_for_approval(context())


def test_a_step_that_does_not_exist_is_not_passed_over(work: WorkFolder) -> None:
    with pytest.raises(KeyError):
        orchestration.run_step("no such step", context())


def test_a_plan_without_buckets_is_not_gathered(work: WorkFolder) -> None:
    for nothing in ([], None):
        with pytest.raises(AuditInputError, match="nothing was reconciled"):
            orchestration.run_step("gather_buckets", context(), nothing)


def test_buckets_are_planned_and_gathered_only_in_the_run_that_holds_the_folder(work: WorkFolder) -> None:
    for name, given in (("plan_buckets", None), ("gather_buckets", [{"plan": "abc", "plan_seconds": 0.0}])):
        with pytest.raises(AuditInputError, match="Another run has begun"):
            orchestration.run_step(name, context(), given)
