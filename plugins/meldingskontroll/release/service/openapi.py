"""The OpenAPI document: every answer of every route, with examples, and nothing that the service does not give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from meldingskontroll.release.service import examples, models
from meldingskontroll.release.service.problems import KINDS, MEDIA_TYPE, Problem
from meldingskontroll.release.service.snapshot import ServiceReason

VERSION = "1.1.0"
_REF = "#/components/schemas/{model}"
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
_SUMMARY = "Tjenesten som KS spør før meldinger slettes fra Nasjonal portal."
_DESCRIPTION = """**Uten et svar som sier `RELEASE` nå, skal ingenting slettes.** Spør `/v1/clearance` om hver melding
i det øyeblikket den skal slettes, og slett bare der svaret er `delete`. Svar skal ikke lagres og brukes senere. Feil,
tvil og manglende svar betyr behold.

- **Adresser** skrives som her, uten skråstrek til slutt. Alt annet er 404, og en metode som ikke er nevnt, er 405 med
  `Allow`. Ingen kall sendes videre til en annen adresse: følg ikke omdirigeringer med nøkkelen.
- **Innhold** er JSON i UTF-8, uten `Content-Encoding`. `Accept` leses ikke: svaret har formen som står her.
- **Feil** er `application/problem+json` (RFC 9457). `code` er til maskiner og endres ikke. Det som ble sendt inn,
  gjentas aldri.
- **Hvert svar** har `X-Request-Id`, som står i loggen hos oss. Den inneholder ingen id-er.
- **Nye felt og nye koder** kan komme til. Les bare dem dere kjenner: alt annet enn `delete` er behold.

Grunnene i `global_reasons` er dem beslutningen selv har (dokumentasjonen for KS forklarer dem), og disse, når tjenesten
selv holder tilbake:

""" + "\n".join(f"- `{code}`: {text}" for code, text in _REASONS.items())
_TAGS = [
    {"name": "Sletting", "description": "Det KS spør om når meldinger skal slettes."},
    {"name": "Kontroll", "description": "Det som trengs for å kontrollere en frigivelse uten å stole på tjenesten."},
    {"name": "Drift", "description": "Om tjenesten lever, er klar, og hvordan den har det."},
]
_BUSY = ("MALFORMED_REQUEST", "INTERNAL_ERROR", "TOO_BUSY")
_ANY = (*_BUSY, "TOO_MANY_REQUESTS")
_CLOSED = ("TOKEN_IN_ADDRESS", "INVALID_TOKEN", "WRONG_SCOPE", "UNKNOWN_CONSUMER", "TOKENS_UNREADABLE", *_ANY)
_ASKING = ("BODY_TOO_SLOW", "BODY_TOO_LARGE")
_QUESTION = ("INVALID_JSON", "NOT_JSON", "ENCODED", "INVALID_BODY", "TOO_MANY_IDS", "INVALID_ID")
_HEADERS = {
    "X-Request-Id": "Kallets nummer, som også står i loggen hos oss.",
    "ETag": "Endres når innholdet endres.",
    "Cache-Control": "`no-store`: svaret gjelder nå og skal ikke lagres.",
    "Retry-After": "Sekunder å vente før neste forsøk.",
    "WWW-Authenticate": "Hva som trengs for å slippe inn (RFC 6750).",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag fra et tidligere svar. 304 betyr at nøyaktig det svaret gjelder nå.",
    "schema": {"type": "string"},
}


def describe(api: FastAPI, contact: str = "") -> None:
    """Give the application its document; it is made once, at the first call for it.

    `contact` is whom a reader may ask: an e-mail address or an https address; empty where nobody is named.
    """

    def document() -> dict[str, Any]:
        if not api.openapi_schema:
            api.openapi_schema = _document(api, contact)
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to give an application its own


def _document(api: FastAPI, contact: str) -> dict[str, Any]:
    asked = {"name": "Den som drifter Meldingskontroll"}
    if contact:
        asked["url" if contact.startswith("https://") else "email"] = contact
    made = get_openapi(
        title=api.title,
        version=VERSION,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        routes=api.routes,
        tags=_TAGS,
        contact=asked,
        servers=[{"url": "/deletion-release", "description": "Der dette dokumentet er hentet."}],
    )
    made["components"] = {
        "schemas": _schemas(),
        "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in _HEADERS.items()},
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "En nøkkel fra den som drifter tjenesten, eller et access token fra Maskinporten. "
                "Scope: `deletion-release:read`. En nøkkel i adressen avvises.",
            }
        },
    }
    # What KS asks for stands first.
    made["paths"] = {path: {next(iter(made["paths"][path])): operation} for path, operation in _operations().items()}
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
    jose = {"application/jose": {"schema": {"type": "string"}, "example": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXI"}}
    question = {"schema": {"$ref": _REF.format(model="Question")}, "examples": examples.QUESTIONS}
    ok = {"status": "ok"}
    return {
        "/v1/clearance": _closed(
            "askClearance",
            "Sletting",
            "Kan disse meldingene slettes nå?",
            {"200": _json(models.Clearances, "Ett svar for hver id, i samme rekkefølge.", examples.CLEARANCES)},
            more=(*_ASKING, *_QUESTION),
        )
        | {"requestBody": {"required": True, "content": {"application/json": question}}},
        "/v1/status": _closed(
            "getStatus",
            "Sletting",
            "Beslutningen",
            {"200": _json(models.Status, "Beslutningen som gjelder nå.", examples.STATUSES, "ETag"), **_unchanged()},
            [_IF_NONE_MATCH],
        ),
        "/v1/municipalities": _closed(
            "getMunicipalities",
            "Kontroll",
            "Alle oppføringer i omfanget",
            {"200": _json(models.Municipalities, "Oppføringene.", examples.MUNICIPALITIES)},
            more=("MUNICIPALITIES_UNREADABLE",),
        ),
        "/v1/certificate": _closed(
            "getCertificate",
            "Kontroll",
            "Sertifikatet: beslutningen signert (JWS, EdDSA)",
            {"200": _content("Sertifikatet.", jose, "ETag"), **_unchanged()},
            [_IF_NONE_MATCH],
            more=("NO_CERTIFICATE",),
        ),
        "/v1/jwks.json": _open(
            "getKeys",
            "Kontroll",
            "De offentlige nøklene",
            {
                "200": _json(
                    models.Keys,
                    "Nøklene. Tom liste: ingenting er signert ennå.",
                    examples.KEYS,
                    media_type="application/jwk-set+json",
                )
            },
            ("KEYS_UNREADABLE", *_ANY),
        ),
        "/health": _open("getHealth", "Drift", "Lever tjenesten?", {"200": _json(models.Health, "Den lever.", ok)}),
        "/ready": _open(
            "getReady",
            "Drift",
            "Kan tjenesten lese beslutningen?",
            {"200": _json(models.Health, "Den kan det.", ok)},
            ("NOT_READY", *_ANY),
        ),
        "/metrics": _closed(
            "getMetrics",
            "Drift",
            "Måltall for Prometheus",
            {"200": _content("Måltallene.", _text("text/plain", examples.METRICS))},
        ),
        "/": _open(
            "getPage",
            "Kontroll",
            "Siden for mennesker",
            {"200": _content("Beslutningen på norsk.", _text("text/html", "<!DOCTYPE html><html lang=nb>…</html>"))},
            _ANY,
        ),
    }


def _closed(
    name: str, tag: str, summary: str, answers: dict[str, Any], parameters: Sequence[Any] = (), more: Sequence[str] = ()
) -> dict[str, Any]:
    made = _operation(name, tag, summary, answers, (*_CLOSED, *more)) | {"security": [{"bearer": []}]}
    return made | ({"parameters": list(parameters)} if parameters else {})


def _open(name: str, tag: str, summary: str, answers: dict[str, Any], codes: Sequence[str] = _BUSY) -> dict[str, Any]:
    return _operation(name, tag, summary, answers, codes) | {"security": []}


def _operation(name: str, tag: str, summary: str, answers: dict[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    return {"operationId": name, "tags": [tag], "summary": summary, "responses": answers | _problems(codes)}


def _unchanged() -> dict[str, Any]:
    return {"304": {"description": "Svaret med denne ETag gjelder fortsatt.", "headers": _headers("ETag")}}


def _json(
    model: type[BaseModel],
    description: str,
    shown: Mapping[str, Any],
    *headers: str,
    media_type: str = "application/json",
) -> dict[str, Any]:
    """An answer in JSON: shown are examples by name, or one alone."""
    several = all(isinstance(one, Mapping) and "value" in one for one in shown.values())
    example = {"examples" if several else "example": dict(shown)}
    return _content(
        description, {media_type: {"schema": {"$ref": _REF.format(model=model.__name__)}, **example}}, *headers
    )


def _text(media_type: str, example: str) -> dict[str, Any]:
    return {media_type: {"schema": {"type": "string"}, "example": example}}


def _content(description: str, content: dict[str, Any], *headers: str) -> dict[str, Any]:
    return {"description": description, "content": content, "headers": _headers("Cache-Control", *headers)}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *names)}


def _problems(codes: Sequence[str]) -> dict[str, Any]:
    """The errors by status, with an example of each code."""
    made: dict[str, Any] = {}
    for status in sorted({KINDS[code].status for code in codes}):
        here = [code for code in codes if KINDS[code].status == status]
        shown = {code: {"summary": KINDS[code].title, "value": _problem(code)} for code in here}
        content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="ProblemDocument")}, "examples": shown}}
        more = {401: ["WWW-Authenticate"], 403: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}
        made[str(status)] = _content(" / ".join(KINDS[code].title for code in here), content, *more.get(status, []))
    return made


def _problem(code: str) -> dict[str, Any]:
    return Problem(code, examples.MORE.get(code, {})).body(examples.STRANGER)
