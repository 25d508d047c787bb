"""A portal on loopback that answers as a test scripts it, down to a broken connection, and keeps what it was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from meldingskontroll.settings import Settings

PASSWORD = "hemmelig-passord-4711"
Answer = tuple[int, Any]
Script = Callable[["ScriptedPortal", str, dict[str, str]], Answer | None]


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


@dataclass
class ScriptedPortal:
    """`rows` are what it holds. `script` may answer in its place; None lets it answer itself."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    script: Script = lambda portal, path, query: None
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    token_seconds: float = 120
    tokens: int = 0
    refused_tokens: set[str] = field(default_factory=set)
    address: str = ""

    def of(self, path_end: str) -> list[Asked]:
        return [call for call in self.asked if call.path.endswith(path_end)]

    def answer(self, call: Asked) -> Answer:
        scripted = self.script(self, call.path, call.query)
        if scripted is not None:
            return scripted
        if call.path == "/token":
            self.tokens += 1
            return 200, {"access_token": f"token-{self.tokens}", "expires_in": self.token_seconds, "scope": "ks:fiks"}
        if call.headers.get("Authorization", "").removeprefix("Bearer ") in self.refused_tokens:
            return 401, {"status": 401, "message": "Klarte ikke å validere access_token", "errorId": "e-1"}
        if "/historikk/" in call.path:
            return 200, self.events.get(call.path.rsplit("/", 1)[1], [])
        inside = [row for row in self.rows if _inside(row, call.query)]
        if call.path.endswith("/statistikk-gitt-periode"):
            return 200, {
                "antallPrivateBekymringsmeldingerGittPeriode": sum(r["skjemaType"] == "PRIVAT" for r in inside),
                "antallOffentligBekymringsmeldingerGittPeriode": sum(r["skjemaType"] == "OFFENTLIG" for r in inside),
                "antallFraFagsystemGittPeriode": sum(r["fraFagsystem"] for r in inside),
            }
        begin, size = int(call.query.get("fra", 0)), int(call.query.get("antall", 50))
        return 200, {"totaltAntallTreff": len(inside), "meldinger": inside[begin : begin + size]}


def message(sent: datetime, number: int = 0, **fields: Any) -> dict[str, Any]:
    """A row as the portal gives it; `sent` is Norwegian wall clock."""
    return {
        "bekymringsmeldingId": str(uuid.UUID(int=(1 << 100) + number)),
        "fiksOrgId": str(uuid.UUID(int=7)),
        "bydelRessursId": str(uuid.UUID(int=8)),
        "innsendt": sent.isoformat(),
        "bydelsnavn": "Sentrum, øst",
        "fraFagsystem": False,
        "skjemaType": "PRIVAT",
        "kanal": "FIKS_IO",
        "bekreftet": (sent + timedelta(seconds=20)).isoformat(),
        **fields,
    }


@contextlib.contextmanager
def serving(portal: ScriptedPortal) -> Iterator[ScriptedPortal]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            call = Asked(self.command, parts.path, query, dict(self.headers), body)
            portal.asked.append(call)
            status, value = portal.answer(call)
            if value == "reset":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            half = isinstance(value, tuple)
            content = json.dumps(value[1] if half else value).encode()
            self.send_response(status)
            for name, text in (value[0] if half else {}).items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            cut = half and value[0].get("X-Cut")
            self.wfile.write(content[: len(content) // 2] if cut else content)
            if cut:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    portal.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_key(folder: Path) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = folder / "client.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def settings_for(address: str, key: Path | None, **changes: Any) -> Settings:
    return Settings(
        portal_url=address,
        portal_token_url=f"{address}/token",
        portal_audience=f"{address}/",
        portal_client_key=key,
        portal_integration_password=PASSWORD,
        portal_page_size=2,
        portal_timeout_seconds=2.0,
        portal_retries=2,
        portal_backoff_seconds=0.0,
        **changes,
    )


def _inside(row: dict[str, Any], query: dict[str, str]) -> bool:
    from meldingskontroll.portal.intervals import instants

    begin, end = (datetime.fromisoformat(query[name].replace("Z", "")) for name in ("fraDato", "tilDato"))
    return begin <= instants(row["innsendt"])[0] < end


def at(number: int, answer: Any) -> Any:
    """A script that answers the `number`-th call for messages in the portal's place."""
    return lambda portal, path, query: (
        answer(portal, query) if path.endswith("/meldinger") and len(portal.of("/meldinger")) == number else None
    )
