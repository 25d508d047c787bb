"""The release service as a FastAPI application (contract §4). Its own routes are `/v1/…`; it is mounted at `PREFIX`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from meldingskontroll.lake import WorkFolder
from meldingskontroll.release import jose
from meldingskontroll.release.jose import SignatureRefusedError
from meldingskontroll.release.service import models, openapi, page
from meldingskontroll.release.service.access import Access
from meldingskontroll.release.service.guard import Guard, Route
from meldingskontroll.release.service.metrics import Metrics
from meldingskontroll.release.service.municipalities import MunicipalitiesUnreadableError, read_municipalities
from meldingskontroll.release.service.problems import MEDIA_TYPE, Problem
from meldingskontroll.release.service.reader import Kept, Reader, SteadyClock, clear
from meldingskontroll.release.service.snapshot import Answer
from meldingskontroll.release.service.strict import strict_json
from meldingskontroll.release.service.tokens import Caller
from meldingskontroll.settings import Settings

PREFIX = "/deletion-release"
ROUTES = [
    Route("/", is_open=True),
    Route("/health", is_open=True, is_counted=False),
    Route("/ready", is_open=True),
    Route("/openapi.json", is_open=True),
    Route("/metrics", is_open=False),
    Route("/v1/jwks.json", is_open=True),
    Route("/v1/status", is_open=False),
    Route("/v1/certificate", is_open=False),
    Route("/v1/municipalities", is_open=False),
    Route("/v1/clearance", is_open=False),
]
_JSON = "application/json"
_ID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}", re.ASCII)
_NAMED_FAULTS = 100


def create_app(work: WorkFolder, settings: Settings, now: Callable[[], datetime] | None = None) -> Guard:
    """The service over one work folder. Nothing is read before the first call; `now` fixes the clock for tests.

    Raises:
        AuditInputError: the settings ask for half a check of who calls.
    """
    metrics = Metrics()
    reader = Reader(work, now, on_read=metrics.read)
    # A clock that stands still stands for the moment of the data. Who may call is a matter of today.
    is_fixed = isinstance(reader.now, SteadyClock) and reader.now.is_fixed
    access = Access(work, settings, SteadyClock() if is_fixed else reader.now)
    api = FastAPI(
        title="Frigivelse av sletting", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    _add_errors(api)
    _add_for_operators(api, reader, metrics)
    _add_page(api, reader, settings.service_contact)
    _add_decision(api, reader)
    _add_clearance(api, reader, access, metrics)
    openapi.describe(api, settings.service_contact)
    _add_document(api)
    return Guard(api, ROUTES, access, metrics, settings.service_body_seconds)


def _problem_response(problem: Problem, request: Request) -> Response:
    content = problem.content(request.state.request_id)
    request.scope["state"]["code"] = problem.code
    return Response(content, problem.status, problem.headers, media_type=MEDIA_TYPE)


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(Problem)
    async def problem(request: Request, found: Problem) -> Response:
        return _problem_response(found, request)

    @api.exception_handler(HTTPException)
    async def refused(request: Request, found: HTTPException) -> Response:
        """What the router itself refuses: an address or a method that is not there."""
        headers = dict(found.headers or {})
        code = "METHOD_NOT_ALLOWED" if found.status_code == 405 else "NOT_FOUND"
        if headers.get("Allow") == "GET":
            headers["Allow"] = "GET, HEAD"
        return _problem_response(Problem(code, headers=headers), request)

    @api.exception_handler(Exception)
    async def fault(request: Request, _: Exception) -> Response:
        """The framework hands the fault on afterwards, and the guard writes down of what kind it was."""
        return _problem_response(Problem("INTERNAL_ERROR"), request)


def _caller(request: Request) -> Caller:
    """The caller that the guard let in. Asked again here, so that no route answers one that it did not see."""
    caller = request.state.caller
    if not isinstance(caller, Caller):
        raise Problem("INVALID_TOKEN")
    return caller


def _tagged(request: Request, content: bytes, etag: str, media_type: str, cache: str = "no-store") -> Response:
    """The content with its tag, or 304 where the caller already has exactly what is true now."""
    headers = {"ETag": etag, "Cache-Control": cache}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, media_type=media_type)


def _add_for_operators(api: FastAPI, reader: Reader, metrics: Metrics) -> None:
    @api.get("/health")
    async def health() -> Response:
        return Response(b'{"status": "ok"}', media_type=_JSON)

    @api.get("/ready")
    async def ready() -> Response:
        answer = await reader.current()
        if answer.reason is not None:
            raise Problem("NOT_READY", {"reasons": [str(answer.reason)]}, {"Retry-After": "30"})
        return Response(b'{"status": "ok"}', media_type=_JSON)

    @api.get("/metrics")
    async def measured(request: Request) -> Response:
        _caller(request)
        text = metrics.text(await reader.current(), reader.now())
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_page(api: FastAPI, reader: Reader, contact: str) -> None:
    @api.get("/")
    async def for_people() -> Response:
        content, policy = await page.render(reader, contact)
        # Airflow shows the page in a frame of its own origin.
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Frame-Options": "SAMEORIGIN"}
        return Response(content, headers=headers, media_type="text/html; charset=utf-8")


def _add_decision(api: FastAPI, reader: Reader) -> None:
    kept_rows: Kept[str] = Kept()
    kept_keys: Kept[bytes] = Kept()

    @api.get("/v1/status")
    async def status(request: Request) -> Response:
        _caller(request)
        answer = await reader.current()
        return _tagged(request, answer.body, answer.etag, _JSON)

    @api.get("/v1/certificate")
    async def certificate(request: Request) -> Response:
        _caller(request)
        answer = await reader.current()
        if not answer.is_release or answer.certificate is None:
            raise Problem("NO_CERTIFICATE", {"decision": "HOLD", "reasons": _reasons(answer)})
        return _tagged(request, answer.certificate.encode(), answer.etag, "application/jose")

    @api.get("/v1/jwks.json")
    async def keys() -> Response:
        content = await reader.run(kept_keys.get, (reader.work.jwks,), lambda: _read_keys(reader.work))
        return Response(content, headers={"Cache-Control": "no-cache"}, media_type="application/jwk-set+json")

    @api.get("/v1/municipalities")
    async def municipalities(request: Request) -> Response:
        _caller(request)
        try:
            rows = await reader.run(kept_rows.get, (reader.work.municipalities,), lambda: _municipalities(reader.work))
        except MunicipalitiesUnreadableError:
            raise Problem("MUNICIPALITIES_UNREADABLE", headers={"Retry-After": "30"}) from None
        answer = await reader.current()
        content = f'{{"decision": {json.dumps(answer.decision)}, "municipalities": {rows}}}'
        return Response(content.encode(), headers={"Cache-Control": "no-store"}, media_type=_JSON)


def _municipalities(work: WorkFolder) -> str:
    """The rows as JSON.

    Raises:
        MunicipalitiesUnreadableError: there is nothing to answer with, or a number that JSON does not have.
    """
    try:
        return json.dumps(read_municipalities(work), ensure_ascii=False, allow_nan=False)
    except ValueError as problem:
        raise MunicipalitiesUnreadableError("municipalities.parquet holds what is no number") from problem


def _reasons(answer: Answer) -> list[str]:
    return list(answer.document["global_reasons"])


def _read_keys(work: WorkFolder) -> bytes:
    """The public keys as they stand in `out/`; before anything was signed there are none."""
    try:
        content = work.jwks.read_bytes()
        jose.read_key_set(content)
    except FileNotFoundError:
        return b'{"keys": []}\n'
    except (OSError, SignatureRefusedError):
        raise Problem("KEYS_UNREADABLE", headers={"Retry-After": "30"}) from None
    return content


def _add_clearance(api: FastAPI, reader: Reader, access: Access, metrics: Metrics) -> None:
    @api.post("/v1/clearance")
    async def clearance(request: Request) -> Response:
        caller = _caller(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
            raise Problem("NOT_JSON")
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Problem("ENCODED", headers={"Accept-Encoding": "identity"})
        ids = _ids_in(await request.body())
        request.scope["state"]["ids"] = len(ids)
        access.count_ids(caller, len(ids))
        answer, found = await clear(reader, ids)
        deleted = sum(word == "delete" for word, _ in found)
        metrics.cleared(deleted, len(found) - deleted)
        return Response(_cleared(answer.decision, ids, found), headers={"Cache-Control": "no-store"}, media_type=_JSON)


def _cleared(decision: str, ids: list[str], found: list[tuple[str, str]]) -> bytes:
    """The answer as JSON. Ids are hexadecimal, and words are few: each is written once, and put together as text."""
    written = {
        (word, why): f'", "clearance": {json.dumps(word)}, "reason": {json.dumps(why, ensure_ascii=False)}}}'
        for word, why in set(found)
    }
    rows = ", ".join(['{"id": "' + one + written[words] for one, words in zip(ids, found, strict=True)])
    return f'{{"decision": {json.dumps(decision)}, "clearances": [{rows}]}}'.encode()


def _ids_in(body: bytes) -> list[str]:
    """The ids asked for, each a UUID as text.

    Raises:
        Problem: 400 for what is no JSON, 422 for another form, too many ids, or one that is no UUID (which, not what).
    """
    try:
        question: Any = strict_json(body)
    except (ValueError, RecursionError):
        raise Problem("INVALID_JSON") from None
    if not isinstance(question, dict) or set(question) != {"ids"} or not isinstance(question["ids"], list):
        raise Problem("INVALID_BODY")
    ids: list[Any] = question["ids"]
    if not ids:
        # An empty answer would look like "nothing is to be kept" to a careless reader.
        raise Problem("INVALID_BODY")
    if len(ids) > models.MOST_IDS:
        raise Problem("TOO_MANY_IDS")
    faults = [place for place, one in enumerate(ids) if not (type(one) is str and _ID.fullmatch(one))]
    if faults:
        pointed = [{"pointer": f"#/ids/{place}"} for place in faults[:_NAMED_FAULTS]]
        raise Problem("INVALID_ID", {"errors": pointed, "count": len(faults)})
    return ids


def _add_document(api: FastAPI) -> None:
    @api.get("/openapi.json", include_in_schema=False)
    async def document() -> Response:
        content = json.dumps(api.openapi(), ensure_ascii=False).encode()
        return Response(content, headers={"Cache-Control": "no-cache"}, media_type=_JSON)
