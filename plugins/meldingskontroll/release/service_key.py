"""The service's own key: it signs certificates and the ledger. Made at the first approval, never by an audit."""

from __future__ import annotations

import json
from pathlib import Path

from joserfc.jwk import OKPKey

from meldingskontroll.lake import (
    WorkFolder,
    json_bytes,
    locked,
    private_folder,
    write_bytes,
    write_new_secret,
    write_secret,
)
from meldingskontroll.release import jose
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.settings import Settings


def key_file(work: WorkFolder, settings: Settings) -> Path:
    """Where the private key is: the setting, else in the work folder's `secrets/`."""
    return settings.service_key or work.service_key


def read_service_key(work: WorkFolder, settings: Settings) -> OKPKey | None:
    """The key, or None where there is none or it cannot be used; then nothing can be released."""
    try:
        return jose.read_private_file(key_file(work, settings))
    except SignatureRefusedError:
        return None


def ensure_service_key(work: WorkFolder, settings: Settings) -> OKPKey:
    """The key, made now if there is none.

    Raises:
        SignatureRefusedError: a file is there, but holds no private Ed25519 key; it is not written over.
    """
    file = key_file(work, settings)
    with locked(work.lock("service-key")):
        if not file.exists():
            if settings.service_key is None:
                private_folder(file.parent)
            key = jose.new_key()
            write_new_secret(file, json.dumps(key.as_dict(private=True), indent=2).encode() + b"\n")
        key = jose.read_private_file(file)
        publish_public_keys(work, key)
    return key


def trusted_keys(work: WorkFolder) -> tuple[OKPKey, ...]:
    """The public keys that the service has had, the one in use first: from `secrets/`, else from `out/jwks.json`."""
    for file in (work.public_keys, WorkFolder(work.root).jwks):
        try:
            return jose.read_key_set(file.read_bytes())
        except (OSError, SignatureRefusedError):
            continue
    return ()


def publish_public_keys(work: WorkFolder, key: OKPKey) -> None:
    """Put the key first among those that the service has had, and show them all in `out/jwks.json`."""
    known = jose.key_set([key, *(other for other in trusted_keys(work) if other.kid != key.kid)])
    content = json_bytes(known)
    if not _holds(work.public_keys, content):
        private_folder(work.public_keys.parent)
        write_secret(work.public_keys, content)
    # What stands there may be damaged; every run begins here, and one that failed would leave an older answer standing.
    jwks = WorkFolder(work.root).jwks
    if not _holds(jwks, content):
        write_bytes(jwks, content)


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.read_bytes() == content
