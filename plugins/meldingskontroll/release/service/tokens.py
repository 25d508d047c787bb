"""Bearer tokens of the embedded service: made once, kept as hashes in `secrets/tokens.json`, with scope and end."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from meldingskontroll.domain import AuditInputError, iso_utc
from meldingskontroll.lake import WorkFolder, locked, private_folder, write_secret

READ = "deletion-release:read"
PREFIX = "mdk_"
_RANDOM_BYTES = 32
_NAME = re.compile(r"[A-Za-zÆØÅæøå0-9][A-Za-zÆØÅæøå0-9 ._-]{0,63}")
_SCOPE = re.compile(r"[a-z][a-z0-9:._-]{0,63}")


class TokensUnreadableError(Exception):
    """The list of tokens is there and cannot be read: nobody can be let in."""


@dataclass(frozen=True)
class Caller:
    """Who calls, by the name that the token was given or the organisation number, and what it may do."""

    name: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Token:
    """What is kept of a token: never the token itself. Times are ISO 8601 in UTC with `Z`."""

    name: str
    scope: list[str]
    sha256: str
    created_utc: str
    expires_utc: str

    def is_valid(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.created_utc) <= now < datetime.fromisoformat(self.expires_utc)


def issue(work: WorkFolder, name: str, scope: str, days: int, now: datetime) -> str:
    """Make a token and keep its hash. A name may have several, so that one can follow another without a gap.

    Returns:
        The token, 256 random bits after a prefix. It is kept nowhere.

    Raises:
        AuditInputError: the folder is not there, or the name, the scope or the days cannot be used.
    """
    scopes = scope.split()
    if not work.root.is_dir():
        raise AuditInputError(f"Arbeidsmappen {work.root} finnes ikke. Oppgi en arbeidsmappe som finnes.")
    if not _NAME.fullmatch(name):
        raise AuditInputError("Navnet skal ha 1 til 64 bokstaver, sifre, mellomrom, punktum, bindestreker.")
    if not scopes or not all(_SCOPE.fullmatch(one) for one in scopes):
        raise AuditInputError(f"Scope skal være ett eller flere navn som {READ}, med mellomrom mellom.")
    if not 1 <= days <= 3650:
        raise AuditInputError("Antall dager skal være fra 1 til 3650.")
    token = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    begin = now.astimezone(UTC).replace(microsecond=0)
    kept = Token(name, scopes, _hashed(token), str(iso_utc(begin)), str(iso_utc(begin + timedelta(days=days))))
    with locked(work.lock("tokens")):
        _write(work, [*read(work.tokens), kept])
    return token


def revoke(work: WorkFolder, name: str) -> int:
    """Forget every token of a name; it opens nothing from the next call on. Returns how many there were."""
    if not work.tokens.exists():
        return 0
    with locked(work.lock("tokens")):
        known = read(work.tokens)
        left = [token for token in known if token.name != name]
        _write(work, left)
    return len(known) - len(left)


def read(file: Path) -> list[Token]:
    """The tokens that are kept; none where no file is.

    Raises:
        TokensUnreadableError: the file cannot be read, or does not hold what it should.
    """
    try:
        found: Any = json.loads(file.read_bytes())["tokens"]
        tokens = [Token(**one) for one in found]
        for token in tokens:
            token.is_valid(datetime.now(UTC))
            if not (isinstance(token.scope, list) and re.fullmatch(r"[0-9a-f]{64}", token.sha256)):
                raise ValueError("a token is not whole")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise TokensUnreadableError("secrets/tokens.json cannot be read") from problem
    return tokens


class TokenReader:
    """Finds the caller of a token; the file is read again whenever it changes."""

    def __init__(self, work: WorkFolder) -> None:
        self._file = work.tokens
        self._seen: tuple[int, ...] | None = None
        self._tokens: list[Token] = []

    def find(self, token: str, now: datetime) -> Caller | None:
        """The caller, or None for a token that is unknown, not yet valid or expired.

        Raises:
            TokensUnreadableError: nobody can be let in now.
        """
        self._refresh()
        hashed = _hashed(token)
        # Every kept hash is compared in full, so that the time taken says nothing about which came close.
        found = [kept for kept in self._tokens if hmac.compare_digest(kept.sha256, hashed)]
        valid = [kept for kept in found if kept.is_valid(now)]
        return Caller(valid[0].name, frozenset(valid[0].scope)) if valid else None

    def _refresh(self) -> None:
        try:
            state = self._file.stat()
            seen: tuple[int, ...] | None = (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)
        except FileNotFoundError:
            seen = None
        except OSError as problem:
            raise TokensUnreadableError("secrets/tokens.json cannot be read") from problem
        if seen is None or seen != self._seen:
            self._tokens, self._seen = [], None
            self._tokens, self._seen = read(self._file), seen


def _hashed(token: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _write(work: WorkFolder, tokens: list[Token]) -> None:
    private_folder(work.secrets)
    content = json.dumps({"tokens": [asdict(token) for token in tokens]}, ensure_ascii=False, indent=2)
    write_secret(work.tokens, content.encode() + b"\n")
