"""The only two ways out: GET to the portal, and POST to the address that gives tokens. Nothing else can be sent."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from meldingskontroll.portal.errors import PortalError


class _OneWay(HTTPAdapter):
    """Lets one verb through to one address and what lies below it; anything else stops before it is sent."""

    def __init__(self, method: str, address: str, **options: Any) -> None:
        self._method, self._address = method, address.rstrip("/")
        super().__init__(**options)

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        inside = str(request.url) == self._address or str(request.url).startswith((f"{self._address}/",))
        if request.method != self._method or not inside:
            raise PortalError(
                f"Only {self._method}, and only to its own address, is sent: {request.method} was stopped."
            )
        return super().send(request, *arguments, **options)


def one_way(method: str, address: str, retry: Retry | None = None) -> requests.Session:
    """A session that can send `method` to `address` and below it, and nothing else."""
    session = requests.Session()
    session.adapters.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _OneWay(method, address, max_retries=retry if retry is not None else 0))
    return session
