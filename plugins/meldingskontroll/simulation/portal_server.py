"""The simulated portal: a real HTTP server with the documented habits of the real one, on loopback only."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from joserfc.jwk import RSAKey
from rich.console import Console
from starlette.exceptions import HTTPException

from meldingskontroll.lake import WorkFolder
from meldingskontroll.settings import Settings, current
from meldingskontroll.simulation import portal_index
from meldingskontroll.simulation.portal_auth import Access, Refused, demo_key
from meldingskontroll.simulation.portal_index import PortalIndex, Query, Row
from meldingskontroll.simulation.rhythm import OSLO

_V2 = "/bekymringsmelding/api/v2/admin"
_V1 = "/bekymringsmelding/api/v1/admin"
_DEFAULT_PAGE = 50
_FORM_TYPES = frozenset({"", "PRIVAT", "OFFENTLIG", "UKJENT"})
_WARNINGS = frozenset({"", "IKKE_BEKREFTET_FAGSYSTEM", "IKKE_BEKREFTET_PRINT", "IKKE_SENDT"})


@dataclass
class Faults:
    """What a test lets go wrong. `statuses` go to the next calls, one each; the rest lasts until it is undone."""

    statuses: list[int] = field(default_factory=list)
    token_statuses: list[int] = field(default_factory=list)
    missing_rows: int = 0
    lying_total: int = 0
    empty_body: bool = False
    no_rows: bool = False
    page_twice: bool = False
    broken_connections: int = 0
    slow_seconds: float = 0.0


def create_app(
    work: Path,
    client_public_key: RSAKey | None,
    *,
    audience: str = "http://127.0.0.1:8765/",
    access: Access | None = None,
    faults: Faults | None = None,
) -> FastAPI:
    """The portal over `work/portal`; the holder of the key may ask for tokens. Reads the log once, at the start.

    Raises:
        AuditInputError: there is no log to serve.
    """
    index = portal_index.load(WorkFolder(work))
    allowed = access or default_access(audience)
    if client_public_key is not None:
        allowed.register(client_public_key)
    app = FastAPI(title="Simulert nasjonal portal (syntetisk)", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.access, app.state.faults, app.state.index = allowed, faults or Faults(), index
    _add_errors(app)
    _add_token(app)
    _add_log(app, index)
    _add_statistics(app, index)
    return app


def default_access(audience: str, settings: Settings | None = None) -> Access:
    """The access of the demo client, with the integration that the settings name."""
    known = settings or current()
    return Access(
        audience=audience,
        client_id=known.portal_client_id,
        scope=known.portal_scope,
        integrations={known.portal_integration_id: known.portal_integration_password},
    )


def serve(work: Path, port: int, client_key: Path | None) -> None:
    """Serve the portal on 127.0.0.1 until stopped. The demo client's private key is kept in `client_key` (PEM).

    Raises:
        AuditInputError: there is no log to serve.
    """
    key = demo_key(client_key)
    app = create_app(work, key, audience=f"http://127.0.0.1:{port}/")
    access: Access = app.state.access
    Console().print(
        f"Simulated portal (synthetic data) on http://127.0.0.1:{port}, {len(app.state.index.rows)} messages. "
        f"Token: POST /token, aud {access.audience}, iss {access.client_id}, kid {key.thumbprint()}, "
        f"scope {access.scope}; "
        + ", ".join(f"IntegrasjonId {name} IntegrasjonPassord {word}" for name, word in access.integrations.items()),
        soft_wrap=True,
        highlight=False,
    )
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def _add_errors(app: FastAPI) -> None:
    @app.middleware("http")
    async def gate(request: Request, call_next: Any) -> Response:
        """Check who calls before anything else, and let happen what a test asks for."""
        faults: Faults = app.state.faults
        if request.url.path == "/token":
            return (
                _problem(request, faults.token_statuses.pop(0)) if faults.token_statuses else await call_next(request)
            )
        if faults.slow_seconds:
            await asyncio.sleep(faults.slow_seconds)
        if faults.statuses:
            return _problem(request, faults.statuses.pop(0))
        if faults.broken_connections:
            faults.broken_connections -= 1
            return StreamingResponse(_broken(), headers={"Content-Length": "1000"}, media_type="application/json")
        if faults.empty_body:
            return Response(b"", media_type="application/json")
        try:
            app.state.access.check(request.headers)
        except Refused as refused:
            return _problem(request, refused.status, refused.message)
        answer: Response = await call_next(request)
        return answer

    @app.exception_handler(HTTPException)
    async def refuse(request: Request, problem: HTTPException) -> Response:
        return _problem(request, problem.status_code, str(problem.detail))


async def _broken() -> AsyncIterator[bytes]:
    yield b'{"totaltAntallTreff": '
    raise ConnectionResetError("the simulated portal breaks off")


def _problem(request: Request, status: int, message: str = "Simulert feil") -> Response:
    """The error JSON of the Fiks platform."""
    body = {
        "timestamp": int(time.time() * 1000),
        "status": status,
        "error": {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}.get(status, "Error"),
        "errorId": str(uuid.uuid4()),
        "path": request.url.path,
        "originalPath": request.url.path,
        "message": message,
        "errorCode": "",
        "errorJson": "",
    }
    return _json(body, status, {"Retry-After": "0"} if status in {429, 503} else {})


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, headers, media_type="application/json")


def _add_token(app: FastAPI) -> None:
    @app.post("/token")
    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        try:
            if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                raise Refused(400, "the grant must be form-encoded", "invalid_request")
            return _json(app.state.access.grant(form))
        except Refused as refused:
            return _json({"error": refused.code, "error_description": refused.message}, refused.status)


def _add_log(app: FastAPI, index: PortalIndex) -> None:
    def page_of(request: Request, query: Query) -> dict[str, Any]:
        faults: Faults = app.state.faults
        since, count = _number(request, "fra", 0), _number(request, "antall", _DEFAULT_PAGE)
        total, page = index.page(query, 0 if faults.page_twice else since, count)
        if faults.missing_rows:
            page = page[: max(0, len(page) - faults.missing_rows)]
        if faults.no_rows:
            page = []
        return {
            "totaltAntallTreff": total + faults.lying_total,
            "meldinger": [portal_index.row_json(row) for row in page],
        }

    @app.get(f"{_V2}/meldinger")
    def messages(request: Request) -> Response:
        return _json(page_of(request, _query(request)))

    @app.get(f"{_V1}/meldinger")
    def messages_v1(request: Request) -> Response:
        """Version 1 counts days back from the newest message, and knows neither form type nor sending system."""
        days = _number(request, "sisteDager", 7)
        since = (index.extracted - timedelta(days=days)).timestamp()
        answer = page_of(request, Query(since=since, org_id=request.query_params.get("fiksOrgId", "")))
        for row in answer["meldinger"]:
            del row["fraFagsystem"], row["skjemaType"]
        return _json(answer)

    def history(message_id: str) -> Response:
        events = index.history(message_id)
        if events is None:
            raise HTTPException(404, "Fant ikke bekymringsmeldingen")
        return _json(events)

    for version in (_V1, _V2):
        app.get(f"{version}/historikk/{{message_id}}")(history)


def _add_statistics(app: FastAPI, index: PortalIndex) -> None:
    def everything(request: Request) -> Response:
        return _json(portal_index.count_all(index.found(Query(org_id=request.query_params.get("fiksOrgId", "")))))

    def period(request: Request) -> Response:
        query = _query(request)
        counts: dict[str, Any] = dict(portal_index.count_period(index.found(query)))
        for name, bound in (("fraDato", query.since), ("tilDato", query.until)):
            counts[name] = portal_index.local_time(datetime.fromtimestamp(bound, UTC)) if abs(bound) < 1e11 else None
        return _json(counts)

    def districts() -> Response:
        rows_of: dict[str, list[Row]] = {}
        for row in index.rows:
            rows_of.setdefault(row[portal_index.RECIPIENT], []).append(row)
        return _json([_district(known, rows_of.get(known["bydelRessursId"], [])) for known in index.recipients])

    for version in (_V1, _V2):
        app.get(f"{version}/statistikk")(everything)
        app.get(f"{version}/statistikk-gitt-periode")(period)
        app.get(f"{version}/statistikk/bydeler")(districts)


def _district(recipient: dict[str, str], rows: list[Row]) -> dict[str, Any]:
    counts = portal_index.count_all(rows)
    printed = sum(row[portal_index.CHANNEL] == "PRINT" for row in rows)
    waiting = counts["antallUbekreftedeBekymringsmeldingerTotalt"]
    return {
        "bydelsnavn": recipient["bydelsnavn"],
        "bydelRessursId": recipient["bydelRessursId"],
        "fiksOrgId": recipient["fiksOrgId"],
        "kontoType": recipient["kontotype"],
        "statistikk": {
            "antallBekymringsmeldingerTotalt": len(rows),
            "antallUbekreftedeBekymringsmeldingerTotalt": waiting,
            "antallLevertFagsystem": len(rows) - printed - waiting,
            "antallLevertPrint": printed,
        },
        "varseleposter": [],
        "kontaktinformasjon": {},
    }


def _query(request: Request) -> Query:
    asked = request.query_params
    form_type, warning = asked.get("skjemaType", ""), asked.get("advarsel", "")
    if form_type not in _FORM_TYPES or warning not in _WARNINGS:
        raise HTTPException(400, "Ugyldig skjemaType eller advarsel")
    from_system = {"true": True, "false": False, "": None}.get(asked.get("fraFagsystem", ""), "invalid")
    if isinstance(from_system, str):
        raise HTTPException(400, "fraFagsystem må være true eller false")
    return Query(
        since=_moment(request, "fraDato", float("-inf")),
        until=_moment(request, "tilDato", float("inf")),
        org_id=asked.get("fiksOrgId", ""),
        search=asked.get("sok", ""),
        form_type=form_type,
        from_system=from_system,
        warning=warning,
    )


def _moment(request: Request, name: str, otherwise: float) -> float:
    """A date-time; without a zone it is Norwegian time, as the portal's own times are."""
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, f"{name} er ikke et tidspunkt") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).timestamp()


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit():
        raise HTTPException(400, f"{name} må være et ikke-negativt heltall")
    return int(text)
