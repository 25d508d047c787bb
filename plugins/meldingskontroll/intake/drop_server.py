"""How the drop folder's address is reached: over SFTP only a server whose key is known, and with a key of our own."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from meldingskontroll.domain import AuditInputError
from meldingskontroll.settings import Settings

_SECONDS = 30
_OURS = (errno.ENOSPC, errno.EROFS, errno.EFBIG, errno.EDQUOT)


def options(settings: Settings) -> dict[str, Any]:
    """What fsspec needs to connect, beside the address.

    Raises:
        AuditInputError: an SFTP address has a password in it, or the key or the known hosts are missing.
    """
    address = urlsplit(settings.drop_url)
    if address.scheme not in {"sftp", "ssh"}:
        return {}
    if address.password:
        raise AuditInputError("MELDINGSKONTROLL_DROP_URL holds a password: give a key in MELDINGSKONTROLL_DROP_KEY.")
    for name, file in (("KEY", settings.drop_key), ("KNOWN_HOSTS", settings.drop_known_hosts)):
        if file is None or not file.is_file():
            raise AuditInputError(f"The drop folder is reached by SFTP: MELDINGSKONTROLL_DROP_{name} must name a file.")
    return {
        "key_filename": str(settings.drop_key),
        "look_for_keys": False,
        "allow_agent": False,
        "timeout": _SECONDS,
        "banner_timeout": _SECONDS,
        "auth_timeout": _SECONDS,
        "host_key_policy": _only_known(settings),
    }


def _only_known(settings: Settings) -> Any:
    """Accept the server's key only as it stands in the file of known hosts; fsspec would take any."""
    import paramiko  # type: ignore[import-untyped]

    known = paramiko.HostKeys(str(settings.drop_known_hosts))

    class OnlyKnown(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            if not known.check(hostname, key):
                raise paramiko.SSHException("unknown host key")

    return OnlyKnown()


@contextlib.contextmanager
def broken_by(settings: Settings) -> Iterator[None]:
    """Turn whatever breaks the connection into one sentence without the address's parts that may be secret."""
    try:
        yield
    except AuditInputError:
        raise
    except (OSError, EOFError) as problem:
        if getattr(problem, "errno", None) in _OURS:
            raise
        raise AuditInputError(_sentence(settings, type(problem).__name__)) from None
    except Exception as problem:
        # paramiko's errors have no common ancestor with others, and it is imported only where it is used.
        if not type(problem).__module__.startswith("paramiko"):
            raise
        raise AuditInputError(_sentence(settings, type(problem).__name__)) from None


def _sentence(settings: Settings, kind: str) -> str:
    host = urlsplit(settings.drop_url).hostname or "the address"
    return (
        f"The drop folder at {host} cannot be reached or read ({kind}): nothing in the work folder was changed. Check "
        "the network, MELDINGSKONTROLL_DROP_URL, the key and the known hosts, and run again."
    )
