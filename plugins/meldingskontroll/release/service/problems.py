"""Errors as problem+json (RFC 9457). A problem never repeats what the caller sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of error: its status, its title and what it means, in Norwegian."""

    status: int
    title: str
    detail: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "TOKEN_IN_ADDRESS": Kind(
            400,
            "Tilgangsnøkkel i adressen",
            "Nøkkelen skal stå i Authorization. En nøkkel som har stått i en adresse, må regnes som kjent av andre: "
            "trekk den tilbake og be om en ny.",
        ),
        "MALFORMED_REQUEST": Kind(400, "Ugyldig kall", "Kallet er ikke gyldig HTTP. Forbindelsen er lukket."),
        "INVALID_JSON": Kind(
            400, "Ugyldig JSON", "Innholdet er ikke gyldig JSON i UTF-8, eller sier det samme to ganger."
        ),
        "INVALID_TOKEN": Kind(
            401,
            "Mangler gyldig tilgangsnøkkel",
            "Send «Authorization: Bearer <nøkkel>» med en nøkkel som er gyldig nå.",
        ),
        "WRONG_SCOPE": Kind(
            403, "Nøkkelen gir ikke denne tilgangen", "Nøkkelen er gyldig, men mangler scope for dette."
        ),
        "UNKNOWN_CONSUMER": Kind(
            403, "Organisasjonen har ikke tilgang", "Tokenet er gyldig, men organisasjonen er ikke gitt tilgang."
        ),
        "NOT_FOUND": Kind(404, "Finnes ikke", "Det er ingenting på denne adressen."),
        "NO_CERTIFICATE": Kind(
            404, "Det finnes ikke noe gyldig sertifikat", "Sletting holdes tilbake. Årsakene står i reasons."
        ),
        "METHOD_NOT_ALLOWED": Kind(405, "Metoden brukes ikke her", "Metodene som brukes her, står i Allow."),
        "BODY_TOO_SLOW": Kind(408, "Innholdet kom for sent", "Hele innholdet må komme innen fristen. Prøv igjen."),
        "BODY_TOO_LARGE": Kind(
            413, "Innholdet er for stort", "Innholdet kan være høyst 1 000 000 byte. Del opp i flere kall."
        ),
        "NOT_JSON": Kind(415, "Innholdet er ikke JSON", "Send Content-Type: application/json."),
        "ENCODED": Kind(415, "Innholdet er pakket", "Send innholdet slik det er, uten Content-Encoding."),
        "INVALID_BODY": Kind(
            422, "Innholdet har feil form", "Innholdet skal være et objekt med ids alene, en liste av id-er."
        ),
        "TOO_MANY_IDS": Kind(422, "For mange id-er", "Det kan spørres om høyst 10 000 id-er i ett kall. Del opp."),
        "INVALID_ID": Kind(
            422,
            "En id er ikke en UUID",
            "Id-er skrives som 8-4-4-4-12 heksadesimale sifre. Stedene står i errors. Ingen id-er er vurdert.",
        ),
        "TOO_MANY_REQUESTS": Kind(429, "For mange kall", "Vent så mange sekunder som Retry-After sier."),
        "INTERNAL_ERROR": Kind(
            500,
            "Feil hos oss",
            "Kallet kunne ikke besvares. Uten svar skal ingenting slettes. Oppgi instance ved henvendelse.",
        ),
        "TOO_BUSY": Kind(
            503, "For mange kall på én gang", "Vent så mange sekunder som Retry-After sier. Ingenting er vurdert."
        ),
        "NOT_READY": Kind(
            503, "Tjenesten er ikke klar", "Beslutningen kan ikke leses, så svaret er HOLD. Prøv igjen senere."
        ),
        "KEYS_UNREADABLE": Kind(503, "Nøklene kan ikke leses", "De offentlige nøklene mangler eller kan ikke leses."),
        "MUNICIPALITIES_UNREADABLE": Kind(
            503, "Kommunene kan ikke leses", "Listen over kommuner mangler eller kan ikke leses."
        ),
        "TOKENS_UNREADABLE": Kind(
            503,
            "Tilgang kan ikke kontrolleres",
            "Listen over nøkler kan ikke leses. Ingen slipper inn før den kan det.",
        ),
    }
)


@dataclass
class Problem(Exception):
    """A call that is turned away. `code` is one of `KINDS`; `more` is added to the body, `headers` to the answer."""

    code: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def body(self, request_id: str) -> dict[str, Any]:
        """The members of RFC 9457, `code`, and what more there is to say."""
        kind = KINDS[self.code]
        return {
            "type": f"urn:meldingskontroll:problem:{self.code.lower().replace('_', '-')}",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.detail,
            "instance": f"urn:uuid:{request_id}",
            "code": self.code,
            **self.more,
        }

    def content(self, request_id: str) -> bytes:
        return json.dumps(self.body(request_id), ensure_ascii=False).encode()
