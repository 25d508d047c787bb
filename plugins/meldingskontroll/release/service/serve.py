"""Runs the service alone, on loopback unless told otherwise."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from meldingskontroll.domain import AuditInputError, Clock
from meldingskontroll.lake import WorkFolder
from meldingskontroll.release.service.app import PREFIX, create_app
from meldingskontroll.release.service.guard import Guard
from meldingskontroll.release.service.problems import Problem
from meldingskontroll.release.service.reader import SteadyClock
from meldingskontroll.settings import Settings

_MOST_CONNECTIONS = 512


class Mounted:
    """Puts an application under the path that it has in Airflow too; everything beside it is 404.

    `connections` says how many there are. Above the limit, calls are turned away and their connections closed.
    """

    def __init__(self, app: Guard, prefix: str = PREFIX, connections: Callable[[], int] = lambda: 0) -> None:
        self._app, self._prefix, self.connections = app, prefix, connections

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self.connections() > _MOST_CONNECTIONS:
            busy = Problem("TOO_BUSY", headers={"Retry-After": "1", "Connection": "close"})
            await self._app.turn_away(busy, scope, receive, send)
        elif scope["path"] == self._prefix:
            headers = [(b"location", f"{self._prefix}/".encode()), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 307, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        elif not scope["path"].startswith(f"{self._prefix}/"):
            await self._app.turn_away(Problem("NOT_FOUND"), scope, receive, send)
        else:
            await self._app({**scope, "root_path": self._prefix}, receive, send)

    def malformed(self) -> bytes:
        """The whole answer to bytes that are no HTTP; the protocol asks for it."""
        return self._app.malformed()


def server_of(work: WorkFolder, settings: Settings, host: str, port: int, clock: Clock | None = None) -> uvicorn.Server:
    """The server, not yet running. `clock` makes time stand still, for synthetic data only.

    Raises:
        AuditInputError: the folder is not there, the clock is not allowed, or the settings ask for half a check.
    """
    if not work.root.is_dir():
        raise AuditInputError(f"Arbeidsmappen {work.root} finnes ikke. Oppgi en arbeidsmappe som finnes.")
    if clock is not None and not work.synthetic_notice.exists():
        raise AuditInputError("--at kan bare brukes for syntetiske data: mappen mangler SYNTETISK.txt.")
    app = Mounted(create_app(work, settings, SteadyClock(clock.as_of if clock else None)))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # What it would warn of is a line of the service's own log.
        log_level="error",
        access_log=False,
        server_header=False,
        # Who is on the other side is known by the connection; a header could name anybody.
        proxy_headers=False,
        http=_protocol(),
        ws="none",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    app.connections = lambda: len(server.server_state.connections)
    return server


def _protocol() -> Any:
    """The protocol that waits for nobody; where its parser is not installed, uvicorn's other one, which bounds size."""
    try:
        from meldingskontroll.release.service.prompt import PromptProtocol
    except ImportError:
        return "h11"
    return PromptProtocol


def serve(work: WorkFolder, settings: Settings, host: str, port: int, clock: Clock | None = None) -> None:
    """Serve until stopped.

    Raises:
        AuditInputError: as `server_of`, or the port is taken.
    """
    server = server_of(work, settings, host, port, clock)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise AuditInputError(f"Port {port} på {host} kan ikke brukes. Velg en annen med --port.") from None
    server.run(sockets=[listening])
