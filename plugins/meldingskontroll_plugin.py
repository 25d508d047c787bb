"""The one Airflow plugin: the overview in Airflow's menu, served read-only from the work folder.

Airflow's login does not guard what a plugin mounts: only the overview is served here, which is made to be published.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/meldingskontroll"
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


class MeldingskontrollPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow's base class is not typed here
    """Puts «Landsoversikten» in the menu, and its pages under /meldingskontroll."""

    name = "meldingskontroll"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = [{"app": overview, "url_prefix": PREFIX, "name": "Meldingskontroll"}]
    external_views: ClassVar[list[dict[str, Any]]] = [
        {
            "name": "Landsoversikten",
            "href": f"{PREFIX}{_SHOWN}index.html".removeprefix("/"),
            "destination": "nav",
            "url_route": "landsoversikten",
        }
    ]
