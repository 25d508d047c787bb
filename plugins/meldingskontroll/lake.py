"""The one place that builds paths, and the only way that files are written: aside first, then renamed.

`WorkFolder` is the folder of contract §1. Its `out/` holds the results that outsiders read; `out/lake/` holds the
rooms' tables as Parquet, one file a table, and the raw inputs under their sha256.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

PARTIAL_SUFFIXES = (".part", ".tmp", ".filepart")
MANIFEST_SUFFIX = ".manifest.json"
LOG_SUFFIXES = (".csv", ".txt", ".log", ".xlsx", ".json")
_RECEIPT_NAME_BYTES = 200


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hex, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def written_aside(target: Path, mode: int = 0o644, *, durable: bool = True) -> Iterator[Path]:
    """Give a path beside `target` to write to; it takes the target's place only if the block succeeds.

    `durable` waits until the disk has it. A room's table, which every run makes anew before it is read, need not.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        if durable:
            with aside.open("rb") as stream:
                os.fsync(stream.fileno())
        aside.chmod(mode)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    with written_aside(target) as aside:
        aside.write_bytes(content)


def write_text(target: Path, text: str) -> None:
    """Write UTF-8 text as `write_bytes` does."""
    write_bytes(target, text.encode())


def write_secret(target: Path, content: bytes) -> None:
    """Write a private key so that only its owner can read it."""
    with written_aside(target, mode=0o600) as aside:
        aside.write_bytes(content)


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can look into; one that is there is closed to others."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def write_json(target: Path, value: Any) -> None:
    """Write JSON with sorted structure as given, two-space indent, Norwegian letters as they are."""
    write_text(target, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def publish_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files, by their paths in it, so that a reader sees the old folder or the new, whole.

    What the old folder held and `files` lacks is gone afterwards. The two are exchanged in one step where the file
    system can; elsewhere the old one is moved away first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
    try:
        for name, content in files.items():
            file = aside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        aside.chmod(0o755)
        exchange_folders(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def exchange_folders(aside: Path, target: Path) -> None:
    """Put a finished folder in another's place; the other's old content is then at `aside`, or gone."""
    if not target.exists():
        aside.rename(target)
    elif not _exchanged(aside, target):
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
        target.rename(old)
        aside.rename(target)
        shutil.rmtree(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two paths change places at once (Linux `renameat2`); False where that cannot be done."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    here, exchange = -100, 2
    return rename is not None and rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


@dataclass(frozen=True)
class WorkFolder:
    """Paths of one work folder (contract §1 and §2). Building a path never touches the disk."""

    root: Path
    staged: bool = False

    def staging(self) -> WorkFolder:
        """The same folder with its results in `out/.next`, where a run makes them before it publishes them together."""
        return WorkFolder(self.root, staged=True)

    # what outsiders bring
    @property
    def registry(self) -> Path:
        return self.root / "registry"

    @property
    def portal(self) -> Path:
        return self.root / "portal"

    @property
    def portal_manifest(self) -> Path:
        return self.portal / "manifest.json"

    def portal_file(self, kind: str, begin: datetime, end: datetime) -> Path:
        """Where one interval of the portal's log stands: `kind` is `messages` or `history`, times naive UTC."""
        return self.portal / f"{kind}-{_span(begin, end)}.csv"

    def extract_record(self, begin: datetime, end: datetime) -> Path:
        """Where it is recorded what the portal said of one interval; times naive UTC."""
        return self.extract_records / f"{_span(begin, end)}.json"

    @property
    def extract_records(self) -> Path:
        return self.lake / "portal" / "extracts"

    @property
    def drop(self) -> Path:
        return self.root / "drop"

    def inbox(self, municipality_no: str) -> Path:
        return self.drop / municipality_no / "inbox"

    def receipts(self, municipality_no: str) -> Path:
        return self.drop / municipality_no / "receipts"

    @property
    def survey(self) -> Path:
        return self.root / "survey"

    @property
    def followup(self) -> Path:
        return self.root / "followup"

    # what only a simulated folder has
    @property
    def truth(self) -> Path:
        return self.root / "truth"

    @property
    def synthetic_notice(self) -> Path:
        """A file that stands here where the data are made up; every page made from them then says so."""
        return self.root / "SYNTETISK.txt"

    # what nobody but the service's account may read
    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def tokens(self) -> Path:
        """The hashes of the bearer tokens of the release service."""
        return self.secrets / "tokens.json"

    # what the audit writes
    @property
    def out(self) -> Path:
        return self.root / "out" / ".next" if self.staged else self.root / "out"

    @property
    def findings(self) -> Path:
        return self.out / "findings.parquet"

    @property
    def municipalities(self) -> Path:
        return self.out / "municipalities.parquet"

    @property
    def municipalities_csv(self) -> Path:
        return self.out / "municipalities.csv"

    @property
    def requirements_csv(self) -> Path:
        return self.out / "requirements.csv"

    @property
    def clearance(self) -> Path:
        return self.out / "clearance.parquet"

    @property
    def decision(self) -> Path:
        return self.out / "release.json"

    @property
    def certificate(self) -> Path:
        """The decision signed with the service's key (JWS compact), where it is RELEASE."""
        return self.out / "release.jws"

    @property
    def jwks(self) -> Path:
        """The public keys that certificates are verified with."""
        return self.out / "jwks.json"

    @property
    def daily_control(self) -> Path:
        return self.out / "daily_control.csv"

    @property
    def overview(self) -> Path:
        return self.out / "overview"

    @property
    def lake(self) -> Path:
        return self.root / "out" / "lake"

    def table(self, relation: str) -> Path:
        """Where a room's table is kept: `roster__entries` is `out/lake/roster/entries.parquet`."""
        room, _, name = relation.partition("__")
        return self.lake / room / f"{name}.parquet"

    def raw(self, sha256: str) -> Path:
        """Where an input is kept byte for byte, under its hash."""
        return self.lake / "raw" / sha256[:2] / sha256

    def keep_raw(self, source: Path, sha256: str) -> Path:
        """Keep an input byte for byte under its hash; the same bytes are kept once."""
        kept = self.raw(sha256)
        if not kept.exists():
            with written_aside(kept) as aside:
                shutil.copyfile(source, aside)
        return kept

    def receipt(self, municipality_no: str, file_name: str, sha256: str, *, hide_name: bool = False) -> Path:
        """Where the receipt of an upload stands (contract §1): name cut at 200 bytes, or hashed if it must hide."""
        shown = hashlib.sha256(file_name.encode("utf-8", "surrogateescape")).hexdigest() if hide_name else file_name
        cut = shown.encode("utf-8", "surrogateescape")[:_RECEIPT_NAME_BYTES].decode("utf-8", "ignore")
        return self.receipts(municipality_no) / f"{cut}.{sha256[:12]}.json"

    def seen_inbox(self, municipality_no: str) -> Path:
        """Where it is kept what the inbox looked like when it was last read."""
        return self.lake / "intake" / "seen" / f"{municipality_no}.json"

    def intake_outcomes(self, municipality_no: str) -> Path:
        """What became of each file in a municipality's inbox."""
        return self.lake / "intake" / "outcomes" / f"{municipality_no}.json"

    def intake_registrations(self, municipality_no: str, sha256: str) -> Path:
        """The accepted rows of one upload, in a partition that can be owned and erased."""
        return self.lake / "intake" / "registrations" / f"municipality_no={municipality_no}" / f"{sha256}.parquet"

    def municipality_folders(self) -> list[str]:
        """The municipality numbers that have a drop folder, in order; anything that is not four digits is left out."""
        if not self.drop.is_dir():
            return []
        return sorted(p.name for p in self.drop.iterdir() if re.fullmatch(r"\d{4}", p.name) and p.is_dir())

    def input_files(self) -> list[Path]:
        """Every file that the decision rests on, in order: contract §2, `inputs` of `release.json`."""
        folders = [self.registry, self.portal, self.survey, self.followup]
        folders += [self.inbox(no) for no in self.municipality_folders()]
        found = [p for folder in folders if folder.is_dir() for p in sorted(folder.iterdir()) if _counts_as_input(p)]
        return [p for p in found if p != self.registry / "approvers.json"]


def _span(begin: datetime, end: datetime) -> str:
    return f"{begin:%Y%m%dT%H%M%SZ}--{end:%Y%m%dT%H%M%SZ}"


def _counts_as_input(path: Path) -> bool:
    hidden_or_partial = path.name.startswith((".", "~")) or path.name.endswith(PARTIAL_SUFFIXES)
    return not hidden_or_partial and not path.is_symlink() and path.is_file()
