"""The OpenAPI document: every answer of every route, with examples, and nothing that the service does not give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from meldingskontroll.release.service import models
from meldingskontroll.release.service.problems import KINDS, MEDIA_TYPE, Problem
from meldingskontroll.release.service.snapshot import ServiceReason

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
_NOBODY = "00000000-0000-4000-8000-000000000000"
_REASONS = {
    ServiceReason.DECISION_MISSING: "det finnes ingen beslutning",
    ServiceReason.DECISION_UNREADABLE: "beslutningen kan ikke leses, eller mangler noe",
    ServiceReason.DECISION_CONTRADICTORY: "en frigivelse som motsier seg selv",
    ServiceReason.CERTIFICATE_MISSING: "frigivelsen er ikke signert",
    ServiceReason.CERTIFICATE_DIFFERS: "det som er signert, er noe annet enn beslutningen",
    ServiceReason.KEYS_UNREADABLE: "de offentlige nøklene kan ikke leses",
    ServiceReason.SIGNATURE_INVALID: "signaturen stemmer ikke",
    ServiceReason.APPROVALS_INVALID: "to gyldige godkjenninger av noen som fortsatt er godkjennere, kan ikke vises",
    ServiceReason.CLEARANCE_UNREADABLE: "listen over meldinger kan ikke leses",
    ServiceReason.CLEARANCE_DIFFERS: "listen over meldinger er ikke den som ble frigitt",
    ServiceReason.LEDGER_DIFFERS: "hovedboken mangler, holder ikke, eller sier at frigivelsen er trukket tilbake",
    ServiceReason.NOT_YET_VALID: "frigivelsen gjelder ikke ennå",
    ServiceReason.EXPIRED: "frigivelsen har gått ut",
}
_DESCRIPTION = """Tjenesten som KS spør før meldinger slettes fra Nasjonal portal.

**Uten et svar som sier `RELEASE` nå, skal ingenting slettes.** Spør `/v1/clearance` om hver melding i det øyeblikket
den skal slettes, og slett bare der svaret er `delete`. Svar skal ikke lagres og brukes senere.

Grunnene i `global_reasons` er dem beslutningen selv har, og disse, når tjenesten selv holder tilbake:

""" + "\n".join(f"- `{code}`: {text}" for code, text in _REASONS.items())
_ANY = ("MALFORMED_REQUEST", "TOO_MANY_REQUESTS", "INTERNAL_ERROR", "TOO_BUSY")
_CLOSED = ("TOKEN_IN_ADDRESS", "INVALID_TOKEN", "WRONG_SCOPE", "UNKNOWN_CONSUMER", "TOKENS_UNREADABLE", *_ANY)
_ASKING = ("BODY_TOO_SLOW", "BODY_TOO_LARGE")
_QUESTION = ("INVALID_JSON", "NOT_JSON", "ENCODED", "INVALID_BODY", "TOO_MANY_IDS", "INVALID_ID")
_ETAG = {"ETag": {"description": "Endres når innholdet endres.", "schema": {"type": "string"}}}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag fra et tidligere svar. 304 betyr at nøyaktig det svaret gjelder nå.",
    "schema": {"type": "string"},
}
_HOLD = {
    "decision": "HOLD",
    "as_of_utc": "2023-06-30T06:00:00Z",
    "valid_until_utc": None,
    "roster_size": 244,
    "verified": 243,
    "blocking": [{"municipality_no": "9999", "district_no": "", "reasons": ["LOG_COVERED"]}],
    "global_reasons": ["REQUIREMENTS_UNMET"],
    "drill": {"planted": 12, "found": 12, "false_alarms": 0},
    "checks": {"expected": 40, "run": 40, "failed": 0},
    "inputs": {"portal/messages.csv": "0" * 64},
    "ruleset_version": "2023.1+0123456789ab",
    "approvals": [],
}
_ROW = {
    "municipality_no": "9999", "district_no": "", "service_id": "9999", "verdict": "not_verified", "sent": 12,
    "registered": 10, "printed": 0, "not_delivered": 0, "in_transit": 0, "lost": 1, "unknown": 1, "lost_low": 1,
    "lost_high": 2, "coverage_from_utc": "2020-08-31T22:00:00Z", "coverage_to_utc": "2023-06-23T06:00:00Z",
    "coverage_share": 0.98, "clock_offset_s": 0, "reasons": ["LOG_COVERED"],
}  # fmt: skip
_CLEARED = {
    "decision": "RELEASE",
    "clearances": [
        {"id": _NOBODY, "clearance": "keep", "reason": "UNKNOWN_ID"},
        {"id": "6f3c9a52-2f0b-4d83-9d2c-1f0a5f7f2d11", "clearance": "delete", "reason": "REGISTERED"},
    ],
}


def describe(api: FastAPI) -> None:
    """Give the application its document; it is made once, at the first call for it."""

    def document() -> dict[str, Any]:
        if not api.openapi_schema:
            api.openapi_schema = _document(api)
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to give an application its own


def _document(api: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=api.title,
        version=VERSION,
        description=_DESCRIPTION,
        routes=api.routes,
        servers=[{"url": "/deletion-release"}],
    )
    made["components"] = {
        "schemas": _schemas(),
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "En nøkkel fra `meldingskontroll release token`, eller et access token fra "
                "Maskinporten. Scope: `deletion-release:read`.",
            }
        },
    }
    for path, operation in _operations().items():
        method = next(iter(made["paths"][path]))
        made["paths"][path][method] = {"operationId": made["paths"][path][method]["operationId"], **operation}
    return made


def _schemas() -> dict[str, Any]:
    wanted = (models.Status, models.Municipalities, models.Question, models.Clearances, models.Keys, models.Health,
              models.ProblemDocument)  # fmt: skip
    _, made = models_json_schema([(one, "serialization") for one in wanted], ref_template=_REF)
    schemas: dict[str, Any] = made["$defs"]
    schemas["Question"]["properties"]["ids"]["items"] = {"type": "string", "pattern": models.UUID_PATTERN}
    return schemas


def _operations() -> dict[str, dict[str, Any]]:
    """What the document says of each route, by path."""
    status = _json(models.Status, "Beslutningen som gjelder nå.", _HOLD, _ETAG)
    jose = {"application/jose": {"schema": {"type": "string"}, "example": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXI"}}
    return {
        "/v1/status": _closed("Beslutningen", {"200": status, "304": _unchanged()}, [_IF_NONE_MATCH]),
        "/v1/certificate": _closed(
            "Sertifikatet: beslutningen signert (JWS, EdDSA)",
            {"200": {"description": "Sertifikatet.", "content": jose, "headers": _ETAG}, "304": _unchanged()},
            [_IF_NONE_MATCH],
            more=("NO_CERTIFICATE",),
        ),
        "/v1/jwks.json": _open(
            "De offentlige nøklene",
            {
                "200": _json(
                    models.Keys,
                    "Nøklene. Tom liste: ingenting er signert ennå.",
                    {"keys": []},
                    media_type="application/jwk-set+json",
                )
            },
            ("KEYS_UNREADABLE",),
        ),
        "/v1/municipalities": _closed(
            "Alle oppføringer i omfanget",
            {"200": _json(models.Municipalities, "Oppføringene.", {"decision": "HOLD", "municipalities": [_ROW]})},
            more=("MUNICIPALITIES_UNREADABLE",),
        ),
        "/v1/clearance": _closed(
            "Kan disse meldingene slettes nå?",
            {"200": _json(models.Clearances, "Ett svar for hver id, i samme rekkefølge.", _CLEARED)},
            more=(*_ASKING, *_QUESTION),
        )
        | {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": _REF.format(model="Question")}}},
            }
        },
        "/health": _open("Lever tjenesten?", {"200": _json(models.Health, "Den lever.", {"status": "ok"})}),
        "/ready": _open(
            "Kan tjenesten lese beslutningen?",
            {"200": _json(models.Health, "Den kan det.", {"status": "ok"})},
            ("NOT_READY",),
        ),
        "/metrics": _closed(
            "Måltall for Prometheus",
            {"200": {"description": "Måltallene.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
        ),
        "/": _open(
            "Siden for mennesker",
            {
                "200": {
                    "description": "Beslutningen på norsk.",
                    "content": {"text/html": {"schema": {"type": "string"}}},
                }
            },
        ),
    }


def _closed(
    summary: str, answers: dict[str, Any], parameters: Sequence[Any] = (), more: Sequence[str] = ()
) -> dict[str, Any]:
    made = {"summary": summary, "responses": answers | _problems((*_CLOSED, *more)), "security": [{"bearer": []}]}
    return made | ({"parameters": list(parameters)} if parameters else {})


def _open(summary: str, answers: dict[str, Any], more: Sequence[str] = ()) -> dict[str, Any]:
    return {"summary": summary, "responses": answers | _problems((*more, *_ANY)), "security": []}


def _unchanged() -> dict[str, Any]:
    return {"description": "Svaret med denne ETag gjelder fortsatt.", "headers": _ETAG}


def _json(
    model: type[BaseModel], description: str, example: Any, headers: Any = None, media_type: str = "application/json"
) -> dict[str, Any]:
    content = {media_type: {"schema": {"$ref": _REF.format(model=model.__name__)}, "example": example}}
    return {"description": description, "content": content} | ({"headers": headers} if headers else {})


def _problems(codes: Sequence[str]) -> dict[str, Any]:
    """The errors by status, with an example of each code."""
    made: dict[str, Any] = {}
    for code in codes:
        status = str(KINDS[code].status)
        examples = {code: {"value": Problem(code).body(_NOBODY)}}
        found = made.setdefault(status, {"description": KINDS[code].title, "content": {MEDIA_TYPE: {}}})
        content = found["content"][MEDIA_TYPE]
        content["schema"] = {"$ref": _REF.format(model="ProblemDocument")}
        content["examples"] = content.get("examples", {}) | examples
    for status, header in (("401", "WWW-Authenticate"), ("403", "WWW-Authenticate"), ("429", "Retry-After")):
        if status in made:
            made[status]["headers"] = {header: {"schema": {"type": "string"}}}
    return made
