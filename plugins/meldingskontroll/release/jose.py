"""Signatures as the certificate, the approvals and the ledger have them: JWS compact, EdDSA over Ed25519 (RFC 8037).

One algorithm, one form of header (`alg`, `kid`, `typ`), and the key is found by `kid` among keys that are known
beforehand. Whatever differs is refused, so that a token cannot choose how it is verified.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "EdDSA"
CERTIFICATE = "meldingskontroll-release+jws"
APPROVAL = "meldingskontroll-approval+jws"
CHECKPOINT = "meldingskontroll-ledger+jws"
_COMPACT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADER = {"alg", "kid", "typ"}


class SignatureRefusedError(Exception):
    """A token or key that is not to be trusted. `code` says why; the message is one Norwegian sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class _OneAlgorithm(jws.JWSRegistry):
    """Knows no algorithm but the contract's, and takes decisions that name many inputs."""

    max_header_length = 4_096
    max_payload_length = 64_000_000

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise SignatureRefusedError("WRONG_ALGORITHM", f"Signaturen bruker ikke {ALGORITHM} og godtas ikke.")
        return self.algorithms[ALGORITHM]


_REGISTRY = _OneAlgorithm()


def new_key(kid: str = "") -> OKPKey:
    """A new private Ed25519 key; without a `kid` it is named by its thumbprint (RFC 7638)."""
    key = OKPKey.generate_key("Ed25519")
    return private_key({**key.as_dict(private=True), "kid": kid or key.thumbprint()})


def private_key(jwk: Mapping[str, Any]) -> OKPKey:
    """A private key from its JWK.

    Raises:
        SignatureRefusedError: it is not a private Ed25519 key.
    """
    key = _imported(jwk)
    if not key.is_private:
        raise SignatureRefusedError("NOT_A_PRIVATE_KEY", "Filen inneholder ikke en privat nøkkel.")
    # The library believes the public half that stands in the file; only the private half decides whose key it is.
    true_half = OKPKey.import_key(key.raw_value).as_dict(private=False)["x"]
    if jwk.get("x") != true_half:
        raise SignatureRefusedError("NOT_ONE_KEY", "Nøkkelens to halvdeler hører ikke sammen.")
    return key


def public_jwk(key: OKPKey) -> dict[str, str]:
    """The public half as a JWK: `kty, crv, x, kid, use, alg` and nothing else."""
    half = key.as_dict(private=False)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": str(half["x"]),
        "kid": str(half["kid"]),
        "use": "sig",
        "alg": ALGORITHM,
    }


def _imported(jwk: Mapping[str, Any]) -> OKPKey:
    parts = {name: jwk[name] for name in ("kty", "crv", "x", "d", "kid") if name in jwk}
    if parts.get("kty") != "OKP" or parts.get("crv") != "Ed25519" or not isinstance(parts.get("kid"), str):
        raise SignatureRefusedError("WRONG_KEY", "Nøkkelen er ikke en navngitt Ed25519-nøkkel.")
    try:
        key = OKPKey.import_key(parts)
        key.thumbprint()
    except (JoseError, ValueError, TypeError) as problem:
        raise SignatureRefusedError("WRONG_KEY", "Nøkkelen kan ikke leses som en Ed25519-nøkkel.") from problem
    return key


def read_key_set(text: str | bytes) -> tuple[OKPKey, ...]:
    """The public Ed25519 keys of a JWKS, in order. A set without keys is an empty one.

    Raises:
        SignatureRefusedError: it is not a JWKS, or holds a key that is private or of another kind.
    """
    try:
        document = json.loads(text)
        entries = document["keys"]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise SignatureRefusedError("NOT_A_KEY_SET", "Nøkkelfilen er ikke et JWKS-dokument.") from problem
    keys = tuple(_imported(entry) for entry in entries)
    if any(key.is_private for key in keys):
        raise SignatureRefusedError("PRIVATE_KEY_SHOWN", "Nøkkelfilen inneholder en privat nøkkel og brukes ikke.")
    return keys


def key_set(keys: Iterable[OKPKey]) -> dict[str, list[dict[str, str]]]:
    """A JWKS of public halves."""
    return {"keys": [public_jwk(key) for key in keys]}


def sign(payload: bytes, key: OKPKey, typ: str) -> str:
    """The payload signed, as JWS compact with the header `alg, kid, typ`."""
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key.kid, "typ": typ}, payload, key, registry=_REGISTRY)


def verified(token: str | bytes, keys: Iterable[OKPKey], typ: str) -> bytes:
    """The payload of a token that one of the keys signed, for this use and no other.

    Raises:
        SignatureRefusedError: it is not a JWS, names another algorithm or use, the key is unknown, or it was altered.
    """
    raw = token.encode("utf-8", "replace") if isinstance(token, str) else token
    if not _COMPACT.fullmatch(raw.strip()):
        raise SignatureRefusedError("NOT_A_JWS", "Filen er ikke et signert dokument (JWS compact).")
    if not all(_is_canonical(part) for part in raw.strip().split(b".")):
        raise SignatureRefusedError("ALTERED", "Signaturen stemmer ikke: dokumentet er endret etter signeringen.")
    try:
        found = jws.extract_compact(raw.strip(), None, _REGISTRY)
        header = found.headers()
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as problem:
        raise SignatureRefusedError("NOT_A_JWS", "Filen er ikke et signert dokument (JWS compact).") from problem
    if header.get("alg") != ALGORITHM:
        raise SignatureRefusedError("WRONG_ALGORITHM", f"Signaturen bruker ikke {ALGORITHM} og godtas ikke.")
    if set(header) != _HEADER:
        raise SignatureRefusedError("WRONG_HEADER", "Hodet i det signerte dokumentet har felt som ikke godtas.")
    if header["typ"] != typ:
        raise SignatureRefusedError("WRONG_TYPE", "Dokumentet er signert, men for et annet formål.")
    known = [key for key in keys if key.kid == header["kid"]]
    if not known:
        raise SignatureRefusedError("UNKNOWN_KEY", "Dokumentet er signert med en nøkkel som ikke er kjent.")
    if not any(_fits(found, key) for key in known):
        raise SignatureRefusedError("ALTERED", "Signaturen stemmer ikke: dokumentet er endret etter signeringen.")
    return bytes(found.payload)


def _is_canonical(part: bytes) -> bool:
    """Whether these bytes are the one way to write what they mean in base64url (RFC 4648, 3.5).

    The last letter has bits that mean nothing, which a decoder lets pass: a letter could be changed unseen.
    """
    try:
        return urlsafe_b64encode(urlsafe_b64decode(part + b"=" * (-len(part) % 4))).rstrip(b"=") == part
    except ValueError:
        return False


def _fits(found: jws.CompactSignature, key: OKPKey) -> bool:
    try:
        return jws.validate_compact(found, key, registry=_REGISTRY)
    except (JoseError, ValueError):
        return False


def read_private_file(path: Path) -> OKPKey:
    """The private key in a file.

    Raises:
        SignatureRefusedError: the file is not there, cannot be read, or holds no private Ed25519 key.
    """
    try:
        jwk = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise SignatureRefusedError("UNREADABLE", "Nøkkelfilen finnes ikke eller kan ikke leses.") from problem
    if not isinstance(jwk, dict):
        raise SignatureRefusedError("WRONG_KEY", "Nøkkelfilen inneholder ikke en nøkkel.")
    return private_key(jwk)
