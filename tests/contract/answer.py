"""Runs the real command on a folder and reads what it wrote, by case name."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from contract.folder import AS_OF, Folder, Message

COMMAND = Path(sys.executable).parent / "meldingskontroll"
CLASSES = ["registered", "printed", "not_delivered", "in_transit", "lost", "unknown"]


def audit(root: Path, as_of: str = AS_OF) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would; the result has its exit status, stdout and stderr."""
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("MELDINGSKONTROLL")}
    return subprocess.run(
        [str(COMMAND), "audit", "--work", str(root), "--as-of", as_of],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=surroundings,
    )


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a semicolon-separated output."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def read_parquet(path: Path) -> list[dict[str, Any]]:
    """Rows of a Parquet output; ids as text, times as text in UTC."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        relation = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        kinds = {column[0]: str(column[1]) for column in relation.description or []}
        casts = ", ".join(
            f'CAST("{name}" AS VARCHAR) AS "{name}"' if kind == "UUID" or kind.startswith("TIMESTAMP") else f'"{name}"'
            for name, kind in kinds.items()
        )
        relation.fetchall()
        rows = connection.execute(f"SELECT {casts} FROM read_parquet(?)", [str(path)]).fetchall()  # noqa: S608
    return [dict(zip(kinds, row, strict=True)) for row in rows]


@dataclass
class Answer:
    """What one run wrote, and the folder it was asked about."""

    folder: Folder
    process: subprocess.CompletedProcess[str]

    @property
    def root(self) -> Path:
        return self.folder.root

    @property
    def out(self) -> Path:
        assert self.process.returncode == 0, self.process.stderr[-3000:]
        return self.root / "out"

    @cached_property
    def findings(self) -> dict[str, dict[str, Any]]:
        return {row["message_id"]: row for row in read_parquet(self.out / "findings.parquet")}

    @cached_property
    def clearance(self) -> dict[str, dict[str, Any]]:
        return {row["message_id"]: row for row in read_parquet(self.out / "clearance.parquet")}

    @cached_property
    def municipalities(self) -> list[dict[str, str]]:
        return read_csv(self.out / "municipalities.csv")

    @cached_property
    def release(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "release.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def overview(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "overview/overview.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def requirement_rows(self) -> list[dict[str, str]]:
        return read_csv(self.out / "requirements.csv")

    def message(self, case: str, name: str) -> Message:
        return self.folder.cases[case].messages[name]

    def finding(self, case: str, name: str) -> dict[str, Any]:
        """The row of findings.parquet of one message."""
        return self.findings[self.message(case, name).id]

    def outcomes(self, case: str) -> dict[str, str]:
        """Every message of the case with its outcome; a registered one also says by what."""
        found = {}
        for name, message in self.folder.cases[case].messages.items():
            row = self.findings.get(message.id)
            outcome = "absent" if row is None else str(row["outcome"])
            found[name] = f"{outcome} by {row['matched_by']}" if row and outcome == "registered" else outcome
        return found

    def count(self, case: str, outcome: str) -> int:
        """How many messages of the case have an outcome, by the findings."""
        return sum(found.split()[0] == outcome for found in self.outcomes(case).values())

    def entries(self, case: str) -> list[dict[str, str]]:
        place = self.folder.cases[case]
        return [
            row
            for row in self.municipalities
            if row["municipality_no"] == place.number and (row["district_no"] or "00") == (place.district or "00")
        ]

    def entry(self, case: str) -> dict[str, str]:
        """The one roster entry of the case."""
        rows = self.entries(case)
        assert len(rows) == 1, f"{case}: {len(rows)} entries"
        return rows[0]

    def losses(self, case: str) -> tuple[int, int, int]:
        """(lost_low, lost, lost_high) of the case's entry."""
        row = self.entry(case)
        return int(row["lost_low"]), int(row["lost"]), int(row["lost_high"])

    def share(self, case: str) -> float:
        return float(self.entry(case)["coverage_share"])

    def requirement(self, case: str, requirement: str) -> dict[str, str]:
        """The row of requirements.csv of one requirement of the case's entry."""
        place = self.folder.cases[case]
        rows = [
            row
            for row in self.requirement_rows
            if (row["municipality_no"], row["requirement"]) == (place.number, requirement)
            and (row["district_no"] or "00") == (place.district or "00")
        ]
        assert len(rows) == 1, f"{case} {requirement}: {len(rows)} rows"
        return rows[0]

    def met(self, case: str, requirement: str) -> bool:
        return {"true": True, "false": False}[self.requirement(case, requirement)["met"]]

    def receipt(self, case: str, name: str = "logg.csv") -> dict[str, Any]:
        """The receipt of one uploaded file, found at the place that the contract names."""
        place = self.folder.cases[case]
        digest = hashlib.sha256((place.inbox / name).read_bytes()).hexdigest()
        cut = name.encode()[:200].decode(errors="ignore")
        path = self.root / "drop" / place.number / "receipts" / f"{cut}.{digest[:12]}.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def receipts(self, case: str) -> list[dict[str, Any]]:
        """All receipts in the case's folder."""
        folder = self.root / "drop" / self.folder.cases[case].number / "receipts"
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]

    def codes(self, case: str, name: str = "logg.csv") -> set[str]:
        return {message["code"] for message in self.receipt(case, name)["messages"]}
