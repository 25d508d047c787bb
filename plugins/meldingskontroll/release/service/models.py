"""The forms of questions and answers, for the OpenAPI document. The service answers with the bytes that were signed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_IDS = 10_000
UUID_PATTERN = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"
UTC_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"


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
    as_of_utc: str | None = Field(description="Tidspunktet kontrollen gjelder per.")
    valid_until_utc: str | None = Field(description="Når frigivelsen går ut. `null` under `HOLD`.")
    roster_size: int = Field(description="Hvor mange oppføringer omfanget har.")
    verified: int = Field(description="Hvor mange av dem som er verifisert.")
    blocking: list[Blocking]
    global_reasons: list[str] = Field(description="Hvorfor sletting holdes tilbake. Tom under `RELEASE`.")
    drill: Drill
    checks: Checks
    inputs: dict[str, str] = Field(description="Kildenes sha256, etter plassen i arbeidsmappen.")
    ruleset_version: str
    approvals: list[dict[str, Any]] = Field(description="Godkjennernes egne signerte erklæringer.")
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

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(min_length=1, max_length=MOST_IDS)


class Clearance(BaseModel):
    """Om én melding kan slettes. Bare `delete` tillater det."""

    id: str = Field(pattern=UUID_PATTERN, description="Id-en slik det ble spurt.")
    clearance: Literal["keep", "delete"] = Field(description="Alt annet enn `delete` er behold.")
    reason: str = Field(
        description="Til orientering. `delete`: `REGISTERED` registrert, `PRINTED` gikk i posten, `FOLLOWED_UP` tapt "
        "og fulgt opp. `keep`: `LOST`, `UNKNOWN`, `IN_TRANSIT`, `NOT_DELIVERED`, `IN_CANDIDATE_GROUP` (et tap ligger "
        "unevnt blant flere), `NOT_IN_ROSTER`, `UNKNOWN_ID`, `HOLD`, eller hvorfor tjenesten selv holder tilbake."
    )


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
