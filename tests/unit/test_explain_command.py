"""The command on a folder that the audit's own rooms have read: what it prints, and how it refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meldingskontroll.audit import STEPS
from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.explain.facts import UnknownMessageError, explain
from meldingskontroll.lake import WorkFolder, write_json
from meldingskontroll.release.decide import ruleset_version
from meldingskontroll.settings import Settings
from meldingskontroll.simulation.nation import simulate
from support.lake_fixtures import read_table

AS_OF = "2023-07-01T06:00:00Z"
COMMAND = "from meldingskontroll.cli import main; main()"


def decided(**changed: object) -> dict[str, object]:
    """What the command reads of the decision."""
    rules = ruleset_version()
    return {"as_of_utc": AS_OF, "inputs": {"portal/messages.csv": "a" * 64}, "ruleset_version": rules} | changed


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> WorkFolder:
    """A small simulated folder, read and reconciled."""
    folder = WorkFolder(tmp_path_factory.mktemp("work"))
    simulate(folder.root, 3, 6, "small")
    for step in ("portal", "roster", "intake", "reconcile"):
        STEPS[step](folder, Clock.parse(AS_OF), Settings())
    write_json(folder.decision, decided())
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", COMMAND, "explain", *arguments], capture_output=True, text=True)


def test_every_kind_of_finding_is_explained_as_the_audit_found_it(work: WorkFolder) -> None:
    findings = read_table(work, "reconcile__findings", "message_id")
    kinds = {(row["outcome"], row["matched_by"], row["cause"]): row for row in findings}
    assert {"lost", "registered", "unknown"} <= {outcome for outcome, *_ in kinds}
    for row in kinds.values():
        facts = explain(work, str(row["message_id"]), Settings())
        assert (facts.message["outcome"], facts.message["cause"]) == (row["outcome"], row["cause"])
        assert [one["message_id"] for one in facts.line if one["asked_for"] and one["what"] == "message"] == [
            row["message_id"]
        ]
        chosen = [one for one in facts.candidates if one["chosen"]]
        assert [(one["upload_sha256"], one["file_row"], one["at_utc"]) for one in chosen] == (
            [(row["upload_sha256"], row["file_row"], row["received_utc"])] if row["upload_sha256"] else []
        )


def test_the_command_prints_text_and_json_of_the_same_message(work: WorkFolder) -> None:
    lost = next(row for row in read_table(work, "reconcile__findings") if row["outcome"] == "lost")
    text = run(str(lost["message_id"]), "--work", str(work.root))
    assert (text.returncode, text.stderr) == (0, "")
    assert f"Melding {lost['message_id']}: Tapt" in text.stdout
    answer = run(str(lost["message_id"]), "--work", str(work.root), "--json")
    found = json.loads(answer.stdout)
    assert found["message"]["outcome"] == "lost"
    assert found["inputs"][0] | {"rows": 0, "row": 0} == {
        "path": "portal/messages.csv", "sha256": "a" * 64, "rows": 0, "row": 0,
    }  # fmt: skip


def test_an_unknown_id_is_one_sentence_and_refused(work: WorkFolder) -> None:
    for unknown in ("00000000-0000-4000-8000-000000000000", "ikke-en-id"):
        answer = run(unknown, "--work", str(work.root))
        assert (answer.returncode, answer.stdout) == (3, "")
        assert len(answer.stderr.splitlines()) == 1


def test_a_message_of_nobodys_entry_is_told_apart_from_one_that_the_portal_lacks(work: WorkFolder) -> None:
    held = {row["message_id"] for row in read_table(work, "reconcile__findings")}
    nobodys = next(row for row in read_table(work, "portal__messages") if row["message_id"] not in held)
    with pytest.raises(UnknownMessageError, match="hører ikke til noe sted i omfanget"):
        explain(work, str(nobodys["message_id"]), Settings())


def test_a_folder_that_is_not_audited_or_by_other_rules_is_said_to_be_so(work: WorkFolder, tmp_path: Path) -> None:
    answer = run("00000000-0000-4000-8000-000000000000", "--work", str(tmp_path))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "ikke kontrollert ennå" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    half = WorkFolder(tmp_path / "half")
    shutil.copytree(work.root / "out", half.root / "out")
    write_json(half.decision, decided(ruleset_version="0"))
    with pytest.raises(AuditInputError, match="annet regelsett"):
        explain(half, "00000000-0000-4000-8000-000000000000", Settings())
    half.decision.write_text("{")
    with pytest.raises(AuditInputError, match="ikke kontrollert ennå"):
        explain(half, "00000000-0000-4000-8000-000000000000", Settings())
    write_json(half.decision, decided())
    half.table("reconcile__clocks").unlink()
    with pytest.raises(AuditInputError, match="ikke kontrollert ennå"):
        explain(half, "00000000-0000-4000-8000-000000000000", Settings())
