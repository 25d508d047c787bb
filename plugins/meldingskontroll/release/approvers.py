"""Those who may approve: `registry/approvers.json` (contract §1: JWKS, kid = name), read and entered into."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey

from meldingskontroll.domain import RefusedError
from meldingskontroll.lake import WorkFolder, locked, write_json, write_new_secret
from meldingskontroll.release import jose
from meldingskontroll.release.jose import SignatureRefusedError

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Approver:
    """A person who may approve, by name and public key."""

    name: str
    key: OKPKey

    @property
    def thumbprint(self) -> str:
        """The key's thumbprint (RFC 7638): the same for one key whatever name it goes by."""
        return self.key.thumbprint()


def read_approvers(work: WorkFolder) -> tuple[Approver, ...]:
    """Everyone in the file, in its order; nobody where there is no file.

    Raises:
        RefusedError: the file cannot be read as public Ed25519 keys. Nobody may then approve.
    """
    try:
        keys = jose.read_key_set(work.approvers.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, SignatureRefusedError) as problem:
        raise RefusedError(f"registry/approvers.json kan ikke brukes: {problem}") from problem
    return tuple(Approver(str(key.kid), key) for key in keys)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one to a person who reads them: case, encoding and blanks do not tell them apart."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def the_approver(approvers: Sequence[Approver], name: str) -> Approver:
    """The one approver of this name.

    Raises:
        RefusedError: nobody has the name, or more than one key has.
    """
    found = [approver for approver in approvers if same_name(approver.name, name)]
    if not found:
        raise RefusedError(f"{name} står ikke i registry/approvers.json og kan ikke godkjenne.")
    if len({approver.thumbprint for approver in found}) > 1:
        raise RefusedError(f"{name} står med flere nøkler i registry/approvers.json. Rett filen før noen godkjenner.")
    return found[0]


def enter_approver(work: WorkFolder, name: str, out: Path) -> Approver:
    """Make an Ed25519 key: the private half in `out` (JWK, mode 0600), the public half in `registry/approvers.json`.

    Raises:
        RefusedError: the name is taken or is no name, `out` exists, or lies where others read or where inputs are.
    """
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown or len(shown) > _LONGEST_NAME or any(unicodedata.category(sign)[0] == "C" for sign in shown):
        raise RefusedError(f"Navnet kan ikke brukes: skriv et navn på høyst {_LONGEST_NAME} tegn.")
    if not work.root.is_dir():
        raise RefusedError(f"Arbeidsmappen {work.root} finnes ikke.")
    _refuse_place(work, out)
    with locked(work.lock("approvers")):
        approvers = read_approvers(work)
        if any(same_name(approver.name, shown) for approver in approvers):
            raise RefusedError(f"{shown} har allerede en nøkkel i registry/approvers.json.")
        key = jose.new_key(shown)
        content = json.dumps(key.as_dict(private=True), ensure_ascii=False, indent=2) + "\n"
        try:
            write_new_secret(out, content.encode())
        except FileExistsError:
            raise RefusedError(f"{out} finnes allerede, og en nøkkel skrives aldri over.") from None
        entered = Approver(shown, key)
        write_json(work.approvers, jose.key_set([*(approver.key for approver in approvers), key]))
    return entered


def _refuse_place(work: WorkFolder, out: Path) -> None:
    """A private key may lie neither where everybody reads nor where it would become an input."""
    place = out.resolve()
    read_by_others = (work.root / "out", work.registry, work.portal, work.drop, work.survey, work.followup)
    if any(place.is_relative_to(folder.resolve()) for folder in read_by_others):
        raise RefusedError(f"{out} ligger i en mappe som andre leser. Legg nøkkelen et sted der bare eieren kan lese.")
