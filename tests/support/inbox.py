"""A real work folder with inboxes, collected by the real intake."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from meldingskontroll.domain import Clock
from meldingskontroll.intake.collect import collect, compile_intake
from meldingskontroll.intake.outcome import Outcome
from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings

CLOCK = Clock.parse("2023-07-01T06:00:00Z")
HEADER = "meldingsid;mottatt;registrert;type;melder;kanal;kommunenummer;bydelsnummer"
FIRST = "3f2b0c1e-8a41-4a52-9a39-6d0a6a4b1c11"
SECOND = "0a1b2c3d-4e5f-4061-8273-94a5b6c7d8e9"
PERIOD = "# periode_fra: 2022-01-01\n# periode_til: 2022-04-01\n"


@dataclass
class Inboxes:
    """`put` files, `read` them, and look at what came of it."""

    root: Path

    @property
    def work(self) -> WorkFolder:
        return WorkFolder(self.root)

    def put(
        self, name: str, content: str | bytes, number: str = "4601", manifest: dict[str, Any] | None = None
    ) -> Path:
        inbox = self.work.inbox(number)
        inbox.mkdir(parents=True, exist_ok=True)
        path = inbox / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if manifest is not None:
            (inbox / f"{name}.manifest.json").write_text(json.dumps(manifest))
        return path

    def read(self, settings: Settings | None = None) -> list[Outcome]:
        found = collect(self.work, CLOCK, settings or Settings())
        compile_intake(self.work)
        return found

    def one(
        self, name: str, content: str | bytes, number: str = "4601", manifest: dict[str, Any] | None = None
    ) -> Outcome:
        """Put one file, read all, and give its outcome."""
        self.put(name, content, number, manifest)
        return next(outcome for outcome in self.read() if outcome.file_name == name and outcome.folder_no == number)

    def rows(self) -> list[dict[str, Any]]:
        return list(pq.read_table(self.work.table("intake__registrations")).to_pylist())

    def uploads(self) -> list[dict[str, Any]]:
        return list(pq.read_table(self.work.table("intake__uploads")).to_pylist())

    def receipts(self, number: str = "4601") -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.work.receipts(number).glob("*.json"))]

    def everything_written(self) -> bytes:
        """The bytes of every file outside the inboxes, and every name."""
        files = [path for path in self.root.rglob("*") if "inbox" not in path.parts]
        names = "\n".join(str(path.relative_to(self.root)) for path in files).encode()
        content = b"\n".join(path.read_bytes() for path in files if path.is_file())
        return names + content


def codes(outcome: Outcome) -> list[str]:
    return [message.code for message in outcome.messages]
