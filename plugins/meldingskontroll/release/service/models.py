"""The forms of questions and answers, for the OpenAPI document. The service answers with the bytes that were signed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_IDS = 10_000
UUID_PATTERN = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
UTC_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"
_EXAMPLE_ID = "6f3c9a52-2f0b-4d83-9d2c-1f0a5f7f2d11"


class Open(BaseModel):
    """A form that may have more members than are named; readers pass over what they do not know."""

    model_config = ConfigDict(extra="allow")


class Blocking(Open):
    """En oppføring i omfanget som ikke er verifisert, og kravene som mangler."""

    municipality_no: str = Field(examples=["0301"])
    district_no: str = Field(examples=["05"])
    reasons: list[str] = Field(examples=[["LOG_COVERED"]])


class Drill(Open):
    """Kontrollprøven: utplantede tap, hvor mange som ble funnet, og hvor mange som ble meldt uten grunn."""

    planted: int
    found: int
    false_alarms: int


class Checks(Open):
    """Kontrollene av resultatene: ventet, utført og slått ut."""

    expected: int
    run: int
    failed: int


class Status(Open):
    """Beslutningen (`release.json`). Bare `RELEASE` tillater sletting, og bare før `valid_until_utc`."""

    decision: Literal["HOLD", "RELEASE"]
    as_of_utc: str | None
    valid_until_utc: str | None
    roster_size: int
    verified: int
    blocking: list[Blocking]
    global_reasons: list[str]
    drill: Drill
    checks: Checks
    inputs: dict[str, str]
    ruleset_version: str
    approvals: list[dict[str, Any]]
    overrides: list[dict[str, Any]] = Field(
        default_factory=list, description="Krav som er overstyrt av en navngitt person. Bare med når det er noen."
    )


class Municipality(Open):
    """En oppføring i omfanget, som i `municipalities.csv`."""

    municipality_no: str = Field(pattern=r"^\d{4}$")
    district_no: str
    service_id: str | None
    verdict: Literal["verified", "not_verified"]
    sent: int
    registered: int
    printed: int
    not_delivered: int
    in_transit: int
    lost: int
    unknown: int
    lost_low: int
    lost_high: int
    coverage_from_utc: str | None
    coverage_to_utc: str | None
    coverage_share: float
    clock_offset_s: int | None
    reasons: list[str]


class Municipalities(BaseModel):
    """Alle oppføringer i omfanget, og beslutningen som gjelder nå."""

    decision: Literal["HOLD", "RELEASE"]
    municipalities: list[Municipality]


class Question(BaseModel):
    """Id-ene det spørres om. En tom liste er ikke et spørsmål."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ids": [_EXAMPLE_ID]}})

    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)


class Clearance(BaseModel):
    """Om én melding kan slettes. Bare `delete` tillater det."""

    id: str = Field(pattern=UUID_PATTERN, examples=[_EXAMPLE_ID])
    clearance: Literal["keep", "delete"]
    reason: str = Field(examples=["REGISTERED", "LOST", "UNKNOWN_ID", "HOLD"])


class Clearances(BaseModel):
    """Svarene i samme rekkefølge som spørsmålet, like mange, under beslutningen som gjaldt da de ble gitt."""

    decision: Literal["HOLD", "RELEASE"]
    clearances: list[Clearance]


class Key(Open):
    """En offentlig nøkkel (RFC 8037)."""

    kty: str
    kid: str


class Keys(BaseModel):
    """Tjenestens offentlige nøkler (JWKS, RFC 7517)."""

    keys: list[Key]


class Health(BaseModel):
    """At tjenesten lever, eller er klar."""

    status: Literal["ok"]


class ProblemDocument(Open):
    """En feil (RFC 9457). `code` er til maskiner, `title` og `detail` til mennesker."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
