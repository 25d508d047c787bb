"""From HOLD to RELEASE, renewed and told, through the command alone (contract §2 "Approval", §3 `release verify`)."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.answer import COMMAND, audit, read_parquet
from contract.conftest import Audits
from contract.folder import AS_OF
from contract.release_cases import build

FOLDERS = {"all met": build}
BEGIN = datetime.fromisoformat(AS_OF.replace("Z", "+00:00"))


def at(hours: float) -> str:
    return (BEGIN + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("MELDINGSKONTROLL")}
    return subprocess.run(
        [str(COMMAND), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False, env=surroundings
    )


class Life:
    """One folder through its whole story; each step notes what was found, and the tests read the notes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.exits: dict[str, tuple[int, str]] = {}
        self.decisions: dict[str, dict[str, Any]] = {}

    def do(self, step: str, *arguments: str | Path) -> None:
        done = command(*arguments)
        self.exits[step] = (done.returncode, done.stdout + done.stderr)
        self.note(step)

    def note(self, step: str) -> None:
        self.decisions[step] = json.loads((self.root / "out/release.json").read_text(encoding="utf-8"))

    def approve(self, step: str, name: str, hours: float, key: str = "") -> None:
        file = self.root.parent / f"{key or name}.json"
        self.do(step, "release", "approve", "--work", self.root, "--as", name, "--key", file, "--as-of", at(hours))

    def deletable(self) -> int:
        return sum(row["clearance"] == "delete" for row in read_parquet(self.root / "out/clearance.parquet"))


def extend(root: Path) -> None:
    """A later extract covers more and holds every row; a municipality sends one more file."""
    manifest = json.loads((root / "portal/manifest.json").read_text(encoding="utf-8"))
    later = (datetime.fromisoformat(manifest["tilDato"]) + timedelta(days=1)).isoformat()
    (root / "portal/manifest.json").write_text(json.dumps(manifest | {"tilDato": later}), encoding="utf-8")
    file = sorted((root / "portal").glob("messages*.csv"))[0]
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *rows[:0:-1]])


@pytest.fixture(scope="module")
def life(audits: Audits, tmp_path_factory: pytest.TempPathFactory) -> Life:
    base = tmp_path_factory.mktemp("life")
    root = base / "work"
    shutil.copytree(audits["all met"].out.parent, root)
    life = Life(root)
    life.note("audited")
    for name in ("Kari Ås", "Ola Nordmann"):
        life.do(f"key of {name}", "release", "keygen", "--work", root, "--name", name, "--out", base / f"{name}.json")
    life.approve("another's key", "Kari Ås", 0, key="Ola Nordmann")
    life.approve("first", "Kari Ås", 0)
    life.approve("second", "Ola Nordmann", 1)
    shutil.copytree(root / "out", base / "released")
    extend(root)
    assert audit(root, at(10)).returncode == 0
    life.note("renewed")
    life.exits["renewed"] = (life.deletable(), "")
    life.do("ledger", "ledger", "verify", "--work", root)
    return life


def verify(life: Life, moment: str, token: Path | None = None, jwks: Path | None = None) -> tuple[int, str]:
    released = life.root.parent / "released"
    done = command(
        "release", "verify", token or released / "release.jws", "--jwks", jwks or released / "jwks.json", "--at", moment
    )
    assert len((done.stdout + done.stderr).strip().splitlines()) == 1, "one sentence"
    return done.returncode, done.stdout + done.stderr


def test_before_anyone_has_approved_it_holds(life: Life) -> None:
    assert life.decisions["audited"]["global_reasons"] == ["AWAITING_APPROVAL"]
    assert life.decisions["audited"]["approvals"] == []


def test_a_key_is_made_for_its_owner_alone(life: Life) -> None:
    assert life.exits["key of Kari Ås"][0] == life.exits["key of Ola Nordmann"][0] == 0
    assert stat.S_IMODE((life.root.parent / "Kari Ås.json").stat().st_mode) == 0o600
    register = json.loads((life.root / "registry/approvers.json").read_text(encoding="utf-8"))
    assert [key["kid"] for key in register["keys"]] == ["Kari Ås", "Ola Nordmann"]
    assert all("d" not in key and key["crv"] == "Ed25519" for key in register["keys"])


def test_another_persons_key_is_refused_with_a_sentence(life: Life) -> None:
    status, said = life.exits["another's key"]
    assert status == 3 and "Kari Ås" in said and "Traceback" not in said
    assert life.decisions["another's key"] == life.decisions["audited"]


def test_one_approval_holds_and_two_release(life: Life) -> None:
    assert life.exits["first"][0] == life.exits["second"][0] == 0
    first, second = life.decisions["first"], life.decisions["second"]
    assert (first["decision"], first["global_reasons"]) == ("HOLD", ["AWAITING_APPROVAL"])
    assert (second["decision"], second["global_reasons"], second["blocking"]) == ("RELEASE", [], [])
    assert (second["as_of_utc"], second["valid_until_utc"]) == (at(1), at(25))
    assert [approval["name"] for approval in second["approvals"]] == ["Kari Ås", "Ola Nordmann"]
    assert second["inputs"] == life.decisions["audited"]["inputs"]


def test_a_later_audit_renews_over_extensions(life: Life) -> None:
    renewed = life.decisions["renewed"]
    assert (renewed["decision"], renewed["valid_until_utc"]) == ("RELEASE", at(34))
    assert renewed["inputs"] != life.decisions["second"]["inputs"]
    assert renewed["approvals"] == life.decisions["second"]["approvals"]
    assert life.exits["renewed"][0] > 0


def test_the_ledger_tells_it_and_holds(life: Life) -> None:
    status, said = life.exits["ledger"]
    assert status == 0 and "2 godkjenninger, 0 tilbakekall. Siste beslutning er RELEASE" in said


@pytest.mark.parametrize(("hours", "status"), [(0.9, 3), (1, 0), (24.9, 0), (25, 3), (1000, 3)])
def test_a_certificate_is_valid_for_24_hours_from_its_moment(hours: float, status: int, life: Life) -> None:
    assert verify(life, at(hours))[0] == status


def test_a_certificate_that_was_altered_or_is_none_is_refused_with_a_sentence(life: Life, tmp_path: Path) -> None:
    released = life.root.parent / "released"
    token = (released / "release.jws").read_text()
    head, payload, signature = token.split(".")
    keys = json.loads((released / "jwks.json").read_text())
    cases = {
        "altered": f"{head}.{payload[:50]}{'A' if payload[50] != 'A' else 'B'}{payload[51:]}.{signature}",
        "truncated": token[:-40],
        "unsigned": f"{head}.{payload}.",
        "text": "RELEASE",
        "nothing": "",
    }
    for name, content in cases.items():
        file = tmp_path / f"{name}.jws"
        file.write_text(content)
        assert verify(life, at(2), token=file)[0] == 3, name
    assert verify(life, at(2), token=tmp_path / "nowhere.jws")[0] == 3
    strangers = {"none": {"keys": []}, "another": {"keys": [keys["keys"][0] | {"kid": "x"}]}, "no set": []}
    for name, content in strangers.items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(content))
        assert verify(life, at(2), jwks=file)[0] == 3, name
    approvers = life.root / "registry/approvers.json"
    assert verify(life, at(2), jwks=approvers)[0] == 3, "an approver's key signs no certificate"
    assert verify(life, "i morgen")[0] == 3
