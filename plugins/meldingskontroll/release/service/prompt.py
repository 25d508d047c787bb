"""A connection that must say what it asks in time: uvicorn itself waits for a head as long as it takes to come.

Bytes that are no HTTP get the application's own answer to them.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
LARGEST_HEAD = 65_536


class PromptProtocol(HttpToolsProtocol):
    """Closes a connection whose request line and headers take too long to come, or grow too large."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._awaited: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._had_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._awaited is not None:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self._had_head()
                self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        self.transport.write(self.config.loaded_app.malformed())
        self.transport.close()

    def on_message_begin(self) -> None:
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._had_head()
        super().on_headers_complete()

    def _await_head(self) -> None:
        if self._awaited is None:
            self._head_bytes = 0
            self._awaited = self.loop.call_later(self.head_seconds, self._late)

    def _had_head(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None

    def _late(self) -> None:
        self._awaited = None
        self.transport.abort()
