"""The one Settings object. Nothing else in the library reads the environment."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, from the environment (``MELDINGSKONTROLL_…``); the docs name them all."""

    model_config = SettingsConfigDict(env_prefix="MELDINGSKONTROLL_", frozen=True)

    work: Path = Field(default=Path("var/work"), description="the work folder that the DAGs audit")
    deadline_hours: int = Field(default=40, description="hours a message has to be registered before it goes to print")
    freshness_days: int = Field(default=7, description="how many days old a proof of coverage may be")
    fixed_version: str = Field(default="23.2", description="the first version of Visma Familia without the fault")
    fault_start: date = Field(
        default=date(2020, 9, 1), description="first day (Norwegian) from which messages must be accounted for"
    )

    as_of: str = Field(
        default="", description="the clock of every Airflow run, for old data; empty: the run's own time"
    )

    duckdb_threads: int = Field(default=2, description="threads of each DuckDB connection")
    duckdb_memory_limit: str = Field(default="1500MB", description="memory limit of each DuckDB connection")
    duckdb_temp_directory: Path | None = Field(
        default=None, description="where DuckDB spills; a private temporary folder if empty"
    )
    reconcile_buckets: int = Field(
        default=0, ge=0, description="how many buckets the reconciliation is made in; 0: from the number of rows"
    )
    reconcile_bucket_rows: int = Field(
        default=2_000_000, gt=0, description="messages and registrations in a bucket, where the number is not given"
    )
    lake_url: str = Field(
        default="", description="where the buckets' tasks hand on tables (any fsspec URL); empty: the work folder"
    )
    max_upload_megabytes: int = Field(default=2048, description="a municipality's file larger than this is refused")

    drop_url: str = Field(
        default="", description="the drop folder's address (any fsspec URL); empty: `drop` in the work folder"
    )
    drop_key: Path | None = Field(default=None, description="file with the private key for a drop folder over SFTP")
    drop_known_hosts: Path | None = Field(
        default=None, description="file with the key of the drop folder's SFTP server, in the form of known_hosts"
    )
    drop_settle_seconds: float = Field(
        default=2.0, ge=0, description="how far apart a new upload is looked at twice, to see whether it still grows"
    )

    portal_url: str = Field(default="http://127.0.0.1:8765", description="base address of the portal's admin API")
    portal_token_url: str = Field(default="http://127.0.0.1:8765/token", description="Maskinporten token endpoint")
    portal_audience: str = Field(default="http://127.0.0.1:8765/", description="audience of the JWT grant")
    portal_client_id: str = Field(default="meldingskontroll-demo", description="Maskinporten client id")
    portal_client_key: Path | None = Field(default=None, description="file with the client's private key (PEM)")
    portal_client_key_pem: SecretStr = Field(
        default=SecretStr(""), description="that private key itself (PEM), in the place of a file"
    )
    portal_client_key_id: str = Field(default="", description="kid of that key; its RFC 7638 thumbprint if empty")
    portal_scope: str = Field(default="ks:fiks", description="scope asked of Maskinporten")
    portal_allow_plain_http: bool = Field(
        default=False, description="allow http to other hosts than loopback, in a closed network"
    )
    portal_integration_id: str = Field(default="00000000-0000-4000-8000-000000000001", description="Fiks IntegrasjonId")
    portal_integration_password: str = Field(default="demo", repr=False, description="Fiks IntegrasjonPassord")
    portal_page_size: int = Field(default=1000, description="rows asked for in each page of the portal's log")
    portal_timeout_seconds: float = Field(default=30.0, description="how long one call to the portal may take")
    portal_retries: int = Field(
        default=5, description="how often a call that the portal turned away for now is repeated"
    )
    portal_backoff_seconds: float = Field(default=0.5, description="the first pause between such calls; it doubles")
    portal_circuit_failures: int = Field(
        default=3, gt=0, description="after so many calls in a row without an answer, none is made for a while"
    )
    portal_circuit_seconds: float = Field(default=300.0, description="how long that while is; then one call is tried")
    portal_resume_hours: float = Field(
        default=12.0, description="how old the pages of an interrupted extract may be to be taken up again"
    )
    portal_days_again: int = Field(default=7, description="days before a day's extract that are fetched again with it")

    service_key: Path | None = Field(
        default=None,
        description="file with the service's private key (Ed25519 JWK); if empty, one in the work folder's `secrets/`",
    )
    approver_users: str = Field(
        default="",
        description="who may approve in Airflow: `user=name` with semicolons between, the name as in approvers.json",
    )
    service_local_tokens: bool = Field(
        default=True, description="whether the release service takes the tokens of `release token`"
    )
    service_maskinporten_issuer: str = Field(
        default="", description="issuer of the Maskinporten access tokens that the release service takes; empty: none"
    )
    service_maskinporten_jwks: str = Field(
        default="", description="the issuer's public keys: an https address or a file (JWKS)"
    )
    service_maskinporten_audience: str = Field(default="", description="audience that an access token must name")
    service_maskinporten_scope: str = Field(
        default="deletion-release:read", description="scope that an access token must have"
    )
    service_maskinporten_consumers: str = Field(
        default="", description="organisation numbers that may call the release service, with commas between"
    )
    service_contact: str = Field(
        default="", description="whom users of the release service may ask: an e-mail or https address; empty: nobody"
    )
    service_requests_per_minute: int = Field(
        default=120_000, description="calls to the release service that one caller may make in a minute"
    )
    service_ids_per_minute: int = Field(
        default=6_000_000, description="ids that one caller may ask clearance for in a minute"
    )
    service_refusals_per_minute: int = Field(
        default=600, description="calls without a valid token that one address may make in a minute"
    )
    service_body_seconds: float = Field(
        default=10.0, description="how long a caller may take to send what it asks, in seconds"
    )

    @property
    def deadline(self) -> timedelta:
        return timedelta(hours=self.deadline_hours)

    @property
    def freshness(self) -> timedelta:
        return timedelta(days=self.freshness_days)


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read once."""
    return Settings()
