"""The ledger: everything that was decided, approved and taken back, a line each, chained by hash and signed at its end.

A line is canonical JSON with `seq` (from 1), `previous` (hash of the line before, 64 zeros for the first), `event`,
`written_utc` (the machine's clock; no rule asks it), the event's own fields, and `hash` (sha256 of the rest).
`checkpoint.json` says `size` and `head`, signed by the service once it has a key, so that a truncated or forged end
shows. One line may stand beyond the checkpoint: the one that a killed run had written and not yet signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import OKPKey

from meldingskontroll.domain import Clock, iso_utc
from meldingskontroll.lake import WorkFolder, append_line, locked, write_json, write_secret
from meldingskontroll.release import jose
from meldingskontroll.release.jose import SignatureRefusedError

Line = dict[str, Any]
_FIRST = "0" * 64
FIELDS: Mapping[str, set[str]] = {
    "inputs": {"state", "added", "removed", "changed"},
    "overrides": {"state", "overrides"},
    "approval": {"approval"},
    "lapse": {"state", "causes", "released"},
    "decision": {"decision", "decision_sha256", "state"},
}
"""The events that there are, and what a line of each must have; a line of any other kind is no line of ours."""


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8: one value has one form, so that its hash speaks of it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def state_of(inputs: Mapping[str, str]) -> str:
    """The hash of `inputs` (contract §2): what two approvals must have in common."""
    return hashlib.sha256(canonical(dict(inputs))).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """What the files say. `problem` is None where the chain and its checkpoint hold, else one Norwegian sentence.

    `unsigned` is how many lines stand beyond the checkpoint (0 or 1), `torn` whether half a line stands at the end, or
    a whole one that is as good as not written (`_is_leave`), and `whole_bytes` how long the file is without it.
    """

    lines: tuple[Line, ...] = ()
    problem: str | None = None
    unsigned: int = 0
    torn: bool = False
    whole_bytes: int = 0
    signed: bool = False

    @property
    def head(self) -> str:
        return str(self.lines[-1]["hash"]) if self.lines else _FIRST

    def of(self, event: str) -> list[Line]:
        """The lines of one kind, in order."""
        return [line for line in self.lines if line["event"] == event]


def standing_releases(found: Ledger) -> dict[str, str]:
    """Each RELEASE that nothing later took back: the sha256 of its clearance by that of its decision, both in hex.

    A release must stand within what is signed; what takes one back counts even where it is not signed yet.
    """
    standing: dict[str, str] = {}
    signed = len(found.lines) - found.unsigned if found.signed and found.problem is None else 0
    for place, line in enumerate(found.lines):
        if line["event"] == "lapse" or (line["event"] == "decision" and line["decision"] != "RELEASE"):
            standing = {}
        elif line["event"] == "decision" and place < signed:
            standing[str(line["decision_sha256"])] = str(line.get("clearance_sha256"))
    return standing


class LedgerDamagedError(Exception):
    """The ledger does not hold, so nothing is added to it. The message is one Norwegian sentence."""


def read_ledger(work: WorkFolder, keys: Sequence[OKPKey]) -> Ledger:
    """Read and check the ledger against its checkpoint, and against the mark in `secrets/` where there is one."""
    try:
        content = work.ledger.read_bytes() if work.ledger.exists() else b""
        checkpoint = _json_of(work.ledger_checkpoint)
        mark = _json_of(work.ledger_mark)
    except (OSError, ValueError, RecursionError):
        return Ledger(problem="Hovedboken eller kontrollpunktet kan ikke leses.")
    whole, _, rest = content.rpartition(b"\n")
    whole_bytes = len(content) - len(rest)
    lines, problem = _chain(whole.split(b"\n") if whole_bytes else [])
    found = Ledger(tuple(lines), problem, torn=bool(rest), whole_bytes=whole_bytes)
    if problem is None:
        problem = _against_checkpoint(found, checkpoint, keys) or _against_mark(found, checkpoint, mark)
    size = _size(checkpoint)
    signed = bool(checkpoint and checkpoint.get("jws"))
    unsigned = max(len(lines) - size, 0)
    if problem is None and unsigned and _is_leave(lines[-1]):
        last = len(canonical(lines[-1])) + 1
        return Ledger(found.lines[:-1], None, 0, True, whole_bytes - last, signed)
    return Ledger(found.lines, problem, unsigned, found.torn, whole_bytes, signed)


def _is_leave(line: Line) -> bool:
    """Whether a line gives leave. One that is not signed does not: whoever can write to the file could have put an
    approval there that has lapsed. The next run cuts it away, and the person approves again.
    """
    approves = line["event"] == "approval" and isinstance(line["approval"], dict)
    return approves or (line["event"] == "decision" and line["decision"] == "RELEASE")


def _json_of(file: Any) -> dict[str, Any] | None:
    if not file.exists():
        return None
    value = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _size(checkpoint: Mapping[str, Any] | None) -> int:
    size = (checkpoint or {}).get("size", 0)
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else 0


def _chain(raw: Sequence[bytes]) -> tuple[list[Line], str | None]:
    """The lines of the chain as far as it holds, and where it breaks."""
    lines: list[Line] = []
    previous = _FIRST
    for number, text in enumerate(raw, start=1):
        try:
            line = json.loads(text)
            content = {name: value for name, value in line.items() if name != "hash"}
            holds = (
                canonical(line) == text
                and line["seq"] == number
                and line["previous"] == previous
                and FIELDS[line["event"]] <= set(line)
                and line["hash"] == hashlib.sha256(canonical(content)).hexdigest()
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            holds = False
        if not holds:
            return lines, f"Hovedboken er endret: linje {number} passer ikke i kjeden."
        lines.append(line)
        previous = line["hash"]
    return lines, None


def _against_checkpoint(found: Ledger, checkpoint: dict[str, Any] | None, keys: Sequence[OKPKey]) -> str | None:
    size, lines = _size(checkpoint), found.lines
    if checkpoint is None and len(lines) > 1:
        return "Kontrollpunktet mangler, så det kan ikke vises at hovedboken er hel."
    if size > len(lines):
        return f"Hovedboken er avkortet: den har {len(lines)} linjer, og kontrollpunktet sier {size}."
    if checkpoint and (size == 0 or lines[size - 1]["hash"] != checkpoint.get("head")):
        return "Hovedboken er skrevet om: den ender ikke slik kontrollpunktet sier."
    if len(lines) > size + 1 or (found.torn and len(lines) > size):
        return f"Hovedboken har {len(lines) - size} linjer som kontrollpunktet ikke kjenner."
    if checkpoint is None:
        return None
    if not checkpoint.get("jws"):
        approved = any(line["event"] == "approval" for line in lines[:size])
        return "Kontrollpunktet er ikke signert, enda noen har godkjent." if approved else None
    try:
        signed = json.loads(jose.verified(str(checkpoint["jws"]), keys, jose.CHECKPOINT))
    except (SignatureRefusedError, ValueError) as problem:
        return f"Kontrollpunktets signatur godtas ikke: {problem}"
    if signed != {"size": size, "head": checkpoint.get("head")}:
        return "Kontrollpunktet sier noe annet enn det som er signert."
    return None


def _against_mark(found: Ledger, checkpoint: dict[str, Any] | None, mark: dict[str, Any] | None) -> str | None:
    """An older ledger with its older checkpoint is whole in itself; the mark shows that it has been longer.

    Where nothing at all is left the approvals are gone as well, and a new ledger may begin.
    """
    if mark is None or (not found.lines and checkpoint is None):
        return None
    size = _size(mark)
    if size > len(found.lines) or size == 0 or found.lines[size - 1]["hash"] != mark.get("head"):
        return f"Hovedboken er satt tilbake: den har hatt {size} linjer, og slutter nå før eller annerledes."
    return None


def append(work: WorkFolder, event: str, fields: Mapping[str, Any], key: OKPKey | None, keys: Sequence[OKPKey]) -> None:
    """Add one line, then sign the new size and head. What a killed run left half done is completed first.

    Raises:
        LedgerDamagedError: the ledger does not hold as it stands.
    """
    with locked(work.lock("ledger")):
        found = read_ledger(work, keys)
        if found.problem:
            raise LedgerDamagedError(found.problem)
        line = {
            "seq": len(found.lines) + 1,
            "previous": found.head,
            "event": event,
            "written_utc": iso_utc(Clock.now().as_of),
            **fields,
        }
        line["hash"] = hashlib.sha256(canonical(line)).hexdigest()
        if key is None and found.of("approval"):
            raise LedgerDamagedError("Tjenestens nøkkel mangler, så hovedboken kan ikke signeres.")
        if not found.lines:
            work.ledger_mark.unlink(missing_ok=True)
        if found.unsigned:
            _sign(work, len(found.lines), found.head, key)
        append_line(work.ledger, canonical(line), keep=found.whole_bytes)
        _sign(work, line["seq"], line["hash"], key)


def _sign(work: WorkFolder, size: int, head: str, key: OKPKey | None) -> None:
    end = {"size": size, "head": head}
    token = jose.sign(canonical(end), key, jose.CHECKPOINT) if key else None
    write_json(work.ledger_checkpoint, {**end, "jws": token})
    if key:
        write_secret(work.ledger_mark, canonical(end))
