"""The portal's address and secrets from an Airflow connection, known here by its shape only."""

from __future__ import annotations

import json
from typing import Any, Protocol

from pydantic import SecretStr

from meldingskontroll.portal.errors import PortalError
from meldingskontroll.settings import Settings

_TEXTS = {
    "token_url": "portal_token_url",
    "audience": "portal_audience",
    "client_id": "portal_client_id",
    "key_id": "portal_client_key_id",
    "scope": "portal_scope",
}
_KEY = "private_key"  # Airflow hides a field of this name wherever it shows a connection


class Connection(Protocol):
    """What is asked of a connection; `extra` is JSON."""

    host: Any
    schema: Any
    port: Any
    login: Any
    password: Any
    extra: Any


def with_connection(settings: Settings, connection: Connection | None) -> Settings:
    """The settings with what the connection holds in their place; the settings as they are without a connection.

    `host` is the portal (`https` unless `schema` says otherwise), `login` the IntegrasjonId, `password` the
    IntegrasjonPassord; `extra` has `client_id`, `private_key` (PEM), and where they differ from the settings `key_id`,
    `token_url`, `audience` and `scope`.

    Raises:
        PortalError: the connection is there, but lacks something; half a connection is not filled up from elsewhere.
    """
    if connection is None:
        return settings
    try:
        extra = json.loads(connection.extra or "{}")
    except ValueError:
        extra = None
    if not isinstance(extra, dict):
        raise PortalError("The connection «portal» in Airflow has an extra field that is not a JSON object.")
    parts = {"host": connection.host, "login": connection.login, "password": connection.password}
    parts |= {name: extra.get(name) for name in ("client_id", _KEY)}
    lacking = [name for name, value in parts.items() if not value]
    if lacking:
        raise PortalError(f"The connection «portal» in Airflow lacks {', '.join(lacking)}.")
    given: dict[str, Any] = {field: str(extra[name]) for name, field in _TEXTS.items() if extra.get(name)}
    given |= {
        "portal_url": _address(connection),
        "portal_integration_id": str(connection.login),
        "portal_integration_password": str(connection.password),
        # A key pasted into a JSON field often comes with its line ends written as \n.
        "portal_client_key_pem": SecretStr(str(extra[_KEY]).replace("\\n", "\n")),
        "portal_client_key": None,
    }
    return settings.model_copy(update=given)


def _address(connection: Connection) -> str:
    host = str(connection.host).rstrip("/")
    address = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    return f"{address}:{connection.port}" if connection.port else address
