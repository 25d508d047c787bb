"""A healthy folder on which people approve and audits decide, without the rooms before it."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from meldingskontroll import publishing
from meldingskontroll.domain import Clock
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.quality.catalogue import read_catalogue
from meldingskontroll.release import jose, ledger, service_key
from meldingskontroll.release.approvals import History, derive
from meldingskontroll.release.approve import Approving
from meldingskontroll.release.approvers import enter_approver
from meldingskontroll.release.decide import decide, note_inputs
from meldingskontroll.settings import Settings
from meldingskontroll.survey.read import read_survey
from meldingskontroll.verification.run import verify
from support.healthy import (
    CLOCK,
    FOLLOWUP_HEADER,
    LARVIK,
    SETTINGS,
    message_id,
    tables,
    write_followup,
    write_healthy,
)
from support.lake_fixtures import write_table

KARI, OLA = "Kari Ås", "Ola Nordmann"
LOG = "bekymringsmeldingId,innsendt\na,2023-01-01T10:00:00\nb,2023-01-02T10:00:00\n"
MANIFEST = {
    "fraDato": "2020-09-01",
    "tilDato": "2023-07-01",
    "totaltAntallTreff": 10,
    "uttrekkstidspunkt": "2023-07-01T06:00:00",
}


@lru_cache(maxsize=1)
def _template() -> tempfile.TemporaryDirectory[str]:
    """The folder as every case begins with it, made once in a process."""
    made = tempfile.TemporaryDirectory()
    case = Case.__new__(Case)
    case.root, case.settings = Path(made.name), SETTINGS
    write_healthy(case.work.root)
    case.judge(read=True)
    checks = [{"check_id": c.check_id, "suite": c.suite, "status": "passed"} for c in read_catalogue()]
    write_table(case.work, "quality__checks", checks)
    case.work.portal.mkdir()
    case.log.write_text(LOG)
    case.manifest(**MANIFEST)
    for name in (KARI, OLA):
        case.person(name)
    return made


@lru_cache(maxsize=1)
def _released() -> tempfile.TemporaryDirectory[str]:
    """The folder after two people released it, made once in a process."""
    made = tempfile.TemporaryDirectory()
    Case(Path(made.name)).release()
    return made


class Case:
    """The folder, its people, and what can happen to it. Times are hours after the healthy folder's clock."""

    def __init__(self, root: Path, settings: Settings = SETTINGS, like: Path | None = None) -> None:
        """A case as every case begins, or as another case's folder is now."""
        self.root, self.settings = root, settings
        shutil.copytree(like or _template().name, root, dirs_exist_ok=True)

    @classmethod
    def released(cls, root: Path) -> Case:
        """A case that two people have released, at one hour after the clock."""
        return cls(root, like=Path(_released().name))

    @property
    def work(self) -> WorkFolder:
        return WorkFolder(self.root / "work")

    @property
    def log(self) -> Path:
        return self.work.portal / "messages_1.csv"

    @property
    def keys(self) -> dict[str, Path]:
        return {file.stem: file for file in self.root.glob("*.json")}

    def judge(self, *, read: bool = False) -> None:
        """Judge the evidence as the lake has it now; the results are kept for the runs that follow."""
        if read:
            read_survey(self.work, CLOCK, self.settings)
        shutil.rmtree(self.root / "results", ignore_errors=True)
        verify(self.work.staging(), CLOCK, self.settings)
        self.work.staging().out.rename(self.root / "results")

    def person(self, name: str) -> None:
        """Let someone in among the approvers."""
        enter_approver(self.work, name, self.root / f"{name}.json")

    def leave(self, name: str) -> None:
        """Take someone out from among the approvers."""
        document = json.loads(self.work.approvers.read_text())
        document["keys"] = [key for key in document["keys"] if key["kid"] != name]
        self.work.approvers.write_text(json.dumps(document))

    def manifest(self, **values: Any) -> None:
        self.work.portal_manifest.write_text(json.dumps(values))

    def clock(self, hours: float) -> Clock:
        return Clock(CLOCK.as_of + timedelta(hours=hours))

    def begin(self, hours: float = 0) -> WorkFolder:
        """A run up to its decision. Returns the folder that it makes results in."""
        publishing.begin(self.work)
        note_inputs(self.work, self.clock(hours), self.settings)
        for file in self.work.portal.iterdir():
            self.work.keep_raw(file, sha256_of(file))
        shutil.copytree(self.root / "results", self.work.staging().out, dirs_exist_ok=True)
        return self.work.staging()

    def audit(self, hours: float = 0, approving: Approving | None = None) -> dict[str, Any]:
        """A whole run. Returns what stands in `release.json` afterwards."""
        staged = self.begin(hours)
        document = decide(staged, self.clock(hours), self.settings, approving)
        publishing.publish(self.work)
        assert self.document == document
        return document

    def approve(self, name: str, hours: float = 0, key: str = "") -> str | None:
        """An approval, with another's key if one is named. Returns why it was refused, None if it was recorded."""
        service_key.ensure_service_key(self.work, self.settings)
        approving = Approving(name, jose.read_private_file(self.keys[key or name]))
        self.audit(hours, approving)
        return approving.refusal

    def release(self, hours: float = 0) -> dict[str, Any]:
        """Both people's approvals, an hour apart."""
        assert self.approve(KARI, hours) is None
        assert self.approve(OLA, hours + 1) is None
        assert self.document["decision"] == "RELEASE"
        return self.document

    @property
    def document(self) -> dict[str, Any]:
        found = json.loads(self.work.decision.read_text())
        assert isinstance(found, dict)
        return found

    @property
    def said(self) -> tuple[str, list[str]]:
        """The decision and its reasons."""
        return self.document["decision"], self.document["global_reasons"]

    def ledger(self) -> ledger.Ledger:
        return ledger.read_ledger(self.work, service_key.trusted_keys(self.work))

    def history(self) -> History:
        assert self.ledger().problem is None
        return derive(self.ledger())

    # what happens to the evidence
    def lose(self) -> None:
        """Another message of Larvik turns out to be lost, and is followed up: every requirement still holds."""
        findings = tables()["reconcile__findings"]
        (found,) = (row for row in findings if row["message_id"] == message_id(LARVIK, 1))
        found |= {"outcome": "lost", "matched_by": None, "loss_probability": 1.0}
        write_table(self.work, "reconcile__findings", findings)
        actions = (FOLLOWUP_HEADER, f"3805;{message_id(LARVIK, 1)};;meldt_på_nytt;2023-06-20;")
        (self.work.followup / "tiltak_2.csv").write_text("\n".join(actions) + "\n", encoding="utf-8")
        self.judge(read=True)

    def follow(self, *actions: str) -> None:
        """The follow-up says this, in place of what it said."""
        write_followup(self.work, *actions)
        self.judge(read=True)

    def unfollow(self) -> None:
        """The follow-up is gone, so that a requirement is no longer met."""
        self.follow()
