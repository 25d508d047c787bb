"""A work folder with the files of a release as docs/decisions/0007 has them, signed with keys made for it."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from joserfc.jwk import OKPKey

from meldingskontroll.domain import Clock, iso_utc
from meldingskontroll.lake import WorkFolder, private_folder, sha256_of, write_bytes, write_json, written_aside
from meldingskontroll.release import jose, ledger
from meldingskontroll.release.approvals import sign_statement
from meldingskontroll.release.approvers import Approver
from meldingskontroll.release.ledger import state_of
from meldingskontroll.release.service import tokens
from meldingskontroll.release.service.municipalities import COLUMNS
from meldingskontroll.settings import Settings

AS_OF = datetime(2023, 7, 1, 6, tzinfo=UTC)
REGISTERED = "aaaaaaaa-0000-4000-8000-000000000001"
LOST = "aaaaaaaa-0000-4000-8000-000000000002"
STRANGER = "bbbbbbbb-0000-4000-8000-000000000003"
CLEARED = {REGISTERED: ("delete", "REGISTERED"), LOST: ("keep", "LOST")}


class Released:
    """The folder, and the moves that an audit makes in it."""

    def __init__(self, root: Path, cleared: Mapping[str, tuple[str, str]] = CLEARED) -> None:
        self.work = WorkFolder(root)
        self.work.out.mkdir(parents=True)
        self.key: OKPKey = jose.new_key()
        self.approvers: list[OKPKey] = [jose.new_key(name) for name in ("ada", "bo")]
        self.cleared = cleared
        write_json(self.work.jwks, jose.key_set([self.key]))
        write_json(self.work.approvers, jose.key_set(self.approvers))

    def token(self, scope: str = tokens.READ, days: int = 30, now: datetime | None = None) -> str:
        return tokens.issue(self.work, "KS", scope, days, now or datetime.now(UTC))

    def document(self, decision: str = "RELEASE", as_of: datetime = AS_OF, **changes: Any) -> dict[str, Any]:
        """A decision in the contract's form."""
        is_release = decision == "RELEASE"
        made: dict[str, Any] = {
            "decision": decision,
            "as_of_utc": iso_utc(as_of),
            "valid_until_utc": iso_utc(as_of + timedelta(hours=24)) if is_release else None,
            "roster_size": 2,
            "verified": 2 if is_release else 1,
            "blocking": []
            if is_release
            else [{"municipality_no": "9901", "district_no": "", "reasons": ["LOG_COVERED"]}],
            "global_reasons": [] if is_release else ["REQUIREMENTS_UNMET"],
            "drill": {"planted": 4, "found": 4, "false_alarms": 0},
            "checks": {"expected": 3, "run": 3, "failed": 0},
            "inputs": {"portal/messages.csv": "0" * 64},
            "ruleset_version": "2023.1+0123456789ab",
            "approvals": [],
        }
        approvals = self.approvals(made | changes, as_of) if is_release else []
        return made | {"approvals": approvals} | changes

    def approvals(
        self, document: Mapping[str, Any], as_of: datetime = AS_OF, keys: Sequence[OKPKey] = ()
    ) -> list[dict[str, Any]]:
        """What each approver (or the holders of these keys) signed of a decision."""
        stated = {
            "state": state_of(document["inputs"]),
            "findings_sha256": "1" * 64,
            "ruleset_version": document["ruleset_version"],
            "roster_size": document["roster_size"],
            "as_of_utc": iso_utc(as_of),
            **({"overrides": len(document["overrides"])} if document.get("overrides") else {}),
        }
        return [sign_statement(Approver(str(key.kid), key), key, stated) for key in keys or self.approvers]

    def release(self, as_of: datetime = AS_OF, **changes: Any) -> bytes:
        """Into a RELEASE: clearance, certificate, decision. Returns the decision's bytes."""
        content = as_bytes(self.document("RELEASE", as_of, **changes))
        self.write_clearance(content)
        self.note(content)
        self.sign(content)
        write_bytes(self.work.decision, content)
        return content

    def hold(self, as_of: datetime = AS_OF, **changes: Any) -> bytes:
        """Into a HOLD: the certificate goes first, then the decision is replaced, then the clearance."""
        content = as_bytes(self.document("HOLD", as_of, **changes))
        self.work.certificate.unlink(missing_ok=True)
        write_bytes(self.work.decision, content)
        self.write_clearance(content, {one: ("keep", "HOLD") for one in self.cleared})
        self.note(content)
        return content

    def note(self, content: bytes) -> None:
        """The ledger's line of a decision, and under RELEASE of the clearance as it stands."""
        document = json.loads(content)
        fields = {"decision": document["decision"], "state": state_of(document["inputs"])}
        fields |= {"decision_sha256": hashlib.sha256(content).hexdigest()}
        if fields["decision"] == "RELEASE":
            fields |= {"clearance_sha256": sha256_of(self.work.clearance)}
        private_folder(self.work.secrets)
        ledger.append(self.work, "decision", fields, self.key, [self.key])

    def sign(self, content: bytes, key: OKPKey | None = None, typ: str = jose.CERTIFICATE) -> None:
        write_bytes(self.work.certificate, jose.sign(content, key or self.key, typ).encode())

    def write_municipalities(self) -> None:
        """One roster entry, with its types as the audit writes them."""
        moment = pa.array([AS_OF.replace(tzinfo=None)], pa.timestamp("us"))
        columns: dict[str, Any] = {name: [3] for name in COLUMNS}
        columns |= {"municipality_no": ["0301"], "district_no": ["05"], "service_id": pa.array([None], pa.string())}
        columns |= {"coverage_from_utc": moment, "coverage_to_utc": moment.take(pa.array([None], pa.int8()))}
        columns |= {"coverage_share": [0.5], "clock_offset_s": [-3], "reasons": [["LOG_COVERED"]]}
        pq.write_table(pa.table(columns | {"verdict": ["not_verified"]}), self.work.municipalities)

    def write_clearance(self, content: bytes, cleared: Mapping[str, tuple[str, str]] | None = None) -> None:
        write_clearance(self.work.clearance, self.cleared if cleared is None else cleared, content)


def as_bytes(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def write_clearance(file: Path, cleared: Mapping[str, tuple[str, str]], decision: bytes | None) -> None:
    """The clearances in order of id, bound to a decision; to none if there is none."""
    ids = sorted(cleared)
    table = pa.table(
        {
            "message_id": pa.array([uuid.UUID(one).bytes for one in ids], pa.binary(16)).cast(pa.uuid()),
            "clearance": pa.array([cleared[one][0] for one in ids], pa.string()),
            "reason": pa.array([cleared[one][1] for one in ids], pa.string()),
        }
    )
    if decision is not None:
        table = table.replace_schema_metadata({"decision_sha256": hashlib.sha256(decision).hexdigest()})
    with written_aside(file, durable=False) as aside:
        pq.write_table(table, aside, compression="zstd")


@contextmanager
def serving(work: WorkFolder, settings: Settings | None = None, at: datetime | None = None) -> Iterator[str]:
    """A real server on loopback, on a free port; gives its address with the prefix."""
    from meldingskontroll.release.service.serve import server_of

    if at is not None:
        work.synthetic_notice.write_text("Syntetiske data.\n", encoding="utf-8")
    server = server_of(work, settings or Settings(), "127.0.0.1", 0, Clock(at) if at else None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/deletion-release"
    finally:
        server.should_exit = True
        thread.join()
