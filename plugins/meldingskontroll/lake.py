"""The one place that builds paths, and the only way that files are written: aside first, then renamed.

`WorkFolder` is the folder of contract §1. Its `out/` holds the results that outsiders read; `out/lake/` holds the
rooms' tables as Parquet, one file a table, and the raw inputs under their sha256.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from meldingskontroll.files import (
    append_line,
    defused,
    exchange_folders,
    inputs_in,
    items_of,
    json_bytes,
    locked,
    private_folder,
    publish_folder,
    sha256_of,
    write_bytes,
    write_json,
    write_new_secret,
    write_secret,
    write_text,
    written_aside,
)

__all__ = [
    "LOG_SUFFIXES",
    "MANIFEST_SUFFIX",
    "WorkFolder",
    "append_line",
    "defused",
    "exchange_folders",
    "inputs_in",
    "json_bytes",
    "locked",
    "private_folder",
    "publish_folder",
    "sha256_of",
    "write_bytes",
    "write_json",
    "write_new_secret",
    "write_secret",
    "write_text",
    "written_aside",
]

MANIFEST_SUFFIX = ".manifest.json"
LOG_SUFFIXES = (".csv", ".txt", ".log", ".xlsx", ".json")
_RECEIPT_NAME_BYTES = 200


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
    def approvers(self) -> Path:
        """The public keys of those who may approve (JWKS, kid = name)."""
        return self.registry / "approvers.json"

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

    def extract_pages(self, begin: datetime, end: datetime) -> Path:
        return self.lake / "portal" / "pages" / _span(begin, end)

    @property
    def portal_circuit(self) -> Path:
        return self.lake / "portal" / "circuit.json"

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

    @property
    def service_key(self) -> Path:
        """The service's private key, where the settings name no other place."""
        return self.secrets / "service-key.json"

    @property
    def ledger_mark(self) -> Path:
        """How far the ledger had come when it was last written to, out of reach of those who can write to `out/`."""
        return self.secrets / "ledger-mark.json"

    @property
    def public_keys(self) -> Path:
        """Every public key that the service has had; `out/jwks.json` is made from it."""
        return self.secrets / "public-keys.json"

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
    def ledger(self) -> Path:
        """Everything that was decided, a line each; never rewritten, and never made aside."""
        return self.root / "out" / "ledger" / "ledger.jsonl"

    @property
    def ledger_checkpoint(self) -> Path:
        return self.ledger.with_name("checkpoint.json")

    def ledger_state(self, state: str) -> Path:
        """The inputs, by path and hash, that a line of the ledger names by their hash together."""
        return self.ledger.parent / "states" / f"{state}.json"

    @property
    def inputs_seen(self) -> Path:
        """The inputs as they were when the run began, and the moment that the run speaks of."""
        return self.lake / "release" / "inputs.json"

    @property
    def daily_control(self) -> Path:
        return self.out / "daily_control.csv"

    @property
    def overview(self) -> Path:
        return self.out / "overview"

    @property
    def lake(self) -> Path:
        return self.root / "out" / "lake"

    def lock(self, name: str) -> Path:
        """The file that processes hold while they do what only one may do at a time."""
        return self.lake / "locks" / name

    def table(self, relation: str) -> Path:
        """Where a room's table is kept: `roster__entries` is `out/lake/roster/entries.parquet`."""
        room, _, name = relation.partition("__")
        return self.lake / room / f"{name}.parquet"

    def bucket_address(self, lake_url: str = "") -> str:
        """Where the tasks of a reconciliation in buckets leave tables for each other: under a URL if given, else here.

        It is a place of its own, since each run clears it.
        """
        return f"{lake_url.rstrip('/') or self.lake}/reconcile/buckets"

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

    @property
    def drop_states(self) -> Path:
        return self.lake / "intake" / "drop"

    def intake_outcomes(self, municipality_no: str) -> Path:
        """What became of each file in a municipality's inbox."""
        return self.lake / "intake" / "outcomes" / f"{municipality_no}.json"

    def intake_registrations(self, municipality_no: str, sha256: str) -> Path:
        """The accepted rows of one upload, in a partition that can be owned and erased."""
        return self.lake / "intake" / "registrations" / f"municipality_no={municipality_no}" / f"{sha256}.parquet"

    def municipality_folders(self) -> list[str]:
        """The municipality numbers that have a drop folder, in order; anything that is not four digits is left out."""
        return [p.name for p in items_of(self.drop) if re.fullmatch(r"\d{4}", p.name) and p.is_dir()]

    def input_files(self) -> list[Path]:
        """Every file that the decision rests on, in order: contract §2, `inputs` of `release.json`."""
        found = [p for folder in (self.registry, self.portal, self.survey, self.followup) for p in inputs_in(folder)]
        for number in self.municipality_folders():
            found += inputs_in(self.inbox(number), follow_links=False)
        return [p for p in found if p != self.approvers]


def _span(begin: datetime, end: datetime) -> str:
    return f"{begin:%Y%m%dT%H%M%SZ}--{end:%Y%m%dT%H%M%SZ}"
