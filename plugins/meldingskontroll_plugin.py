"""The one Airflow plugin: the overview and the release service, in Airflow's menu and over the work folder.

Airflow's login does not guard what a plugin mounts: the overview is made to be published, and the service lets
callers in by tokens of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/meldingskontroll"
SERVICE_PREFIX = "/deletion-release"
_SHOWN = "/oversikt/"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
}
_NOT_THERE = "Siden finnes ikke. Er landsoversikten ikke kjørt ennå, så kjør DAG-en «Landsoversikten».\n"


async def overview(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """Answer `oversikt/<file>` with the file of that name in `out/overview/`, and everything else with 404."""
    # Every Airflow process imports this file, and only the API server ever answers: the imports wait until then.
    from starlette.requests import Request
    from starlette.responses import FileResponse, PlainTextResponse, Response

    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.settings import current

    if scope["type"] != "http":
        return
    request = Request(scope, receive)
    folder = WorkFolder(current().work).overview.resolve()
    asked = request.url.path.removeprefix(scope.get("root_path", ""))
    file = (folder / asked.removeprefix(_SHOWN)).resolve()
    response: Response = PlainTextResponse(_NOT_THERE, status_code=404, headers=_HEADERS)
    if request.method not in {"GET", "HEAD"}:
        response = PlainTextResponse("Siden kan bare leses.\n", status_code=405, headers={**_HEADERS, "Allow": "GET"})
    elif asked.startswith(_SHOWN) and file.is_relative_to(folder) and file.is_file():
        response = FileResponse(file, headers=_HEADERS)
    await response(scope, receive, send)


@lru_cache(maxsize=1)
def _service() -> Any:
    from meldingskontroll.lake import WorkFolder
    from meldingskontroll.release.service.app import create_app
    from meldingskontroll.settings import current

    return create_app(WorkFolder(current().work), current())


async def deletion_release(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """The release service, made at its first call: every Airflow process imports this file, and few are asked."""
    service = await asyncio.to_thread(_service)
    await service(scope, receive, send)


class MeldingskontrollPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow's base class is not typed here
    """Puts «Landsoversikten» and «Frigivelse» in the menu, under /meldingskontroll and /deletion-release."""

    name = "meldingskontroll"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = [
        {"app": overview, "url_prefix": PREFIX, "name": "Meldingskontroll"},
        {"app": deletion_release, "url_prefix": SERVICE_PREFIX, "name": "Frigivelse"},
    ]
    external_views: ClassVar[list[dict[str, Any]]] = [
        {
            "name": "Landsoversikten",
            "href": f"{PREFIX}{_SHOWN}index.html".removeprefix("/"),
            "destination": "nav",
            "url_route": "landsoversikten",
        },
        {
            "name": "Frigivelse",
            "href": f"{SERVICE_PREFIX}/".removeprefix("/"),
            "destination": "nav",
            "url_route": "frigivelse",
        },
    ]
