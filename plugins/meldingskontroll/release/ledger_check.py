"""Derives everything that the ledger says anew from the files, and holds the published decision against it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder, sha256_of
from meldingskontroll.release import jose, renewal
from meldingskontroll.release.approvals import History, derive
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.ledger import Ledger, read_ledger, state_of
from meldingskontroll.release.service_key import trusted_keys


def check_ledger(work: WorkFolder, jwks: Path | None = None) -> str:
    """Check the chain, its signed end, every approval, every set of inputs, and that `out/` says what was last decided.

    `jwks` has the public keys to believe; without it those in `secrets/`, else those in `out/`.

    Returns:
        One Norwegian sentence that says how much was checked.

    Raises:
        RefusedError: something does not hold; the sentence says what, and what follows from it.
    """
    try:
        keys = jose.read_key_set(jwks.read_bytes()) if jwks else trusted_keys(work)
        found = read_ledger(work, keys)
        _refuse_if(bool(found.problem), found.problem or "")
        _refuse_if(not found.lines, "Det finnes ingen hovedbok: ingenting er besluttet i denne mappen.")
        _refuse_if(
            bool(found.unsigned or found.torn),
            f"En kjøring ble avbrutt: linje {len(found.lines) + found.torn} er ikke signert. Neste kjøring fullfører.",
        )
        history = derive(found)
        _check_inputs(work, found)
        _check_published(work, found, history, keys)
    except SignatureRefusedError as problem:
        raise RefusedError(f"Hovedboken holder ikke: {problem}") from problem
    except OSError as problem:
        raise RefusedError("Hovedboken holder ikke: nøklene kan ikke leses.") from problem
    signed = "" if found.signed else " Ingen har godkjent ennå, og kontrollpunktet er ikke signert."
    last = history.last_decision["decision"] if history.last_decision else "HOLD"
    return (
        f"Hovedboken holder: {len(found.lines)} linjer, {len(found.of('approval'))} godkjenninger, "
        f"{len(found.of('lapse'))} tilbakekall. Siste beslutning er {last}.{signed}"
    )


def _refuse_if(holds: bool, sentence: str) -> None:
    if holds:
        raise RefusedError(sentence)


def _check_inputs(work: WorkFolder, found: Ledger) -> None:
    """Each set of inputs is kept, is what its hash says, and differs from the one before as its line says."""
    before: dict[str, str] = {}
    for line in found.of("inputs"):
        now = renewal.read_state(work, line["state"])
        if now is None:
            raise RefusedError(f"Linje {line['seq']}: kildene som linjen viser til, mangler eller er endret.")
        said = {name: line[name] for name in ("added", "removed", "changed")}
        if said != renewal.difference(before, now):
            raise RefusedError(f"Linje {line['seq']} sier noe annet enn kildene om hva som er lagt til eller fjernet.")
        before = now


def _check_published(work: WorkFolder, found: Ledger, history: History, keys: tuple[OKPKey, ...]) -> None:
    last = history.last_decision
    if last is None:
        raise RefusedError("Hovedboken har ingen beslutning. Neste kjøring fullfører.")
    try:
        content = work.decision.read_bytes()
        document: dict[str, Any] = json.loads(content)
        decision, inputs, approvals = document["decision"], document["inputs"], document["approvals"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise RefusedError("release.json mangler eller kan ikke leses. Neste kjøring skriver den på nytt.") from problem
    digest = hashlib.sha256(content).hexdigest()
    if digest != last["decision_sha256"]:
        known = "en tidligere" if digest in history.decisions else "ikke en"
        raise RefusedError(f"release.json er {known} beslutning i hovedboken. Siste er linje {last['seq']}.")
    _refuse_if(state_of(inputs) != last["state"], "release.json bygger på andre kilder enn hovedboken sier.")
    _refuse_if(last["state"] != found.of("inputs")[-1]["state"], "Siste beslutning bygger på kilder som ikke er ført.")
    statements = {approval["statement"] for approval in approvals}
    _refuse_if(
        not statements <= {approval.statement for approval in history.active},
        "release.json har godkjenninger som ikke gjelder etter hovedboken.",
    )
    if decision == "RELEASE":
        _refuse_if(not work.certificate.is_file(), "Beslutningen er RELEASE, men sertifikatet release.jws mangler.")
        signed = jose.verified(work.certificate.read_bytes(), keys, jose.CERTIFICATE)
        _refuse_if(signed != content, "Sertifikatet release.jws sier noe annet enn release.json.")
        noted = found.of("overrides")
        _refuse_if(
            document.get("overrides", []) != (noted[-1]["overrides"] if noted else []),
            "release.json har andre overstyringer enn hovedboken.",
        )
        cleared = sha256_of(work.clearance) if work.clearance.is_file() else None
        _refuse_if(cleared != last.get("clearance_sha256"), "clearance.parquet er ikke den som ble frigitt.")
    else:
        _refuse_if(work.certificate.exists(), "Beslutningen er HOLD, men et sertifikat ligger i out/.")
